// Whose a job is: while it runs long, when a node dies, and when it stops.
#include <gmock/gmock.h>

#include "jobs/runner_testing.hpp"

namespace smg::jobs {
namespace {

class RunnerLeaseTest : public RunnerTest {};
INSTANTIATE_TEST_SUITE_P(databases, RunnerLeaseTest, db::both_databases(), db::dialect_name);

TEST_P(RunnerLeaseTest, keeps_the_lease_of_what_takes_long)
{
    start({gated()});
    add({"k"});
    ASSERT_TRUE(until([&] { return gate.entered == 1; }));
    for (int i = 0; i < 20; ++i) {
        clock.advance(20s);
        auto least = clock.now() + 60s;
        ASSERT_TRUE(until([&] { return value<Time>("SELECT lease_until FROM jobs") >= least; }));
    }
    EXPECT_EQ(gate.entered, 1);
    EXPECT_EQ(value<int>("SELECT crashes FROM jobs"), 0);
}

TEST_P(RunnerLeaseTest, takes_over_at_once_what_an_earlier_boot_of_its_node_had_in_hand)
{
    write([&](db::Tx& tx) {
        register_boot(tx, clock.now(), {"earlier", "here", "host", 1, "1.0"});
        enqueue(tx, clock.now(), {"k"});
    });
    write([&](db::Tx& tx) { claim(tx, clock.now(), {"earlier", {{"k", 1, 120s}}}); });
    start({gated()});
    ASSERT_TRUE(until([&] { return gate.entered == 1; }));
    EXPECT_EQ(value<int>("SELECT crashes FROM jobs"), 1);
    EXPECT_EQ(value<int>("SELECT COUNT(*) FROM boots WHERE ended_at IS NULL"), 1);
}

TEST_P(RunnerLeaseTest, takes_over_from_a_silent_node_only_after_it_was_awake_itself_for_a_while)
{
    write([&](db::Tx& tx) {
        register_boot(tx, clock.now(), {"there", "elsewhere", "host", 1, "1.0"});
        enqueue(tx, clock.now(), {"k"});
    });
    write([&](db::Tx& tx) { claim(tx, clock.now(), {"there", {{"k", 1, 120s}}}); });
    clock.advance(1h);  // nobody could write, say
    start({gated()});
    ASSERT_TRUE(until([&] { return value<int>("SELECT COUNT(*) FROM boots WHERE boot_id = 'own'") == 1; }));
    EXPECT_EQ(value<int>("SELECT crashes FROM jobs"), 0);
    auto again = [&] {
        clock.advance(1s);
        return gate.entered == 1;
    };
    ASSERT_TRUE(until(again));
    EXPECT_GE(clock.now(), *from_stored("2026-11-22 18:00:30.000"));
    EXPECT_EQ(value<int>("SELECT crashes FROM jobs"), 1);
}

TEST_P(RunnerLeaseTest, a_stop_waits_for_what_has_begun_and_begins_no_more)
{
    start({gated(1)});
    add({"k"});
    add({"k"});
    ASSERT_TRUE(until([&] { return gate.entered == 1; }));
    asio::steady_timer later(io, 30ms);
    later.async_wait([&](auto) { gate.let_go(); });
    stop(30s);
    EXPECT_EQ(runner_->in_flight(), 0u);
    EXPECT_EQ(gate.entered, 1);
    EXPECT_EQ(value<int>("SELECT COUNT(*) FROM jobs WHERE lease_owner IS NULL"), 1);
    EXPECT_EQ(rows(), 1);
}

TEST_P(RunnerLeaseTest, a_stop_does_not_wait_for_ever)
{
    start({gated()});
    add({"k"});
    ASSERT_TRUE(until([&] { return gate.entered == 1; }));
    stop(1ms);
    EXPECT_EQ(runner_->in_flight(), 1u);
    EXPECT_EQ(value<int>("SELECT COUNT(*) FROM jobs WHERE lease_owner = 'own'"), 1) << "what runs keeps its lease";
}

TEST_P(RunnerLeaseTest, a_heartbeat_renews_the_boot_writes_a_lost_row_anew_and_ends_it)
{
    write([&](db::Tx& tx) { register_boot(tx, clock.now(), own); });
    Heartbeat heartbeat(io, db(), clock, own, 5ms);
    clock.advance(1min);
    heartbeat.start();
    ASSERT_TRUE(until([&] { return value<Time>("SELECT renewed_at FROM boots") == clock.now(); }));
    write([&](db::Tx& tx) { tx.execute("DELETE FROM boots"); });
    ASSERT_TRUE(until([&] { return value<int>("SELECT COUNT(*) FROM boots WHERE boot_id = 'own'") == 1; }));
    bool stopped = false;
    auto ending = [&]() -> Async<void> {
        co_await heartbeat.stop();
        stopped = true;
    };
    asio::co_spawn(io, ending, asio::detached);
    ASSERT_TRUE(until([&] { return stopped; }));
    EXPECT_EQ(value<Time>("SELECT ended_at FROM boots"), clock.now());
}

}  // namespace
}  // namespace smg::jobs
