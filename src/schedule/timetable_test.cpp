#include "schedule/timetable.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "db/testing.hpp"
#include "jobs/job.hpp"
#include "schedule/slot_store.hpp"

namespace smg::schedule {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::Lt;
using testing::SizeIs;

namespace asio = boost::asio;

const Time start = *from_stored("2026-11-22 17:00:00.000");

TEST(Slot, begins_at_a_multiple_of_the_period)
{
    EXPECT_EQ(slot_of(start + 119'999ms, 2min), start);
    EXPECT_EQ(slot_of(start + 120s, 2min), start + 2min);
    EXPECT_EQ(slot_of(start + 5min, 10min), start);
    EXPECT_EQ(slot_of(start, 0ms), start) << "a period of nothing is no crash";
}

/// One node's timetable and what it needs to go.
struct Node {
    Node(asio::io_context& context, db::Database& db, Clock& clock, std::vector<Task> tasks, int jitter_percent = 0)
        : io(context), timetable(io, db, clock, std::move(tasks), {1ms, jitter_percent})
    {
    }

    /// Some ticks of it, then none is under way.
    void tick()
    {
        bool stopped = false;
        timetable.start();
        auto ending = [&]() -> Async<void> {
            co_await timetable.stop();
            stopped = true;
        };
        asio::co_spawn(io, ending, asio::detached);
        auto deadline = std::chrono::steady_clock::now() + 30s;
        io.restart();
        while (!stopped && std::chrono::steady_clock::now() < deadline) io.run_one_for(10ms);
        ASSERT_TRUE(stopped);
    }

    asio::io_context& io;
    Timetable timetable;
};

class TimetableTest : public db::OnBothDatabases {
protected:
    /// Each tick is a process of its own: nothing is remembered outside the database.
    void tick_afresh(int jitter_percent = 0) { Node(io, db(), clock, tasks, jitter_percent).tick(); }

    std::vector<Time> jobs()
    {
        return db().read_now([](db::Tx& tx) { return tx.query<Time>("SELECT run_at FROM jobs ORDER BY run_at"); });
    }

    /// What waits is done; gives how many there were.
    std::int64_t work_off()
    {
        return db().write_now([](db::Tx& tx) { return tx.execute("DELETE FROM jobs"); });
    }

    asio::io_context io;
    ManualClock clock{start};
    Duration period = 2min;
    std::vector<Task> tasks{{"orders", [this] { return period; }, "orders.tick"}};
};

INSTANTIATE_TEST_SUITE_P(databases, TimetableTest, db::both_databases(), db::dialect_name);

TEST_P(TimetableTest, makes_one_job_of_each_slot_however_many_nodes_there_are)
{
    for (int node = 0; node < 3; ++node) tick_afresh();
    EXPECT_EQ(work_off(), 1);
    clock.advance(119s);
    tick_afresh();
    EXPECT_EQ(work_off(), 0);
    clock.advance(1s);
    for (int node = 0; node < 3; ++node) tick_afresh();
    EXPECT_EQ(work_off(), 1);
}

TEST_P(TimetableTest, missed_slots_are_one_run)
{
    tick_afresh();
    work_off();
    clock.advance(24h);
    tick_afresh();
    EXPECT_EQ(work_off(), 1);
}

TEST_P(TimetableTest, a_task_that_still_runs_does_not_get_a_second_job)
{
    tick_afresh();
    clock.advance(2min);
    tick_afresh();
    EXPECT_THAT(jobs(), SizeIs(1));
}

TEST_P(TimetableTest, a_clock_that_jumps_back_runs_nothing_twice_and_nothing_waits_for_a_future_that_was_none)
{
    Node node(io, db(), clock, tasks);
    node.tick();
    EXPECT_EQ(work_off(), 1);
    clock.advance(2min);
    tick_afresh();
    EXPECT_EQ(work_off(), 1);
    clock.advance(-2min);
    tick_afresh();
    EXPECT_EQ(work_off(), 0);
    clock.advance(24h * 365 * 10);
    tick_afresh();
    EXPECT_EQ(work_off(), 1);
    clock.advance(-24h * 365 * 10 + 4min);
    tick_afresh();
    EXPECT_EQ(work_off(), 1);
}

TEST_P(TimetableTest, a_longer_period_does_not_stop_a_task)
{
    tick_afresh();
    work_off();
    period = 10min;
    clock.advance(10min);
    tick_afresh();
    EXPECT_EQ(work_off(), 1);
}

TEST_P(TimetableTest, spreads_runs_over_a_tenth_of_the_period)
{
    tasks.clear();
    for (int i = 0; i < 30; ++i) tasks.push_back({std::to_string(i), [] { return Duration(100s); }, "k"});
    tick_afresh(10);
    auto all = jobs();
    ASSERT_THAT(all, SizeIs(30));
    EXPECT_THAT(all, Each(AllOf(Ge(start), Lt(start + 10s))));
    EXPECT_NE(all.front(), all.back());
}

TEST_P(TimetableTest, runs_a_task_at_once_when_asked)
{
    auto run = [&](Time now) { return db().write_now([&](db::Tx& tx) { return run_now(tx, now, tasks[0]); }); };
    EXPECT_TRUE(run(start + 5s));
    EXPECT_TRUE(run(start)) << "it waited until later";
    EXPECT_THAT(jobs(), ElementsAre(start));
    EXPECT_FALSE(run(start)) << "it is due already";
    EXPECT_THAT(jobs(), SizeIs(1));
}

TEST_P(TimetableTest, forgets_old_slots)
{
    tick_afresh();
    clock.advance(2min);
    tick_afresh();
    db().write_now([&](db::Tx& tx) -> Result<void> { return prune_slots(tx, start + 1min), Result<void>{}; });
    auto left = db().read_now([](db::Tx& tx) { return tx.query<std::int64_t>("SELECT slot FROM run_slots"); });
    EXPECT_THAT(left, ElementsAre((start + 2min).time_since_epoch().count()));
}

}  // namespace
}  // namespace smg::schedule
