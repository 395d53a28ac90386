#include "jobs/job_store.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "base/text.hpp"
#include "db/where.hpp"
#include "jobs/list_of.hpp"

namespace smg::jobs {
namespace {

constexpr const char* topic = "jobs";
constexpr std::string_view poison = "poison: its process died with it in hand";

std::optional<std::string> null_when_empty(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

/// Ends the life of a job that is leased under this fence.
bool kill(db::Tx& tx, Time now, JobId id, std::int64_t fence, std::string_view reason, bool even_if_asked_again,
          const Tell& tell)
{
    auto changed = tx.execute(
        "UPDATE jobs SET dead_at = ?, last_error = ?, lease_owner = NULL, lease_until = NULL, again = 0 "
        "WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL AND (again = 0 OR ? = 1)",
        now, cut(reason, max_error), id, fence, even_if_asked_again);
    if (changed != 1) return false;
    if (auto dead = tx.find<DeadJob>("FROM jobs WHERE id = ?", id); dead && tell) tell(tx, *dead);
    tx.announce({topic, id.value});
    return true;
}

/// What a new row says; the rest are the columns' defaults.
struct NewRow {
    JobId id;
    std::string kind, lane, payload;
    std::optional<std::string> dedup_key;
    Time run_at, created_at;
};
BOOST_DESCRIBE_STRUCT(NewRow, (), (id, kind, lane, payload, dedup_key, run_at, created_at))

NewRow row_of(const NewJob& job, Time now)
{
    if (job.payload.size() > max_payload)
        throw std::length_error("the payload of a job of kind " + job.kind + " is too long");
    return {{}, job.kind, job.lane, job.payload, null_when_empty(job.dedup_key), job.run_at.value_or(now), now};
}

struct Leased {
    JobId id;
    int crashes = 0;
    std::int64_t fence = 0;
};
BOOST_DESCRIBE_STRUCT(Leased, (), (id, crashes, fence))

bool give_up_lease(db::Tx& tx, JobId id, std::int64_t fence)
{
    return tx.execute(
               "UPDATE jobs SET lease_owner = NULL, lease_until = NULL, fence = fence + 1 WHERE id = ? AND fence = ? "
               "AND lease_owner IS NOT NULL",
               id, fence) == 1;
}

}  // namespace

void enqueue(db::Tx& tx, Time now, const NewJob& job)
{
    auto row = row_of(job, now);
    const auto& key = row.dedup_key;
    auto run_at = row.run_at;
    bool is_new =
        tx.insert_new("INSERT INTO jobs (kind, lane, payload, dedup_key, run_at, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                      row.kind, row.lane, row.payload, key, run_at, now);
    if (!is_new) {
        // A dead one lives again: at once, but poison, which may take the process with it, only after a pause, and its next
        // crash is its last again. MariaDB assigns from left to right: `crashes` is asked before it is changed.
        tx.execute(
            "UPDATE jobs SET run_at = CASE WHEN crashes < ? THEN ? ELSE ? END, crashes = CASE WHEN crashes < ? THEN 0 ELSE "
            "? "
            "END, tries = 0, dead_at = NULL WHERE dedup_key = ? AND dead_at IS NOT NULL",
            max_crashes, run_at, std::max(run_at, now + poison_pause), max_crashes, max_crashes - 1, key);
        // What waits with but one crash left has that pause before it, which nobody cuts short.
        tx.execute(
            "UPDATE jobs SET again = 1, lane = ?, run_at = CASE WHEN run_at > ? AND crashes < ? THEN ? ELSE run_at END "
            "WHERE dedup_key = ? AND dead_at IS NULL",
            row.lane, run_at, max_crashes - 1, run_at, key);
    }
    tx.announce({topic});
}

bool enqueue_unless_due(db::Tx& tx, Time now, const NewJob& job)
{
    auto row = row_of(job, now);
    const auto& key = row.dedup_key;
    // Each step decides by what it changes, so that of two who ask in the same moment one is told no.
    bool asked =
        tx.insert_new("INSERT INTO jobs (kind, lane, payload, dedup_key, run_at, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                      row.kind, row.lane, row.payload, key, row.run_at, now) ||
        tx.execute(
            "UPDATE jobs SET run_at = ? WHERE dedup_key = ? AND run_at > ? AND crashes < ? AND lease_owner IS NULL AND "
            "dead_at IS NULL",
            row.run_at, key, row.run_at, max_crashes - 1) == 1;
    if (asked) tx.announce({topic});
    else if (tx.first<JobId>("SELECT id FROM jobs WHERE dedup_key = ? AND dead_at IS NOT NULL", key)) {
        enqueue(tx, now, job);
        asked = true;
    }
    return asked;
}

void enqueue_new(db::Tx& tx, Time now, std::span<const NewJob> jobs)
{
    if (jobs.empty()) return;
    std::vector<NewRow> rows;
    for (const auto& job : jobs) rows.push_back(row_of(job, now));
    tx.insert_all<NewRow>("jobs", rows);
    tx.announce({topic});
}

void hurry_lane(db::Tx& tx, Time now, std::string_view lane)
{
    tx.execute(
        "UPDATE jobs SET run_at = ? WHERE lane = ? AND run_at > ? AND crashes < ? AND lease_owner IS NULL AND dead_at IS "
        "NULL",
        now, lane, now, max_crashes - 1);
    // One that is just deciding to wait must not miss this.
    tx.execute("UPDATE jobs SET again = 1 WHERE lane = ? AND lease_owner > '' AND dead_at IS NULL", lane);
    tx.announce({topic});
}

void clock_was_set_back(db::Tx& tx, Time now)
{
    tx.execute("UPDATE jobs SET run_at = ? WHERE run_at > ? AND crashes < ? AND lease_owner IS NULL AND dead_at IS NULL",
               now, now, max_crashes - 1);
    tx.announce({topic});
}

bool renew(db::Tx& tx, const Job& job, Time until)
{
    // MariaDB does not count a row that keeps its values: the fence alone says whose the job is.
    tx.execute("UPDATE jobs SET lease_until = ? WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL", until, job.id,
               job.fence);
    return tx.first<JobId>("SELECT id FROM jobs WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL", job.id, job.fence)
        .has_value();
}

bool finish(db::Tx& tx, Time now, const Job& job)
{
    if (tx.execute("DELETE FROM jobs WHERE id = ? AND fence = ? AND again = 0 AND lease_owner IS NOT NULL", job.id,
                   job.fence) == 1)
        return true;
    auto changed = tx.execute(
        "UPDATE jobs SET again = 0, tries = 0, crashes = 0, run_at = ?, last_error = NULL, lease_owner = NULL, "
        "lease_until = NULL WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL",
        now, job.id, job.fence);
    if (changed == 1) tx.announce({topic, job.id.value});
    return changed == 1;
}

bool retry(db::Tx& tx, Time now, const Job& job, const std::string& reason, Time run_at, int max_tries, const Tell& tell)
{
    bool last = job.tries + 1 >= max_tries;
    if (last && kill(tx, now, job.id, job.fence, reason, false, tell)) return true;
    return tx.execute(
               "UPDATE jobs SET tries = tries + 1, crashes = 0, again = 0, run_at = ?, last_error = ?, lease_owner = NULL, "
               "lease_until = NULL WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL",
               run_at, cut(reason, max_error), job.id, job.fence) == 1;
}

bool park(db::Tx& tx, Time now, const Job& job, const std::string& reason, Time until)
{
    // MariaDB assigns from left to right: `again` is asked before it is cleared.
    bool parked =
        tx.execute(
            "UPDATE jobs SET run_at = CASE WHEN again = 1 THEN ? ELSE ? END, again = 0, crashes = 0, last_error = ?, "
            "lease_owner = NULL, lease_until = NULL WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL",
            std::min(now, until), until, cut(reason, max_error), job.id, job.fence) == 1;
    if (parked && until <= now) tx.announce({topic, job.id.value});
    return parked;
}

bool release(db::Tx& tx, const Job& job) { return give_up_lease(tx, job.id, job.fence); }

int release_lost(db::Tx& tx, Time now, const Lost& lost, const Tell& tell)
{
    std::vector<db::Param> params{db::to_param(tx.dialect(), lost.expired_before)};
    auto sql = fmt::format(
        "SELECT {} FROM jobs WHERE dead_at IS NULL AND lease_owner > '' AND (lease_until < ? OR lease_owner NOT IN {}) "
        "ORDER BY id",
        db::columns<Leased>(), list_of(lost.live, params));
    int released = 0;
    for (const auto& job : tx.query_with<Leased>(sql, std::move(params))) {
        auto fence = job.fence + 1;
        auto changed = tx.execute(
            "UPDATE jobs SET crashes = crashes + 1, fence = ? WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL", fence,
            job.id, job.fence);
        if (changed != 1) continue;
        ++released;
        if (job.crashes + 1 >= max_crashes) kill(tx, now, job.id, fence, poison, true, tell);
        else tx.execute("UPDATE jobs SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND fence = ?", job.id, fence);
    }
    if (released > 0) tx.announce({topic});
    return released;
}

int release_unheld(db::Tx& tx, const std::string& boot_id, const std::vector<JobId>& held)
{
    auto unheld = [&](const Leased& job) { return std::ranges::find(held, job.id) == held.end(); };
    int released = 0;
    for (const auto& job : tx.select<Leased>("FROM jobs WHERE dead_at IS NULL AND lease_owner = ?", boot_id))
        if (unheld(job) && give_up_lease(tx, job.id, job.fence)) ++released;
    return released;
}

std::vector<KindCount> counts(db::Tx& tx, Time now)
{
    return tx.query<KindCount>(
        "SELECT kind, COUNT(CASE WHEN dead_at IS NULL AND lease_owner IS NULL THEN 1 END), "
        "COUNT(CASE WHEN dead_at IS NULL AND lease_owner IS NULL AND run_at <= ? THEN 1 END), "
        "COUNT(CASE WHEN dead_at IS NULL AND lease_owner IS NOT NULL THEN 1 END), COUNT(dead_at), "
        "MIN(CASE WHEN dead_at IS NULL AND lease_owner IS NULL AND run_at <= ? THEN run_at END) "
        "FROM jobs GROUP BY kind ORDER BY kind",
        now, now);
}

std::vector<LaneCount> lane_counts(db::Tx& tx)
{
    return tx.query<LaneCount>(
        "SELECT lane, COUNT(CASE WHEN lease_owner IS NULL THEN 1 END), COUNT(lease_owner) FROM jobs WHERE lane > '' AND "
        "dead_at IS NULL GROUP BY lane ORDER BY lane");
}

std::optional<KeyState> state_of(db::Tx& tx, std::string_view dedup_key)
{
    return tx.first<KeyState>("SELECT lease_owner IS NOT NULL, dead_at IS NOT NULL, run_at FROM jobs WHERE dedup_key = ?",
                              dedup_key);
}

std::map<std::string, std::string> lanes_of(db::Tx& tx, const std::vector<std::string>& dedup_keys)
{
    using Row = std::tuple<std::string, std::string>;
    db::Where where(tx.dialect());
    where.any_of("dedup_key", dedup_keys);
    where.add("dead_at IS NULL");
    std::map<std::string, std::string> lanes;
    for (auto& [key, lane] : tx.query_with<Row>("SELECT dedup_key, lane FROM jobs" + where.sql(), where.params()))
        lanes.emplace(std::move(key), std::move(lane));
    return lanes;
}

Overdue overdue(db::Tx& tx, Time before, std::span<const std::string_view> patient_lanes)
{
    db::Where where(tx.dialect());
    where.add("dead_at IS NULL");
    where.add("run_at < ?", before);
    where.add("(lane = '' OR lease_owner IS NULL)");
    for (auto prefix : patient_lanes) where.add("lane NOT LIKE ?", std::string(prefix) + "%");
    return tx.query_with<Overdue>("SELECT COUNT(*), MIN(run_at) FROM jobs" + where.sql(), where.params()).front();
}

std::vector<DeadJob> dead_jobs(db::Tx& tx, int limit, std::optional<JobId> before)
{
    if (!before) return tx.select<DeadJob>("FROM jobs WHERE dead_at IS NOT NULL ORDER BY id DESC LIMIT ?", limit);
    return tx.select<DeadJob>("FROM jobs WHERE dead_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?", *before, limit);
}

std::optional<DeadJob> find_dead(db::Tx& tx, JobId id)
{
    return tx.find<DeadJob>("FROM jobs WHERE id = ? AND dead_at IS NOT NULL", id);
}

bool retry_dead(db::Tx& tx, Time now, JobId id)
{
    auto changed = tx.execute(
        "UPDATE jobs SET dead_at = NULL, tries = 0, crashes = 0, again = 0, run_at = ? WHERE id = ? AND dead_at IS NOT NULL",
        now, id);
    if (changed == 1) tx.announce({topic, id.value});
    return changed == 1;
}

bool discard_dead(db::Tx& tx, JobId id)
{
    return tx.execute("DELETE FROM jobs WHERE id = ? AND dead_at IS NOT NULL", id) == 1;
}

}  // namespace smg::jobs
