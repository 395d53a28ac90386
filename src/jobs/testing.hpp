#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "db/testing.hpp"
#include "jobs/job_store.hpp"

// For tests only: a table of jobs and what a process does with it.
namespace smg::jobs {

inline const Time start = *from_stored("2026-11-22 17:00:00.000");

struct JobRow {
    bool again = false;
    Time run_at;
    int tries = 0;
    int crashes = 0;
    std::optional<std::string> lease_owner;
    std::optional<std::string> last_error;
    std::optional<Time> dead_at;
};
BOOST_DESCRIBE_STRUCT(JobRow, (), (again, run_at, tries, crashes, lease_owner, last_error, dead_at))

class JobFixture : public db::OnBothDatabases {
protected:
    void add(NewJob job)
    {
        db().write_now([&](db::Tx& tx) -> Result<void> { return enqueue(tx, now, job), Result<void>{}; });
    }

    std::vector<Job> take(int at_most = 10, int free = 10, LaneLimit lane_limit = {})
    {
        return taken(at_most, free, std::move(lane_limit)).jobs;
    }

    Claimed taken(int at_most, int free, LaneLimit lane_limit = {}, std::string boot = "boot")
    {
        ClaimRequest request{boot, {{"a", free, lease}, {"b", 10, lease}}, std::move(lane_limit), at_most};
        return db().write_now([&](db::Tx& tx) { return claim(tx, now, request); });
    }

    template <class F>
    auto write(F work)
    {
        return db().write_now([&](db::Tx& tx) { return work(tx); });
    }

    bool fails(const Job& job, int max_tries = 8)
    {
        return write([&](db::Tx& tx) { return retry(tx, now, job, "no", now + std::chrono::seconds(5), max_tries, tell); });
    }

    bool ends(const Job& job)
    {
        return write([&](db::Tx& tx) { return finish(tx, now, job); });
    }

    std::vector<JobRow> rows()
    {
        return db().read_now([](db::Tx& tx) { return tx.select<JobRow>("FROM jobs ORDER BY id"); });
    }

    std::vector<DeadJob> dead()
    {
        return db().read_now([](db::Tx& tx) { return dead_jobs(tx, 10); });
    }

    int lost_by(std::vector<std::string> live, Time expired_before = {})
    {
        return write([&](db::Tx& tx) { return release_lost(tx, now, {live, expired_before}, tell); });
    }

    static constexpr Duration lease = std::chrono::seconds(120);

    Time now = start;
    std::vector<std::string> told;  // a closure that runs again tells again: only the last entry counts
    Tell tell = [this](db::Tx&, const DeadJob& job) { told = {job.kind}; };
};

inline std::vector<std::string> payloads(const std::vector<Job>& jobs)
{
    std::vector<std::string> out;
    for (const auto& job : jobs) out.push_back(job.payload);
    return out;
}

}  // namespace smg::jobs
