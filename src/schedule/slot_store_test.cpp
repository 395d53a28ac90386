#include "schedule/slot_store.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "schedule/timetable.hpp"

namespace smg::schedule {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

const Time start = *from_stored("2026-11-22 17:00:00.000");

class SlotStore : public db::OnBothDatabases {
protected:
    template <class F>
    auto write(F work)
    {
        return db().write_now([&](db::Tx& tx) { return work(tx); });
    }

    bool take(Time slot)
    {
        return write([&](db::Tx& tx) { return take_slot(tx, now, "orders", slot); });
    }
    Time begin()
    {
        return write([&](db::Tx& tx) { return begin_run(tx, "orders", now); });
    }
    void end(Time slot, const RunEnd& how = {})
    {
        write([&](db::Tx& tx) { return end_run(tx, "orders", slot, now, how), true; });
    }
    schedule::Run run()
    {
        return db().read_now([](db::Tx& tx) { return last_runs(tx, {"orders", "unknown"}); }).at(0);
    }
    LastFinished finished()
    {
        return db().read_now([](db::Tx& tx) { return last_finished(tx); }).at(0);
    }

    Time now = start;
};

INSTANTIATE_TEST_SUITE_P(databases, SlotStore, db::both_databases(), db::dialect_name);

TEST_P(SlotStore, a_slot_taken_is_no_run)
{
    EXPECT_TRUE(take(start));
    EXPECT_FALSE(take(start));
    EXPECT_THAT(db().read_now([](db::Tx& tx) { return last_runs(tx, {"orders"}); }), SizeIs(0));
    EXPECT_FALSE(finished().finished_at);
    EXPECT_EQ(finished().known_since, start);
}

TEST_P(SlotStore, a_run_is_written_down_with_its_beginning_its_length_and_its_end)
{
    take(start);
    now += 2s;
    auto slot = begin();
    EXPECT_EQ(slot, start);
    EXPECT_EQ(run().started_at, start + 2s);
    EXPECT_FALSE(run().result);
    now += 3s;
    end(slot, {RunResult::done, 3s});
    EXPECT_EQ(run().result, RunResult::done);
    EXPECT_EQ(run().duration_ms, 3000);
    EXPECT_FALSE(run().error);
    EXPECT_EQ(finished().finished_at, start + 5s);
}

TEST_P(SlotStore, a_run_stays_that_of_the_slot_in_which_it_began)
{
    take(start);
    auto slot = begin();
    now += 2min;
    take(start + 2min);
    end(slot, {RunResult::done, 2min});
    EXPECT_EQ(run().started_at, start);
    using Row = std::tuple<std::int64_t, std::optional<Time>>;
    auto rows =
        db().read_now([](db::Tx& tx) { return tx.query<Row>("SELECT slot, finished_at FROM run_slots ORDER BY slot"); });
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(std::get<1>(rows[0]), now);
    EXPECT_FALSE(std::get<1>(rows[1])) << "its own run has not begun";
    EXPECT_EQ(begin(), start + 2min);
    EXPECT_EQ(run().started_at, now);
}

TEST_P(SlotStore, a_run_that_failed_finishes_nothing_and_says_why)
{
    take(start);
    end(begin(), {RunResult::done, 1s});
    now += 1min;
    end(begin(), {RunResult::failed, 5s, std::string(600, 'x')});
    EXPECT_EQ(run().result, RunResult::failed);
    EXPECT_EQ(run().error, std::string(500, 'x'));
    EXPECT_EQ(finished().finished_at, start) << "the run before it has finished";
    now += 1min;
    end(begin(), {RunResult::waits, 5s, "not yet"});
    EXPECT_EQ(run().result, RunResult::waits);
    EXPECT_EQ(finished().finished_at, start);
}

TEST_P(SlotStore, a_run_asked_for_before_any_slot_was_taken_has_one_of_its_own)
{
    auto slot = begin();
    end(slot);
    EXPECT_EQ(finished().finished_at, start);
    EXPECT_EQ(finished().known_since, start);
}

TEST_P(SlotStore, a_run_of_a_future_that_was_none_is_not_fresh_for_ever)
{
    take(start);
    now += 24h;
    take(now);
    end(begin());
    now = start;
    write([&](db::Tx& tx) { return clock_was_set_back(tx, now), true; });
    EXPECT_EQ(finished().finished_at, start);
    EXPECT_EQ(run().started_at, start);
}

TEST_P(SlotStore, what_was_lived_already_is_lived_again_when_the_clock_is_set_back)
{
    for (auto hour : {1h, 2h, 3h}) take(start + hour);
    auto again = [&](Time slot) { return write([&](db::Tx& tx) { return take_slot(tx, now, "orders", slot); }); };
    EXPECT_FALSE(again(start + 1h)) << "control";
    now = start;
    write([&](db::Tx& tx) { return clock_was_set_back(tx, now), true; });
    EXPECT_TRUE(again(start + 1h));
    EXPECT_TRUE(again(start + 2h));
}

TEST(Late, is_what_has_not_finished_for_two_periods_while_the_program_ran)
{
    Task task{"orders", [] { return Duration(2min); }, "orders.tick"};
    auto patience = 4min + longest_run;
    LastFinished recent{"orders", start, start - 1h}, never_finished{"orders", {}, start};
    auto later = start + patience + 1ms;
    EXPECT_FALSE(became_late(task, &recent, start + patience, start - 1h));
    EXPECT_TRUE(became_late(task, &recent, later, start - 1h));
    EXPECT_TRUE(became_late(task, &never_finished, later, start - 1h));
    EXPECT_TRUE(became_late(task, nullptr, later, start)) << "nobody ever asked for it";
    EXPECT_FALSE(became_late(task, nullptr, later, later - 1min)) << "the program has just begun";
    EXPECT_FALSE(became_late(task, &recent, later, later - 1min)) << "it was off";
    EXPECT_TRUE(became_late(task, &recent, later, later - 3min)) << "what was missed could have been done by now";
    Task rare{"cleaning", [] { return Duration(1h); }, "cleaning.tick"};
    EXPECT_FALSE(became_late(rare, &recent, start + 3h, start + 3h - 13min));
    EXPECT_TRUE(became_late(rare, &recent, start + 3h, start + 3h - 15min)) << "though it is started again and again";
    EXPECT_TRUE(is_late(task, &recent, later)) << "which is no reason to take an alarm back";
}

}  // namespace
}  // namespace smg::schedule
