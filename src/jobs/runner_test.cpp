#include "jobs/runner.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "jobs/runner_testing.hpp"

namespace smg::jobs {
namespace {

// Someone asks for the job again while it runs the first time.
Async<Outcome> settle_itself(db::Database& db, const Clock& clock, int* runs, Job job)
{
    bool first = ++*runs == 1;
    auto work = [&](db::Tx& tx) -> Result<void> {
        if (first) enqueue(tx, clock.now(), {"k", "{}", "key"});
        finish(tx, clock.now(), job);
        return {};
    };
    co_await db.write(std::move(work));
    co_return Settled{};
}

INSTANTIATE_TEST_SUITE_P(databases, RunnerTest, db::both_databases(), db::dialect_name);

TEST_P(RunnerTest, runs_what_is_enqueued_as_soon_as_it_is_committed)
{
    int ran = 0;
    auto work = [&](Job job) -> Async<Outcome> {
        EXPECT_EQ(job.payload, R"({"n":1})");
        ++ran;
        co_return Done{};
    };
    start({kind(work)}, {}, 1h);  // no tick comes to help: the announcement alone wakes it
    ASSERT_TRUE(until([&] { return value<std::int64_t>("SELECT COUNT(*) FROM boots") == 1; }));
    add({"k", R"({"n":1})"});
    ASSERT_TRUE(until([&] { return ran == 1 && rows() == 0; }));
}

TEST_P(RunnerTest, runs_what_becomes_due)
{
    gate.open = true;
    start({gated()});
    add({"k", "{}", {}, {}, clock.now() + 1min});
    ASSERT_TRUE(until([&] { return rows() == 1; }));
    EXPECT_EQ(gate.entered, 0);
    clock.advance(1min);
    ASSERT_TRUE(until([&] { return rows() == 0; }));
    EXPECT_EQ(gate.entered, 1);
}

TEST_P(RunnerTest, never_runs_more_of_a_kind_than_allowed_and_goes_on_when_one_ends)
{
    start({gated(3)}, {}, 1h);
    for (int i = 0; i < 10; ++i) add({"k"});
    ASSERT_TRUE(until([&] { return gate.entered == 3; }));
    EXPECT_EQ(runner_->in_flight(), 3u);
    gate.let_go();
    ASSERT_TRUE(until([&] { return rows() == 0; }));
    EXPECT_EQ(gate.entered, 10);
    EXPECT_LE(gate.most, 3);
}

TEST_P(RunnerTest, a_worker_that_throws_is_tried_again_and_dead_at_last)
{
    int ran = 0;
    auto work = [&](Job) -> Async<Outcome> {
        ++ran;
        throw std::runtime_error("broken");
        co_return Done{};
    };
    auto broken = kind(work);
    broken.max_tries = 2;
    start({broken});
    add({"k"});
    ASSERT_TRUE(until([&] { return ran == 1 && value<int>("SELECT COUNT(*) FROM jobs WHERE tries = 1") == 1; }));
    clock.advance(1min);
    ASSERT_TRUE(until([&] { return value<int>("SELECT COUNT(*) FROM jobs WHERE dead_at IS NOT NULL") == 1; }));
    EXPECT_EQ(ran, 2);
    EXPECT_EQ(told, "broken");
}

TEST_P(RunnerTest, a_worker_that_met_an_unavailable_database_is_not_blamed)
{
    bool away = true;
    auto work = [&](Job) -> Async<Outcome> {
        if (away) throw db::Unavailable("gone");
        co_return Done{};
    };
    start({kind(work)});
    add({"k"});
    ASSERT_TRUE(until([&] { return value<int>("SELECT COUNT(*) FROM jobs WHERE last_error IS NOT NULL") == 1; }));
    EXPECT_EQ(value<int>("SELECT tries FROM jobs"), 0);
    away = false;
    clock.advance(1min);
    ASSERT_TRUE(until([&] { return rows() == 0; }));
}

TEST_P(RunnerTest, keeps_what_was_done_until_the_database_takes_it)
{
    db::Options narrow;  // one writer and one place to wait: whoever comes third is refused as Unavailable
    narrow.pool = narrow.readers = 1;
    narrow.queue = 1;
    auto busy = db::Database::open(url(), narrow).value();
    start({gated()}, {}, 5ms, busy.get());
    add({"k"});
    ASSERT_TRUE(until([&] { return gate.entered == 1; }));

    std::atomic<bool> blocked = false;
    std::jthread blocker;
    std::promise<void> hold;  // gone before the thread is joined, whatever fails here
    auto block = [&, held = hold.get_future().share()](db::Tx&) { return blocked = true, held.wait(), 0; };
    blocker = std::jthread([&, block] {
        while (!blocked) {
            try {
                busy->write_now(block);
            } catch (const db::Unavailable&) {
                // The runner has just taken the queue's one place.
            }
        }
    });
    ASSERT_TRUE(until([&] { return blocked.load(); }));
    gate.let_go();
    ASSERT_TRUE(until([&] { return gate.now == 0; }));
    for (int i = 0; i < 10; ++i) io.run_one_for(5ms);  // tries in vain
    EXPECT_EQ(runner_->in_flight(), 1u);
    hold.set_value();
    ASSERT_TRUE(until([&] { return rows() == 0 && runner_->in_flight() == 0; }));
    EXPECT_EQ(gate.entered, 1) << "done is done: it does not run again";
    blocker.join();
    stop(1s);
    runner_.reset();
}

TEST_P(RunnerTest, leaves_alone_what_a_worker_has_written_down_itself)
{
    int runs = 0;
    Kind kind{.name = "k"};
    kind.work = [&](Job job) { return settle_itself(db(), clock, &runs, std::move(job)); };
    start({kind}, {}, 1h);
    add({"k", "{}", "key"});
    ASSERT_TRUE(until([&] { return rows() == 0 && runner_->in_flight() == 0; }));
    EXPECT_EQ(runs, 2);
}

TEST_P(RunnerTest, takes_the_delay_that_a_retry_names)
{
    auto work = [](Job) -> Async<Outcome> { co_return Retry{"later", 7min}; };
    start({kind(work)});
    add({"k"});
    ASSERT_TRUE(until([&] { return value<int>("SELECT tries FROM jobs") == 1; }));
    EXPECT_EQ(value<Time>("SELECT run_at FROM jobs"), clock.now() + 7min);
}

TEST_P(RunnerTest, a_paused_lane_waits_until_it_is_woken)
{
    std::atomic<int> limit = 0;
    gate.open = true;
    start({gated()}, [&](std::string_view) { return limit.load(); }, 1h);
    add({"k", "{}", {}, "supplier:1"});
    add({"k"});
    ASSERT_TRUE(until([&] { return rows() == 1; }));
    EXPECT_EQ(gate.entered, 1);
    limit = 1;
    runner_->wake();
    ASSERT_TRUE(until([&] { return rows() == 0; }));
}

}  // namespace
}  // namespace smg::jobs
