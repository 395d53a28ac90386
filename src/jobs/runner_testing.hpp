#pragma once

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "db/testing.hpp"
#include "jobs/runner.hpp"

// For tests only: a runner on either database, on a clock that the test turns.
namespace smg::jobs {

using namespace std::chrono_literals;
namespace asio = boost::asio;

inline const Boot own{"own", "here", "host", 1, "1.0"};

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

}  // namespace smg::jobs
