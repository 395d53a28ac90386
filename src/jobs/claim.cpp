#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <ranges>

#include "jobs/claim_sql.hpp"
#include "jobs/job_store.hpp"
#include "jobs/list_of.hpp"

namespace smg::jobs {
namespace {

/// The kinds that have room, counted down while jobs are taken.
using Room = std::map<std::string, FreeSlots>;

struct Candidate {
    JobId id;
    std::string kind, payload;
    Time run_at;
    int tries = 0, crashes = 0;
    std::int64_t fence = 0;
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (id, kind, payload, run_at, tries, crashes, fence))

struct Due {
    std::vector<Candidate> jobs;
    bool more = false;
};

std::vector<Candidate> candidates(db::Tx& tx, Time now, const std::string& lane, const Room& room, int limit)
{
    std::vector<db::Param> params{db::to_param(tx.dialect(), lane), db::to_param(tx.dialect(), now)};
    auto sql = due_in_lane(db::columns<Candidate>(), list_of(std::views::keys(room), params));
    params.push_back(db::to_param(tx.dialect(), limit));
    sql += tx.skip_locked();
    return tx.query_with<Candidate>(sql, std::move(params));
}

/// What may be taken of one lane; the jobs of a paused one are not even looked at.
Due due_of(db::Tx& tx, Time now, const std::string& lane, const LaneLimit& lane_limit, const Room& room, int at_most)
{
    bool limited = lane_limit && !lane.empty();
    int most = limited ? lane_limit(lane) : at_most;
    int limit = std::min(most, at_most);
    if (limit <= 0) return {};
    Due due{candidates(tx, now, lane, room, limit)};
    due.more = std::ssize(due.jobs) == limit;
    if (!limited || due.jobs.empty()) return due;
    auto free = std::max<std::int64_t>(0, most - *tx.first<std::int64_t>(running_in_lane, lane));
    if (free >= std::ssize(due.jobs)) return due;
    due.jobs.resize(static_cast<std::size_t>(free));
    due.more = true;
    return due;
}

/// At most `at_most` of each lane, all lanes together the longest waiting first.
Due due_of_all_lanes(db::Tx& tx, Time now, const LaneLimit& lane_limit, const Room& room, int at_most)
{
    Due all;
    for (const auto& lane : tx.query<std::string>(all_lanes)) {
        auto due = due_of(tx, now, lane, lane_limit, room, at_most);
        std::ranges::move(due.jobs, std::back_inserter(all.jobs));
        all.more = all.more || due.more;
    }
    std::ranges::sort(all.jobs, {}, [](const Candidate& job) { return std::pair(job.run_at, job.id.value); });
    return all;
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

std::string due_in_lane(std::string_view columns, std::string_view kinds)
{
    return fmt::format(
        "SELECT {} FROM jobs WHERE lane = ? AND dead_at IS NULL AND lease_owner IS NULL AND run_at <= ? AND kind IN {} "
        "ORDER BY run_at, id LIMIT ?",
        columns, kinds);
}

Claimed claim(db::Tx& tx, Time now, ClaimRequest request)
{
    Claimed claimed;
    Room room;
    for (auto& slots : request.slots)
        if (slots.free > 0) room[slots.kind] = slots;

    auto left = [&] { return request.at_most - static_cast<int>(claimed.jobs.size()); };
    // Each round but the last fills a kind, which the next one looks past.
    for (bool again = true; again && left() > 0 && !room.empty();) {
        again = false;
        auto due = due_of_all_lanes(tx, now, request.lane_limit, room, left());
        claimed.more = claimed.more || due.more;
        for (auto& job : due.jobs | std::views::take(left())) {
            auto slots = room.find(job.kind);
            if (slots == room.end()) {
                again = claimed.more = true;
            } else if (lease(tx, job, request.boot_id, now + slots->second.lease)) {
                claimed.jobs.push_back({job.id, job.kind, std::move(job.payload), job.tries, job.crashes, job.fence + 1});
                if (--slots->second.free == 0) room.erase(slots);
            }
        }
    }
    claimed.more = claimed.more || left() <= 0 || room.empty();
    return claimed;
}

}  // namespace smg::jobs
