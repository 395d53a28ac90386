#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace smg::jobs {

/// Whether this process may take the silence of others for their death: only when it has itself gone on undisturbed for a
/// while. After a gap (it stood still, its clock jumped, the database was away) others may seem silent only because nobody
/// could write. Boots of our own node are judged without it. From any thread.
class Steadiness {
public:
    /// `patience`: how long undisturbed, and how long a gap is none.
    explicit Steadiness(Duration patience) : patience_(patience) {}

    void went_on(Time now);  // each time some regular work begins
    void disturbed(Time now);

    bool steady(Time now) const;

    /// For live_boots(). While this is not steady nobody is silent. `now` is taken before the transaction that judges: time
    /// that passes on the way to it must not count as silence.
    Time silent_since(Time now) const;

private:
    const Duration patience_;
    std::atomic<Time> since_ = Time::max(), last_ = Time::min();
};

}  // namespace smg::jobs
