#include "jobs/testing.hpp"

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JobStore : public JobFixture {};

INSTANTIATE_TEST_SUITE_P(databases, JobStore, db::both_databases(), db::dialect_name);

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

TEST_P(JobStore, an_ending_written_twice_counts_once)
{
    add({"a"});
    auto job = take().at(0);
    EXPECT_TRUE(fails(job));
    EXPECT_FALSE(fails(job)) << "the first commit got no answer, but it was done";
    EXPECT_EQ(rows()[0].tries, 1);
}

TEST_P(JobStore, counts_by_kind_and_knows_the_oldest)
{
    add({"a", "1"});
    add({"a", "2", {}, {}, now + 1s});
    add({"a", "later", {}, {}, now + 1h});
    add({"b", "3"});
    fails(write([&](db::Tx& tx) { return claim(tx, now, {"boot", {{"b", 1, 1s}}}); }).jobs.at(0), 1);
    take(1);
    now += 1min;
    auto all = db().read_now([&](db::Tx& tx) { return counts(tx, now); });
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(json::text_of(json::from(all[0])),
              R"({"kind":"a","waiting":2,"due":1,"running":1,"dead":0,"oldest_due":"2026-11-22T17:00:01.000Z"})");
    EXPECT_EQ(json::text_of(json::from(all[1])),
              R"({"kind":"b","waiting":0,"due":0,"running":0,"dead":1,"oldest_due":null})");
}

TEST_P(JobStore, counts_what_waits_in_each_lane_and_outside_of_them)
{
    add({"a", "1", {}, "supplier:1"});
    add({"a", "2", {}, "supplier:1"});
    add({"b", "3", {}, "supplier:2"});
    add({"a", "4"});
    take(1);
    auto lanes = db().read_now([](db::Tx& tx) { return lane_counts(tx); });
    ASSERT_THAT(lanes, SizeIs(2));
    EXPECT_EQ(json::text_of(json::from(lanes[0])), R"({"lane":"supplier:1","waiting":1,"running":1})");
    EXPECT_EQ(json::text_of(json::from(lanes[1])), R"({"lane":"supplier:2","waiting":1,"running":0})");
    std::vector<std::string_view> patient{"supplier:"};
    auto old = [&](Time before) { return db().read_now([&](db::Tx& tx) { return overdue(tx, before, patient); }); };
    EXPECT_EQ(old(now).count, 0);
    EXPECT_EQ(old(now + 1ms).count, 1);
    EXPECT_EQ(old(now + 1ms).oldest, now);
    add({"a", "5", {}, "site:1"});
    EXPECT_EQ(old(now + 1ms).count, 2) << "in a lane that has no reason to wait";
    patient.clear();
    EXPECT_EQ(old(now + 1ms).count, 4) << "control: but for the one somebody works on";
}

TEST_P(JobStore, asked_for_unless_due_it_runs_once)
{
    NewJob job{.kind = "a", .dedup_key = "k"};
    auto ask = [&] { return write([&](db::Tx& tx) { return enqueue_unless_due(tx, now, job); }); };
    auto state = [&] { return db().read_now([](db::Tx& tx) { return state_of(tx, "k"); }); };
    EXPECT_FALSE(state());
    EXPECT_TRUE(ask());
    EXPECT_FALSE(ask()) << "it is due";
    auto first = take().at(0);
    EXPECT_FALSE(ask()) << "it runs";
    EXPECT_TRUE(state()->running);
    EXPECT_TRUE(ends(first));
    EXPECT_THAT(rows(), SizeIs(0)) << "being told no, nobody asked it to run again";

    EXPECT_TRUE(ask());
    EXPECT_TRUE(fails(take().at(0)));
    EXPECT_EQ(state()->run_at, now + 5s);
    EXPECT_TRUE(ask()) << "it waits for its next try";
    EXPECT_EQ(state()->run_at, now);

    EXPECT_TRUE(fails(take().at(0), 1));
    EXPECT_TRUE(state()->dead);
    EXPECT_TRUE(ask()) << "a dead one lives again";
    EXPECT_FALSE(ask());
    EXPECT_THAT(take(), SizeIs(1));
}

TEST_P(JobStore, asked_for_unless_due_poison_keeps_its_pause)
{
    NewJob job{.kind = "a", .dedup_key = "k"};
    auto ask = [&] { return write([&](db::Tx& tx) { return enqueue_unless_due(tx, now, job); }); };
    ask();
    for (int i = 0; i < max_crashes; ++i) {
        take();
        lost_by({"another"});
    }
    ASSERT_THAT(dead(), SizeIs(1));
    EXPECT_TRUE(ask());
    EXPECT_EQ(rows()[0].run_at, now + poison_pause);
    EXPECT_FALSE(ask()) << "nobody cuts that short";
    EXPECT_EQ(rows()[0].run_at, now + poison_pause);
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
