#include "suppliers/circuit.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "settings/settings.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t max_reason_bytes = 200;
constexpr Duration second = std::chrono::seconds(1);
constexpr Duration shortest_wait = second;  // for whoever asks while a probe is on its way

}  // namespace

CircuitLimits circuit_limits(const settings::Settings& settings)
{
    auto number = [&](std::string_view key) { return static_cast<int>(settings.integer(key)); };
    CircuitLimits limits;
    limits.failures = number("circuit.failures");
    limits.calls = number("circuit.calls");
    limits.percent = number("circuit.percent");
    limits.window = settings.seconds("circuit.window_s");
    limits.first_wait = settings.seconds("circuit.first_wait_s");
    limits.last_wait = settings.seconds("circuit.last_wait_s");
    limits.tell_after = settings.seconds("circuit.tell_after_s");
    return limits;
}

Circuits::Circuits(const Clock& clock, Limits limits, std::function<Duration()> steady)
    : clock_(clock), limits_(std::move(limits)), steady_(std::move(steady))
{
}

std::optional<Circuits::Blocked> Circuits::blocked(ProviderId id) const
{
    std::lock_guard lock(mutex_);
    auto found = all_.find(id);
    if (found == all_.end() || found->second.seen.state == CircuitState::closed) return std::nullopt;
    auto wait = std::max(found->second.probe_at - steady_(), shortest_wait);
    return Blocked{"the supplier does not answer, so it is left alone for now: " + found->second.seen.reason.value_or(""),
                   wait};
}

void Circuits::answered(ProviderId id)
{
    auto now = steady_();
    auto limits = limits_();
    std::lock_guard lock(mutex_);
    auto& one = all_[id];
    if (one.seen.state != CircuitState::closed) return;
    one.failures_in_a_row = 0;
    one.wait = {};
    count(one, false, now, limits);
}

void Circuits::failed(ProviderId id, const std::string& reason)
{
    auto now = steady_();
    auto limits = limits_();
    std::lock_guard lock(mutex_);
    auto& one = all_[id];
    if (one.seen.state != CircuitState::closed) return;
    ++one.failures_in_a_row;
    count(one, true, now, limits);
    int calls = 0, failures = 0;
    for (const auto& past : one.window) calls += past.calls, failures += past.failures;
    bool often = calls >= limits.calls && failures * 100 >= calls * limits.percent;
    if (often || one.failures_in_a_row >= limits.failures) open(one, reason, now, limits);
}

void Circuits::probe_answered(ProviderId id)
{
    {
        std::lock_guard lock(mutex_);
        auto& one = all_[id];
        if (one.seen.state != CircuitState::closed) return close(one);
    }
    answered(id);
}

void Circuits::probe_failed(ProviderId id, const std::string& reason)
{
    auto now = steady_();
    auto limits = limits_();
    {
        std::lock_guard lock(mutex_);
        auto& one = all_[id];
        if (one.seen.state == CircuitState::half_open) return open(one, reason, now, limits);
        if (one.seen.state == CircuitState::open) return;  // a person has tried: the next turn stays where it is
    }
    failed(id, reason);
}

void Circuits::count(One& one, bool failure, Duration now, const CircuitLimits& limits) const
{
    auto at = std::chrono::floor<std::chrono::seconds>(now);
    if (one.window.empty() || one.window.back().at != at) one.window.push_back({at});
    ++one.window.back().calls;
    one.window.back().failures += failure ? 1 : 0;
    while (now - one.window.front().at > limits.window) one.window.pop_front();
}

void Circuits::open(One& one, const std::string& reason, Duration now, const CircuitLimits& limits) const
{
    if (!one.seen.since) one.seen.since = clock_.now(), one.opened_at = now, one.told = false;
    one.seen.state = CircuitState::open;
    one.seen.reason = cut(reason, max_reason_bytes);
    one.wait = one.wait == Duration{} ? limits.first_wait : std::min(2 * one.wait, limits.last_wait);
    one.probe_at = now + one.wait;
}

// What was learnt of the wait stays until it has really answered: one that answers on `balance` alone is not well yet.
void Circuits::close(One& one)
{
    One fresh;
    fresh.wait = one.wait;
    fresh.just_closed = true;
    one = std::move(fresh);
}

Circuit Circuits::of(ProviderId id) const
{
    std::lock_guard lock(mutex_);
    auto found = all_.find(id);
    return found == all_.end() ? Circuit{} : found->second.seen;
}

std::map<ProviderId, Circuit> Circuits::all() const
{
    std::map<ProviderId, Circuit> seen;
    std::lock_guard lock(mutex_);
    for (const auto& [id, one] : all_) seen.emplace(id, one.seen);
    return seen;
}

std::vector<ProviderId> Circuits::take_due_probes()
{
    std::vector<ProviderId> due;
    auto now = steady_();
    std::lock_guard lock(mutex_);
    for (auto& [id, one] : all_) {
        if (one.seen.state != CircuitState::open || now < one.probe_at) continue;
        one.seen.state = CircuitState::half_open;
        due.push_back(id);
    }
    return due;
}

std::vector<ProviderId> Circuits::take_closed()
{
    std::vector<ProviderId> closed;
    std::lock_guard lock(mutex_);
    for (auto& [id, one] : all_)
        if (std::exchange(one.just_closed, false)) closed.push_back(id);
    return closed;
}

std::vector<ProviderId> Circuits::take_untold()
{
    std::vector<ProviderId> untold;
    auto now = steady_();
    auto limits = limits_();
    std::lock_guard lock(mutex_);
    for (auto& [id, one] : all_) {
        if (!one.seen.since || one.told || now - one.opened_at < limits.tell_after) continue;
        one.told = true;
        untold.push_back(id);
    }
    return untold;
}

void Circuits::forget(ProviderId id)
{
    std::lock_guard lock(mutex_);
    all_.erase(id);
}

}  // namespace smg::suppliers
