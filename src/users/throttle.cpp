#include "users/throttle.hpp"

#include <algorithm>

#include "http/address.hpp"

namespace smg::users {
namespace {

using namespace std::chrono_literals;

constexpr TryLimit of_both{.at_once = 5, .each = 60s};
constexpr TryLimit of_account{.at_once = 50, .each = 20s};   // from everywhere: a stranger must not lock a person out
constexpr TryLimit of_address{.at_once = 120, .each = 10s};  // an office behind one address signs in at nine
constexpr TryLimit of_all{.at_once = 600, .each = 100ms, .keys = 1};

std::string account_at(std::string_view account, std::string_view ip)
{
    return std::string(account) + '\n' + std::string(ip);
}

std::string network_of(std::string_view ip)
{
    constexpr std::size_t network_bytes = 8;
    auto address = http::Address::parse(ip);
    if (!address || address->v4()) return std::string(ip);
    std::fill(address->bytes.begin() + network_bytes, address->bytes.end(), static_cast<unsigned char>(0));
    return address->text();
}

}  // namespace

TryCounter::Bucket* TryCounter::find(std::string_view key)
{
    auto known = found_.find(key);
    if (known == found_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, known->second);
    return &by_use_.front();
}

int TryCounter::wait_s(std::string_view key)
{
    std::scoped_lock lock(mutex_);
    auto bucket = find(key);
    if (!bucket) return 0;
    auto now = clock_.now();
    auto most = now + limit_.each * limit_.at_once;
    bucket->empty_at = std::min(bucket->empty_at, most);  // the clock may have been set back
    auto wait = bucket->empty_at - (most - limit_.each);
    return wait <= Duration::zero() ? 0 : static_cast<int>(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

void TryCounter::begin(std::string_view key)
{
    std::scoped_lock lock(mutex_);
    auto bucket = find(key);
    if (!bucket) {
        if (found_.size() >= limit_.keys) {
            found_.erase(by_use_.back().key);
            by_use_.pop_back();
        }
        bucket = &by_use_.emplace_front(Bucket{std::string(key), Time{}});
        found_.emplace(bucket->key, by_use_.begin());
    }
    bucket->empty_at = std::max(bucket->empty_at, clock_.now()) + limit_.each;
}

void TryCounter::forgive(std::string_view key)
{
    std::scoped_lock lock(mutex_);
    if (auto bucket = find(key)) bucket->empty_at -= limit_.each;
}

void TryCounter::forget(std::string_view key)
{
    std::scoped_lock lock(mutex_);
    auto known = found_.find(key);
    if (known == found_.end()) return;
    auto bucket = known->second;
    found_.erase(known);
    by_use_.erase(bucket);
}

SignInThrottle::SignInThrottle(const Clock& clock)
    : both_(clock, of_both), account_(clock, of_account), address_(clock, of_address), all_(clock, of_all)
{
}

int SignInThrottle::begin(std::string_view account, std::string_view ip)
{
    auto network = network_of(ip);
    auto both = account_at(account, network);
    auto wait = std::max({both_.wait_s(both), account_.wait_s(account), address_.wait_s(network), all_.wait_s("all")});
    if (wait > 0) return wait;
    both_.begin(both);
    account_.begin(account);
    address_.begin(network);
    all_.begin("all");
    return 0;
}

void SignInThrottle::succeeded(std::string_view account, std::string_view ip)
{
    auto network = network_of(ip);
    both_.forget(account_at(account, network));
    account_.forgive(account);
    address_.forgive(network);
    all_.forgive("all");
}

}  // namespace smg::users
