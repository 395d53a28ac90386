#include "jobs/job_store.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "base/text.hpp"

namespace smg::jobs {
namespace {

constexpr const char* topic = "jobs";
constexpr std::string_view poison = "poison: its process died with it in hand";

std::optional<std::string> null_when_empty(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

/// `(?, ?, …)` for values that change from call to call. Filled up to a power of two, so that few statements are prepared.
template <class Values>
std::string list_of(const Values& values, std::vector<db::Param>& params)
{
    std::string marks = "(";
    std::size_t size = 1;
    while (size < values.size()) size *= 2;
    auto value = values.begin();
    for (std::size_t i = 0; i < size; ++i) {
        marks += i == 0 ? "?" : ", ?";
        params.push_back(db::to_param(db::Dialect::sqlite, *value));  // texts and ids look alike in both dialects
        if (std::next(value) != values.end()) ++value;
    }
    return marks + ")";
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

// ---- claim

struct Candidate {
    JobId id;
    std::string kind, lane, payload;
    int tries = 0, crashes = 0;
    std::int64_t fence = 0;
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (id, kind, lane, payload, tries, crashes, fence))

/// What there is room for, counted down while jobs are taken.
struct Room {
    std::map<std::string, FreeSlots> kinds;
    std::map<std::string, int> running;  // by lane
    std::set<std::string> full_lanes;
    const LaneLimit& lane_limit;

    bool lane_is_full(const std::string& lane)
    {
        if (lane.empty() || !lane_limit || running[lane] < lane_limit(lane)) return false;
        full_lanes.insert(lane);
        return true;
    }
};

std::map<std::string, int> running_by_lane(db::Tx& tx)
{
    std::map<std::string, int> running;
    for (auto& [lane, count] :
         tx.query<std::tuple<std::string, int>>("SELECT lane, COUNT(*) FROM jobs WHERE dead_at IS NULL AND lease_owner IS "
                                                "NOT NULL AND lane <> '' GROUP BY lane"))
        running[lane] = count;
    return running;
}

std::vector<Candidate> candidates(db::Tx& tx, Time now, const Room& room, std::size_t limit)
{
    std::vector<std::string> kinds;
    for (const auto& [kind, slots] : room.kinds) kinds.push_back(kind);
    std::vector<db::Param> params{db::to_param(tx.dialect(), now)};
    auto sql =
        fmt::format("SELECT {} FROM jobs WHERE dead_at IS NULL AND lease_owner IS NULL AND run_at <= ? AND kind IN {}",
                    db::columns<Candidate>(), list_of(kinds, params));
    if (!room.full_lanes.empty()) sql += " AND lane NOT IN " + list_of(room.full_lanes, params);
    params.push_back(db::to_param(tx.dialect(), limit));
    sql += " ORDER BY run_at, id LIMIT ?";
    sql += tx.skip_locked();
    return tx.query_with<Candidate>(sql, std::move(params));
}

bool lease(db::Tx& tx, const Candidate& candidate, const std::string& boot_id, Time until)
{
    // Who asked before this moment gets this run; who asks from here on gets another.
    return tx.execute(
               "UPDATE jobs SET lease_owner = ?, lease_until = ?, fence = fence + 1, again = 0 "
               "WHERE id = ? AND fence = ? AND lease_owner IS NULL AND dead_at IS NULL",
               boot_id, until, candidate.id, candidate.fence) == 1;
}

}  // namespace

void enqueue(db::Tx& tx, Time now, const NewJob& job)
{
    if (job.payload.size() > max_payload)
        throw std::length_error("the payload of a job of kind " + job.kind + " is too long");
    auto run_at = job.run_at.value_or(now);
    auto key = null_when_empty(job.dedup_key);
    bool is_new =
        tx.insert_new("INSERT INTO jobs (kind, lane, payload, dedup_key, run_at, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                      job.kind, job.lane, job.payload, key, run_at, now);
    if (!is_new) {
        // A dead job lives again, but not a poisoned one: it would take the process with it each time someone asks.
        tx.execute(
            "UPDATE jobs SET dead_at = NULL, tries = 0, run_at = ? WHERE dedup_key = ? AND dead_at IS NOT NULL AND crashes "
            "< ?",
            run_at, key, max_crashes);
        tx.execute(
            "UPDATE jobs SET again = 1, run_at = CASE WHEN run_at > ? THEN ? ELSE run_at END WHERE dedup_key = ? AND "
            "dead_at IS NULL",
            run_at, run_at, key);
    }
    tx.announce({topic});
}

void hurry_lane(db::Tx& tx, Time now, std::string_view lane)
{
    tx.execute("UPDATE jobs SET run_at = ? WHERE lane = ? AND run_at > ? AND lease_owner IS NULL AND dead_at IS NULL", now,
               lane, now);
    // One that is just deciding to wait must not miss this.
    tx.execute("UPDATE jobs SET again = 1 WHERE lane = ? AND lease_owner IS NOT NULL AND dead_at IS NULL", lane);
    tx.announce({topic});
}

Claimed claim(db::Tx& tx, Time now, ClaimRequest request)
{
    Claimed claimed;
    Room room{{}, request.lane_limit ? running_by_lane(tx) : std::map<std::string, int>{}, {}, request.lane_limit};
    for (auto& slots : request.slots)
        if (slots.free > 0) room.kinds[slots.kind] = slots;

    auto left = [&] { return request.at_most - static_cast<int>(claimed.jobs.size()); };
    // Each round but the last takes jobs, or finds a kind or a lane full, which the next one looks past.
    for (bool again = true; again && left() > 0 && !room.kinds.empty();) {
        auto limit = static_cast<std::size_t>(left());
        auto found = candidates(tx, now, room, limit);
        std::size_t taken = 0, passed_over = 0;
        for (auto& candidate : found) {
            auto slots = room.kinds.find(candidate.kind);
            if (slots == room.kinds.end() || room.lane_is_full(candidate.lane)) {
                ++passed_over;
            } else if (lease(tx, candidate, request.boot_id, now + slots->second.lease)) {
                ++taken;
                claimed.jobs.push_back({candidate.id, candidate.kind, std::move(candidate.payload), candidate.tries,
                                        candidate.crashes, candidate.fence + 1});
                ++room.running[candidate.lane];
                if (--slots->second.free == 0) room.kinds.erase(slots);
            }
        }
        claimed.more = claimed.more || passed_over > 0;
        again = passed_over > 0 || (taken > 0 && found.size() == limit);
    }
    claimed.more = claimed.more || left() == 0 || room.kinds.empty();
    return claimed;
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
        "UPDATE jobs SET again = 0, tries = 0, run_at = ?, last_error = NULL, lease_owner = NULL, lease_until = NULL "
        "WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL",
        now, job.id, job.fence);
    if (changed == 1) tx.announce({topic, job.id.value});
    return changed == 1;
}

bool retry(db::Tx& tx, Time now, const Job& job, const std::string& reason, Time run_at, int max_tries, const Tell& tell)
{
    bool last = job.tries + 1 >= max_tries;
    if (last && kill(tx, now, job.id, job.fence, reason, false, tell)) return true;
    return tx.execute(
               "UPDATE jobs SET tries = tries + 1, again = 0, run_at = ?, last_error = ?, lease_owner = NULL, lease_until = "
               "NULL "
               "WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL",
               run_at, cut(reason, max_error), job.id, job.fence) == 1;
}

bool park(db::Tx& tx, Time now, const Job& job, const std::string& reason, Time until)
{
    // MariaDB assigns from left to right: `again` is asked before it is cleared.
    return tx.execute(
               "UPDATE jobs SET run_at = CASE WHEN again = 1 THEN ? ELSE ? END, again = 0, last_error = ?, lease_owner = "
               "NULL, "
               "lease_until = NULL WHERE id = ? AND fence = ? AND lease_owner IS NOT NULL",
               std::min(now, until), until, cut(reason, max_error), job.id, job.fence) == 1;
}

bool release(db::Tx& tx, const Job& job)
{
    return tx.execute(
               "UPDATE jobs SET lease_owner = NULL, lease_until = NULL, fence = fence + 1 WHERE id = ? AND fence = ? "
               "AND lease_owner IS NOT NULL",
               job.id, job.fence) == 1;
}

int release_lost(db::Tx& tx, Time now, const Lost& lost, const Tell& tell)
{
    std::vector<db::Param> params{db::to_param(tx.dialect(), lost.expired_before)};
    auto sql = fmt::format(
        "SELECT {} FROM jobs WHERE dead_at IS NULL AND lease_owner IS NOT NULL AND (lease_until < ? OR lease_owner "
        "NOT IN {}) ORDER BY id",
        db::columns<Candidate>(), list_of(lost.live, params));
    int released = 0;
    for (const auto& job : tx.query_with<Candidate>(sql, std::move(params))) {
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
    auto others = [&](const Candidate& job) { return std::ranges::find(held, job.id) == held.end(); };
    int released = 0;
    for (const auto& job : tx.select<Candidate>("FROM jobs WHERE dead_at IS NULL AND lease_owner = ?", boot_id))
        if (others(job) && release(tx, {job.id, job.kind, {}, job.tries, job.crashes, job.fence})) ++released;
    return released;
}

std::vector<KindCount> counts(db::Tx& tx, Time now)
{
    return tx.query<KindCount>(
        "SELECT kind, COUNT(CASE WHEN dead_at IS NULL AND lease_owner IS NULL THEN 1 END), "
        "COUNT(CASE WHEN dead_at IS NULL AND lease_owner IS NOT NULL THEN 1 END), COUNT(dead_at), "
        "MIN(CASE WHEN dead_at IS NULL AND lease_owner IS NULL AND run_at <= ? THEN run_at END) "
        "FROM jobs GROUP BY kind ORDER BY kind",
        now);
}

std::vector<DeadJob> dead_jobs(db::Tx& tx, int limit, std::optional<JobId> before)
{
    if (!before) return tx.select<DeadJob>("FROM jobs WHERE dead_at IS NOT NULL ORDER BY id DESC LIMIT ?", limit);
    return tx.select<DeadJob>("FROM jobs WHERE dead_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?", *before, limit);
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
