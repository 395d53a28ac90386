#pragma once

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "jobs/loop.hpp"

namespace smg::jobs {

/// One life of one process. A node is its data directory: whoever holds that directory's lock knows that its earlier boots
/// are over.
struct Boot {
    std::string boot_id;
    std::string node_id;
    std::string host;
    std::int64_t pid = 0;
    std::string version;
};

constexpr Duration boot_renewal = std::chrono::seconds(10);
constexpr Duration boot_silence = std::chrono::seconds(120);  // then it is dead

void register_boot(db::Tx& tx, Time now, const Boot& boot);

/// A boot that others had given up for dead is alive again. False when its row is gone.
bool renew_boot(db::Tx& tx, Time now, const std::string& boot_id);
void end_boot(db::Tx& tx, Time now, const std::string& boot_id);

/// The one contract on life and death: a boot that is not in here is over, its leases and open attempts with it. It may have
/// ended, been silent since before `silent_since` (take Steadiness::silent_since), been of our own node (we hold its lock,
/// so no silence is needed), or its row may have been removed long ago. Our own boot is always in, row or not.
std::vector<std::string> live_boots(db::Tx& tx, const Boot& own, Time silent_since);

/// Writes down what live_boots() found, for those who cannot judge themselves, and for prune_boots().
void end_others(db::Tx& tx, Time now, const std::vector<std::string>& live);

struct RunningBoot {
    std::string node_id, host, version;
    std::int64_t pid = 0;
    Time started_at, renewed_at;
};
BOOST_DESCRIBE_STRUCT(RunningBoot, (), (node_id, host, version, pid, started_at, renewed_at))

/// For people to look at: those that have not ended and were heard of lately.
std::vector<RunningBoot> running_boots(db::Tx& tx, Time now);

/// Forgets boots that ended before: nobody needs the row to know that one is over.
void prune_boots(db::Tx& tx, Time before);

/// Keeps the row of a registered boot fresh until stop(), which ends it. Should the row vanish, by a restored backup or by
/// hand, it is written anew.
class Heartbeat {
public:
    Heartbeat(boost::asio::io_context& io, db::Database& db, const Clock& clock, Boot boot, Duration every = boot_renewal);
    void start() { loop_.start(); }
    Async<void> stop();

private:
    Async<void> beat();

    db::Database& db_;
    const Clock& clock_;
    const Boot boot_;
    Loop loop_;
};

}  // namespace smg::jobs
