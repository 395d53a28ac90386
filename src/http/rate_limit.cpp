#include "http/rate_limit.hpp"

#include <algorithm>

namespace smg::http {
namespace {

constexpr std::int64_t second_us = 1'000'000;

}  // namespace

RateLimiter::Verdict RateLimiter::take(std::string_view key)
{
    std::lock_guard lock(mutex_);
    const std::int64_t step = second_us / std::max(1, limit_.per_second);
    const std::int64_t depth = step * std::max(1, limit_.burst);
    const std::int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(clock_.now().time_since_epoch()).count();
    auto& full_at = bucket(key).full_at;
    if (full_at > now + depth) full_at = now;  // the clock was set back: who knows what was taken since then
    full_at = std::max(full_at, now);

    Verdict verdict{true, limit_.burst};
    if (full_at + step > now + depth) {
        verdict.allowed = false;
        verdict.retry_after_s = static_cast<int>((full_at + step - now - depth + second_us - 1) / second_us);
        return verdict;
    }
    full_at += step;
    verdict.remaining = static_cast<int>((now + depth - full_at) / step);
    return verdict;
}

std::size_t RateLimiter::keys() const
{
    std::lock_guard lock(mutex_);
    return found_.size();
}

RateLimiter::Bucket& RateLimiter::bucket(std::string_view key)
{
    if (auto known = found_.find(key); known != found_.end()) {
        by_use_.splice(by_use_.begin(), by_use_, known->second);
        return by_use_.front();
    }
    if (found_.size() >= std::max<std::size_t>(1, limit_.keys)) {
        found_.erase(by_use_.back().key);
        by_use_.pop_back();
    }
    by_use_.emplace_front(std::string(key));
    found_.emplace(by_use_.front().key, by_use_.begin());
    return by_use_.front();
}

}  // namespace smg::http
