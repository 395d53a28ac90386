#include "jobs/boots.hpp"

#include "base/text.hpp"
#include "jobs/list_of.hpp"

namespace smg::jobs {

void register_boot(db::Tx& tx, Time now, const Boot& boot)
{
    constexpr std::size_t longest_host = 255, longest_version = 32;
    tx.execute(
        "INSERT INTO boots (boot_id, node_id, host, pid, version, started_at, renewed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        boot.boot_id, boot.node_id, cut(boot.host, longest_host), boot.pid, cut(boot.version, longest_version), now, now);
}

bool renew_boot(db::Tx& tx, Time now, const std::string& boot_id)
{
    // MariaDB does not count a row that keeps its values.
    if (tx.execute("UPDATE boots SET renewed_at = ?, ended_at = NULL WHERE boot_id = ?", now, boot_id) == 1) return true;
    return tx.first<std::string>("SELECT boot_id FROM boots WHERE boot_id = ?", boot_id).has_value();
}

void end_boot(db::Tx& tx, Time now, const std::string& boot_id)
{
    tx.execute("UPDATE boots SET ended_at = ? WHERE boot_id = ?", now, boot_id);
}

std::vector<std::string> live_boots(db::Tx& tx, const Boot& own, Time silent_since)
{
    auto live = tx.query<std::string>(
        "SELECT boot_id FROM boots WHERE ended_at IS NULL AND renewed_at >= ? AND node_id <> ?", silent_since, own.node_id);
    live.push_back(own.boot_id);
    return live;
}

std::vector<RunningBoot> running_boots(db::Tx& tx, Time now)
{
    return tx.select<RunningBoot>("FROM boots WHERE ended_at IS NULL AND renewed_at >= ? ORDER BY host, started_at",
                                  now - boot_silence);
}

void end_others(db::Tx& tx, Time now, const std::vector<std::string>& live)
{
    std::vector<db::Param> params{db::to_param(tx.dialect(), now)};
    auto sql = "UPDATE boots SET ended_at = ? WHERE ended_at IS NULL AND boot_id NOT IN " + list_of(live, params);
    tx.execute_with(sql, std::move(params));
}

void prune_boots(db::Tx& tx, Time before) { tx.execute("DELETE FROM boots WHERE ended_at < ?", before); }

Heartbeat::Heartbeat(boost::asio::io_context& io, db::Database& db, const Clock& clock, Boot boot, Duration every)
    : db_(db), clock_(clock), boot_(std::move(boot)), loop_(io, "heartbeat", every, [this] { return beat(); })
{
}

Async<void> Heartbeat::beat()
{
    auto renew = [this](db::Tx& tx) -> Result<void> {
        if (!renew_boot(tx, clock_.now(), boot_.boot_id)) register_boot(tx, clock_.now(), boot_);
        return {};
    };
    co_await db_.write(std::move(renew));
}

Async<void> Heartbeat::stop()
{
    co_await loop_.stop();
    auto end = [this](db::Tx& tx) -> Result<void> {
        end_boot(tx, clock_.now(), boot_.boot_id);
        return {};
    };
    co_await db_.write(std::move(end));
}

}  // namespace smg::jobs
