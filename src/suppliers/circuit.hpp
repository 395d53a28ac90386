#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace smg::settings {
class Settings;
}

namespace smg::suppliers {

enum class CircuitState {
    closed,     // it is called as usual
    open,       // it did not answer: nothing is asked of it
    half_open,  // one `balance` is on its way to find out
};
BOOST_DESCRIBE_ENUM(CircuitState, closed, open, half_open)

/// The settings `circuit.…`.
struct CircuitLimits {
    int failures = 5;              // in a row open it …
    int calls = 20, percent = 50;  // … as does this share of at least so many calls
    Duration window = std::chrono::seconds(60);
    Duration first_wait = std::chrono::seconds(30);  // until it is asked again; doubles …
    Duration last_wait = std::chrono::minutes(10);   // … up to this
    Duration tell_after = std::chrono::minutes(15);  // people are told of one that stays open
};

CircuitLimits circuit_limits(const settings::Settings& settings);

/// As people see it.
struct Circuit {
    CircuitState state = CircuitState::closed;
    std::optional<Time> since = {};     // when it opened, however often it was asked in vain since then
    std::optional<std::string> reason;  // the last failure, in words
};
BOOST_DESCRIBE_STRUCT(Circuit, (), (state, since, reason))

/// A circuit breaker for each supplier, kept in this process's memory. While one is open nothing is sent and nothing is
/// asked, but `balance` now and then; never `add`, which costs money to try. Safe from any thread.
class Circuits {
public:
    using Limits = std::function<CircuitLimits()>;

    /// `steady`: the time that has passed since any fixed moment; `clock` only says when.
    Circuits(const Clock& clock, Limits limits, std::function<Duration()> steady = since_boot);
    Circuits(const Circuits&) = delete;
    Circuits& operator=(const Circuits&) = delete;

    struct Blocked {
        std::string reason;
        Duration wait;  // until it is worth looking again
    };
    /// Why nothing may be asked of it now; nothing while its circuit is closed.
    std::optional<Blocked> blocked(ProviderId id) const;

    /// A call came to its end: with an answer, whatever it says, or without one. What was on its way when the circuit opened
    /// says nothing new.
    void answered(ProviderId id);
    void failed(ProviderId id, const std::string& reason);

    /// The same of a call that was made in spite of an open circuit: an answer closes it.
    void probe_answered(ProviderId id);
    void probe_failed(ProviderId id, const std::string& reason);

    Circuit of(ProviderId id) const;
    std::map<ProviderId, Circuit> all() const;

    /// Those whose wait is over; each is half open from now on, until its probe ends.
    std::vector<ProviderId> take_due_probes();
    /// Those that have closed since the last time: what waits for them may go.
    std::vector<ProviderId> take_closed();
    /// Those that have been open for `tell_after`, each once for an opening.
    std::vector<ProviderId> take_untold();
    /// The supplier is not there any more, or nothing can be asked of it.
    void forget(ProviderId id);

private:
    struct Second {
        Duration at;
        int calls = 0, failures = 0;
    };
    struct One {
        Circuit seen = {};
        int failures_in_a_row = 0;
        std::deque<Second> window = {};
        Duration wait{0}, probe_at{0}, opened_at{0};
        bool told = false, just_closed = false;
    };

    void count(One& one, bool failure, Duration now, const CircuitLimits& limits) const;
    void open(One& one, const std::string& reason, Duration now, const CircuitLimits& limits) const;
    static void close(One& one);

    const Clock& clock_;
    const Limits limits_;
    const std::function<Duration()> steady_;
    mutable std::mutex mutex_;
    std::map<ProviderId, One> all_;  // of suppliers that were called
};

}  // namespace smg::suppliers
