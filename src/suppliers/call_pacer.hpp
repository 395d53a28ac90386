#pragma once

#include <functional>
#include <map>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"

namespace smg::suppliers {

/// Spaces the calls to each supplier, all of them but `add`, whoever makes them: one per program, used on the I/O thread's
/// loop only. It remembers only suppliers whose next turn lies ahead.
class CallPacer {
public:
    /// `steady`: the time that has passed since any fixed moment; never goes back.
    explicit CallPacer(std::function<Duration()> steady = since_boot) : steady_(std::move(steady)) {}
    CallPacer(const CallPacer&) = delete;
    CallPacer& operator=(const CallPacer&) = delete;

    /// Waits, without holding a thread, until this supplier may be called again; turns are given in the order of asking.
    Async<> turn(ProviderId provider, int per_second);

    /// Takes the next turn: how long it is until then.
    Duration take(ProviderId provider, int per_second);

    /// How many suppliers it remembers.
    std::size_t remembered() const { return next_.size(); }

private:
    std::function<Duration()> steady_;
    std::map<ProviderId, Duration> next_;  // when the first turn is free that nobody has taken
};

}  // namespace smg::suppliers
