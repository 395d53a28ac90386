#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "jobs/loop.hpp"

namespace smg::jobs {

/// One life of one process. A node is its data directory: whoever holds that directory's lock knows that its earlier boots
/// are over (reliability.md 2.13).
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

/// A boot that others had given up for dead is alive again.
void renew_boot(db::Tx& tx, Time now, const std::string& boot_id);
void end_boot(db::Tx& tx, Time now, const std::string& boot_id);

/// Boots that neither ended nor live: not renewed since `silent_since` (usually now - boot_silence), or of our node and not
/// ours.
std::vector<std::string> dead_boots(db::Tx& tx, const Boot& own, Time silent_since);

/// Those whose leases and open attempts are still theirs; always with our own. Whatever is not listed is over, also when its
/// row has long been removed.
std::vector<std::string> live_boots(db::Tx& tx, const Boot& own, Time silent_since);

/// Rows of boots that ended before.
void prune_boots(db::Tx& tx, Time before);

/// Keeps the row of a registered boot fresh until stop(), which ends it.
class Heartbeat {
public:
    Heartbeat(boost::asio::io_context& io, db::Database& db, const Clock& clock, std::string boot_id,
              Duration every = boot_renewal);
    void start() { loop_.start(); }
    Async<void> stop();

private:
    Async<void> beat();

    db::Database& db_;
    const Clock& clock_;
    std::string boot_id_;
    Loop loop_;
};

}  // namespace smg::jobs
