#include "jobs/job_store.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "db/testing.hpp"

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Time start = *from_stored("2026-11-22 17:00:00.000");

struct Row {
    bool again = false;
    Time run_at;
    int tries = 0;
    int crashes = 0;
    std::optional<std::string> lease_owner;
    std::optional<std::string> last_error;
    std::optional<Time> dead_at;
};
BOOST_DESCRIBE_STRUCT(Row, (), (again, run_at, tries, crashes, lease_owner, last_error, dead_at))

class JobStore : public db::OnBothDatabases {
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
        ClaimRequest request{boot, {{"a", free, 120s}, {"b", 10, 120s}}, std::move(lane_limit), at_most};
        return db().write_now([&](db::Tx& tx) { return claim(tx, now, request); });
    }

    template <class F>
    auto write(F work)
    {
        return db().write_now([&](db::Tx& tx) { return work(tx); });
    }

    bool fails(const Job& job, int max_tries = 8)
    {
        return write([&](db::Tx& tx) { return retry(tx, now, job, "no", now + 5s, max_tries, tell); });
    }

    bool ends(const Job& job)
    {
        return write([&](db::Tx& tx) { return finish(tx, now, job); });
    }

    std::vector<Row> rows()
    {
        return db().read_now([](db::Tx& tx) { return tx.select<Row>("FROM jobs ORDER BY id"); });
    }

    std::vector<DeadJob> dead()
    {
        return db().read_now([](db::Tx& tx) { return dead_jobs(tx, 10); });
    }

    int lost_by(std::vector<std::string> live, Time expired_before = {})
    {
        return write([&](db::Tx& tx) { return release_lost(tx, now, {live, expired_before}, tell); });
    }

    Time now = start;
    std::vector<std::string> told;  // a closure that runs again tells again: only the last entry counts
    Tell tell = [this](db::Tx&, const DeadJob& job) { told = {job.kind}; };
};

std::vector<std::string> payloads(const std::vector<Job>& jobs)
{
    std::vector<std::string> out;
    for (const auto& job : jobs) out.push_back(job.payload);
    return out;
}

INSTANTIATE_TEST_SUITE_P(databases, JobStore, db::both_databases(), db::dialect_name);

TEST_P(JobStore, takes_what_is_due_in_order_and_only_once)
{
    add({"a", "2", {}, {}, now + 2s});
    add({"a", "1", {}, {}, now + 1s});
    add({"a", "9", {}, {}, now + 9s});
    add({"other", "0"});
    now += 5s;
    EXPECT_THAT(payloads(take()), ElementsAre("1", "2"));
    EXPECT_THAT(take(), IsEmpty());
}

TEST_P(JobStore, is_not_there_when_what_asked_for_it_rolled_back)
{
    db().write_now([&](db::Tx& tx) -> Result<void> {
        enqueue(tx, now, {"a"});
        return fail(Code::conflict, "no");
    });
    EXPECT_THAT(rows(), IsEmpty());
}

TEST_P(JobStore, refuses_a_payload_that_is_too_long)
{
    EXPECT_THROW(add({"a", std::string(max_payload + 1, 'x')}), std::length_error);
    add({"a", std::string(max_payload, 'x')});
    EXPECT_EQ(take().front().payload.size(), max_payload);
}

TEST_P(JobStore, with_a_known_key_moves_the_waiting_one_ahead_and_never_back)
{
    add({"a", "1", "key", {}, now + 10s});
    add({"a", "2", "key", {}, now + 5s});
    add({"a", "3", "key", {}, now + 50s});
    ASSERT_THAT(rows(), SizeIs(1));
    EXPECT_EQ(rows()[0].run_at, start + 5s);
    now += 5s;
    auto jobs = take();
    EXPECT_THAT(payloads(jobs), ElementsAre("1"));
    EXPECT_TRUE(ends(jobs[0]));
    EXPECT_THAT(rows(), IsEmpty()) << "asked for before it began: one run is enough";
}

TEST_P(JobStore, asked_for_while_it_runs_runs_once_more)
{
    add({"a", "1", "key"});
    auto job = take().at(0);
    add({"a", "1", "key"});
    EXPECT_THAT(take(), IsEmpty()) << "never two at once";
    EXPECT_TRUE(ends(job));
    auto again = take();
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_TRUE(ends(again[0]));
    EXPECT_THAT(rows(), IsEmpty());
}

TEST_P(JobStore, does_not_take_more_than_asked_and_says_that_there_is_more)
{
    for (int i = 0; i < 5; ++i) add({"a"});
    auto first = taken(3, 10);
    EXPECT_THAT(first.jobs, SizeIs(3));
    EXPECT_TRUE(first.more);
    auto rest = taken(3, 10);
    EXPECT_THAT(rest.jobs, SizeIs(2));
    EXPECT_FALSE(rest.more);
}

TEST_P(JobStore, a_full_kind_does_not_hold_up_the_rest)
{
    for (int i = 0; i < 20; ++i) add({"a", "a"});
    add({"b", "b"});
    auto claimed = taken(4, 2);
    EXPECT_THAT(payloads(claimed.jobs), ElementsAre("a", "a", "b"));
    EXPECT_TRUE(claimed.more);
}

TEST_P(JobStore, a_full_lane_does_not_hold_up_the_rest)
{
    for (int i = 0; i < 20; ++i) add({"a", "slow", {}, "supplier:1"});
    for (int i = 0; i < 20; ++i) add({"a", "paused", {}, "supplier:2"});
    add({"a", "fast", {}, "supplier:3"});
    add({"a", "free"});
    auto limit = [](std::string_view lane) { return lane == "supplier:2" ? 0 : 2; };
    auto claimed = taken(6, 10, limit);
    EXPECT_THAT(payloads(claimed.jobs), ElementsAre("slow", "slow", "fast", "free"));
    EXPECT_TRUE(claimed.more);
    EXPECT_THAT(take(6, 10, limit), IsEmpty()) << "what runs counts";
    EXPECT_TRUE(ends(claimed.jobs[0]));
    EXPECT_THAT(payloads(take(6, 10, limit)), ElementsAre("slow"));
}

TEST_P(JobStore, two_processes_never_get_the_same)
{
    constexpr int jobs = 60, processes = 4;
    for (int i = 0; i < jobs; ++i) add({"a", std::to_string(i)});
    std::vector<std::vector<Job>> got(processes);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < processes; ++i)
            threads.emplace_back([&, i] {
                for (int empty = 0; empty < 3;) {
                    auto some = taken(7, 100, {}, std::to_string(i)).jobs;
                    empty = some.empty() ? empty + 1 : 0;
                    std::ranges::move(some, std::back_inserter(got[static_cast<std::size_t>(i)]));
                }
            });
    }
    std::set<std::int64_t> ids;
    std::size_t total = 0;
    for (const auto& mine : got)
        for (const auto& job : mine) ids.insert(job.id.value), ++total;
    EXPECT_EQ(total, jobs);
    EXPECT_EQ(ids.size(), jobs);
}

TEST_P(JobStore, a_retry_waits_and_the_last_one_is_dead_and_told)
{
    add({"a", "1", "key"});
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(fails(take().at(0), 3));
        EXPECT_THAT(take(), IsEmpty());
        now += 5s;
    }
    EXPECT_EQ(rows()[0].tries, 2);
    EXPECT_THAT(told, IsEmpty());
    auto last = take().at(0);
    EXPECT_TRUE(fails(last, 3));
    EXPECT_THAT(told, ElementsAre("a"));
    EXPECT_THAT(take(), IsEmpty());
    ASSERT_THAT(dead(), SizeIs(1));
    EXPECT_EQ(dead()[0].last_error, "no");
    EXPECT_EQ(dead()[0].dead_at, now);
}

TEST_P(JobStore, a_long_error_is_cut_and_not_refused)
{
    add({"a"});
    auto job = take().at(0);
    std::string text;
    while (text.size() < 2000) text += "їжак ";
    EXPECT_TRUE(write([&](db::Tx& tx) { return retry(tx, now, job, text, now, 8, tell); }));
    EXPECT_LE(rows()[0].last_error->size(), max_error);
}

TEST_P(JobStore, asked_for_while_it_fails_for_the_last_time_lives_on)
{
    add({"a", "1", "key"});
    auto job = take().at(0);
    add({"a", "1", "key"});
    EXPECT_TRUE(fails(job, 1));
    EXPECT_THAT(dead(), IsEmpty());
    EXPECT_THAT(told, IsEmpty());
}

TEST_P(JobStore, a_dead_one_lives_again_when_someone_asks_for_it)
{
    add({"a", "1", "key"});
    fails(take().at(0), 1);
    ASSERT_THAT(dead(), SizeIs(1));
    add({"a", "1", "key"});
    auto job = take().at(0);
    EXPECT_EQ(job.tries, 0);
}

TEST_P(JobStore, parked_waits_without_a_try)
{
    add({"a"});
    auto job = take().at(0);
    EXPECT_TRUE(write([&](db::Tx& tx) { return park(tx, now, job, "paused", now + 1min); }));
    EXPECT_THAT(take(), IsEmpty());
    now += 1min;
    EXPECT_EQ(take().at(0).tries, 0);
}

TEST_P(JobStore, a_hurried_lane_runs_at_once_and_also_what_was_just_deciding_to_wait)
{
    add({"a", "waiting", {}, "supplier:1", now + 1h});
    add({"a", "elsewhere", {}, "supplier:2", now + 1h});
    add({"a", "deciding", {}, "supplier:1"});
    auto deciding = take().at(0);
    write([&](db::Tx& tx) { return hurry_lane(tx, now, "supplier:1"), 0; });
    EXPECT_TRUE(write([&](db::Tx& tx) { return park(tx, now, deciding, "paused", now + 1h); }));
    EXPECT_THAT(payloads(take()), testing::UnorderedElementsAre("waiting", "deciding"));
}

TEST_P(JobStore, who_lost_the_lease_has_no_say)
{
    add({"a", "1"});
    auto frozen = take().at(0);
    EXPECT_EQ(lost_by({"other"}), 1);
    auto taken_over = take().at(0);
    EXPECT_FALSE(ends(frozen));
    EXPECT_FALSE(fails(frozen));
    EXPECT_FALSE(write([&](db::Tx& tx) { return park(tx, now, frozen, "", now); }));
    EXPECT_FALSE(write([&](db::Tx& tx) { return renew(tx, frozen, now + 1h); }));
    EXPECT_FALSE(write([&](db::Tx& tx) { return release(tx, frozen); }));
    EXPECT_TRUE(ends(taken_over));
}

TEST_P(JobStore, an_ending_written_twice_counts_once)
{
    add({"a"});
    auto job = take().at(0);
    EXPECT_TRUE(fails(job));
    EXPECT_FALSE(fails(job)) << "the first commit got no answer, but it was done";
    EXPECT_EQ(rows()[0].tries, 1);
}

TEST_P(JobStore, only_leases_of_the_dead_and_expired_ones_are_lost)
{
    add({"a"});
    take();
    EXPECT_EQ(lost_by({"x", "boot", "y"}), 0);
    EXPECT_EQ(lost_by({"boot"}, now + 120s), 0);
    EXPECT_EQ(lost_by({"boot"}, now + 121s), 1);
    EXPECT_EQ(lost_by({"nobody"}, now + 121s), 0) << "it waits again, and is nobody's";
}

TEST_P(JobStore, a_renewed_lease_does_not_expire)
{
    add({"a"});
    auto job = take().at(0);
    EXPECT_TRUE(write([&](db::Tx& tx) { return renew(tx, job, now + 1h); }));
    EXPECT_TRUE(write([&](db::Tx& tx) { return renew(tx, job, now + 1h); })) << "the same again is no loss";
    EXPECT_EQ(lost_by({"boot"}, now + 30min), 0);
}

TEST_P(JobStore, three_crashes_are_poison_that_only_a_person_revives)
{
    add({"a", "1", "key"});
    for (int i = 0; i < max_crashes; ++i) {
        ASSERT_THAT(take(), SizeIs(1));
        EXPECT_EQ(lost_by({"other"}), 1);
    }
    EXPECT_THAT(told, ElementsAre("a"));
    EXPECT_THAT(*dead().at(0).last_error, testing::HasSubstr("poison"));
    add({"a", "1", "key"});
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_TRUE(write([&](db::Tx& tx) { return retry_dead(tx, now, dead()[0].id); }));
    EXPECT_EQ(take().at(0).crashes, 0);
}

TEST_P(JobStore, a_lease_that_its_own_boot_does_not_know_is_given_back_without_blame)
{
    add({"a", "held"});
    add({"a", "forgotten"});
    auto jobs = take();
    EXPECT_EQ(write([&](db::Tx& tx) { return release_unheld(tx, "boot", {jobs[0].id}); }), 1);
    EXPECT_EQ(write([&](db::Tx& tx) { return release_unheld(tx, "elsewhere", {}); }), 0);
    auto again = take();
    EXPECT_THAT(payloads(again), ElementsAre("forgotten"));
    EXPECT_EQ(again[0].crashes, 0);
}

TEST_P(JobStore, counts_by_kind_and_knows_the_oldest)
{
    add({"a", "1"});
    add({"a", "2", {}, {}, now + 1s});
    add({"b", "3"});
    fails(write([&](db::Tx& tx) { return claim(tx, now, {"boot", {{"b", 1, 1s}}}); }).jobs.at(0), 1);
    take(1);
    now += 1min;
    auto all = db().read_now([&](db::Tx& tx) { return counts(tx, now); });
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(json::text_of(json::from(all[0])),
              R"({"kind":"a","waiting":1,"running":1,"dead":0,"oldest_due":"2026-11-22T17:00:01.000Z"})");
    EXPECT_EQ(json::text_of(json::from(all[1])), R"({"kind":"b","waiting":0,"running":0,"dead":1,"oldest_due":null})");
}

TEST_P(JobStore, dead_ones_are_listed_in_pages_and_discarded)
{
    for (int i = 0; i < 3; ++i) add({"a", std::to_string(i)});
    for (const auto& job : take()) fails(job, 1);
    auto page = db().read_now([&](db::Tx& tx) { return dead_jobs(tx, 2); });
    ASSERT_THAT(page, SizeIs(2));
    EXPECT_EQ(page[0].payload, "2");
    auto next = db().read_now([&](db::Tx& tx) { return dead_jobs(tx, 2, page[1].id); });
    ASSERT_THAT(next, SizeIs(1));
    EXPECT_TRUE(write([&](db::Tx& tx) { return discard_dead(tx, next[0].id); }));
    EXPECT_FALSE(write([&](db::Tx& tx) { return discard_dead(tx, next[0].id); }));
    EXPECT_THAT(dead(), SizeIs(2));
}

TEST_P(JobStore, a_living_one_can_neither_be_discarded_nor_retried_as_dead)
{
    add({"a"});
    auto id = take().at(0).id;
    EXPECT_FALSE(write([&](db::Tx& tx) { return discard_dead(tx, id); }));
    EXPECT_FALSE(write([&](db::Tx& tx) { return retry_dead(tx, now, id); }));
}

}  // namespace
}  // namespace smg::jobs
