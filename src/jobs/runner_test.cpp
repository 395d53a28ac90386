#include "jobs/runner.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <future>
#include <thread>

#include "db/testing.hpp"

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace asio = boost::asio;

const Boot own{"own", "here", "host", 1, "1.0"};

/// A worker that waits until the test lets it go.
struct Gate {
    explicit Gate(asio::io_context& io) : timer(io) { timer.expires_at(asio::steady_timer::time_point::max()); }
    asio::steady_timer timer;
    int entered = 0, most = 0, now = 0;
    bool open = false;

    Async<Outcome> pass(Job)
    {
        most = std::max(most, ++now);
        ++entered;
        if (!open) {
            boost::system::error_code ignored;
            co_await timer.async_wait(asio::redirect_error(use_async, ignored));
        }
        --now;
        co_return Done{};
    }

    void let_go()
    {
        open = true;
        timer.cancel();
    }
};

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

class RunnerTest : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        db().listen([this](const db::Announcement& what) {
            if (what.topic == "jobs" && runner_) runner_->wake();
        });
    }

    void TearDown() override
    {
        if (IsSkipped()) return;
        db().listen({});
        gate.let_go();
        stop(1s);
        OnBothDatabases::TearDown();
    }

    void start(std::vector<Kind> kinds, LaneLimit lanes = {}, Duration poll = 5ms, db::Database* database = nullptr)
    {
        options.poll = poll;
        write([&](db::Tx& tx) {
            end_boot(tx, clock.now(), "own");
            tx.execute("DELETE FROM boots WHERE boot_id = 'own'");
            register_boot(tx, clock.now(), own);
        });
        runner_ = std::make_unique<Runner>(
            io, database ? *database : db(), clock, std::move(kinds), own, std::move(lanes),
            [this](db::Tx&, const DeadJob& job) { told = job.last_error; }, options);
        runner_->start();
    }

    void stop(Duration patience)
    {
        if (!runner_) return;
        bool stopped = false;
        auto ending = [this, patience, &stopped]() -> Async<void> {
            co_await runner_->stop(patience);
            stopped = true;
        };
        asio::co_spawn(io, ending, asio::detached);
        ASSERT_TRUE(until([&] { return stopped; }));
    }

    bool until(const std::function<bool()>& condition)
    {
        auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            io.restart();
            io.run_one_for(5ms);
        }
        return true;
    }

    template <class F>
    void write(F work)
    {
        db().write_now([&](db::Tx& tx) -> Result<void> { return work(tx), Result<void>{}; });
    }

    void add(NewJob job)
    {
        write([&](db::Tx& tx) { enqueue(tx, clock.now(), job); });
    }

    template <class T>
    T value(std::string_view sql)
    {
        return db().read_now([&](db::Tx& tx) { return tx.first<T>(sql).value(); });
    }

    std::int64_t rows() { return value<std::int64_t>("SELECT COUNT(*) FROM jobs"); }

    Kind gated(int concurrency = 4)
    {
        return kind([this](Job job) { return gate.pass(std::move(job)); }, concurrency);
    }

    static Kind kind(std::function<Async<Outcome>(Job)> work, int concurrency = 4)
    {
        Kind made;
        made.name = "k";
        made.concurrency = concurrency;
        made.work = std::move(work);
        return made;
    }

    asio::io_context io;
    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    Gate gate{io};
    RunnerOptions options;
    std::optional<std::string> told;
    std::unique_ptr<Runner> runner_;
};

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

TEST_P(RunnerTest, keeps_the_lease_of_what_takes_long)
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

TEST_P(RunnerTest, takes_over_at_once_what_an_earlier_boot_of_its_node_had_in_hand)
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

TEST_P(RunnerTest, takes_over_from_a_silent_node_only_after_it_was_awake_itself_for_a_while)
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

TEST_P(RunnerTest, a_stop_waits_for_what_has_begun_and_begins_no_more)
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

TEST_P(RunnerTest, a_stop_does_not_wait_for_ever)
{
    start({gated()});
    add({"k"});
    ASSERT_TRUE(until([&] { return gate.entered == 1; }));
    stop(1ms);
    EXPECT_EQ(runner_->in_flight(), 1u);
    EXPECT_EQ(value<int>("SELECT COUNT(*) FROM jobs WHERE lease_owner = 'own'"), 1) << "what runs keeps its lease";
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

TEST_P(RunnerTest, a_heartbeat_renews_the_boot_writes_a_lost_row_anew_and_ends_it)
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
