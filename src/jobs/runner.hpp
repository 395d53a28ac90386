#pragma once

#include <map>
#include <optional>
#include <vector>

#include "db/database.hpp"
#include "jobs/boots.hpp"
#include "jobs/job_store.hpp"
#include "jobs/loop.hpp"
#include "jobs/steadiness.hpp"

namespace smg::jobs {

struct RunnerOptions {
    Duration poll = std::chrono::seconds(1);                   // for jobs that become due, and for those of other nodes
    Duration rescue_every = std::chrono::seconds(30);          // looks for jobs of processes that died
    Duration steady_after = std::chrono::seconds(30);          // undisturbed, before others are judged by their silence
    Duration database_pause = std::chrono::seconds(5);         // for a job that met an unavailable database
    int claim_at_most = 32;                                    // in one transaction
    std::function<bool(std::string_view kind)> may_take = {};  // asked each time, on the I/O thread; none: all are taken
};

/// Takes due jobs, runs each as a coroutine on the I/O thread, keeps their leases, and writes down how they ended.
/// Everything but wake() belongs to the I/O thread; stop() is awaited before this object goes, or the io_context runs no
/// more.
class Runner {
public:
    Runner(boost::asio::io_context& io, db::Database& db, const Clock& clock, std::vector<Kind> kinds, Boot boot,
           LaneLimit lane_limit, Tell tell, const RunnerOptions& options = {});

    /// The boot must be registered: what earlier boots of this node had in hand is released first.
    void start();

    /// From any thread: something may be due. Give it to Database::listen for the announcement `jobs`.
    void wake() { loop_.wake(); }

    /// Takes no more, lets what has begun go on for at most `patience`, and gives the rest back.
    Async<void> stop(Duration patience);

    std::size_t in_flight() const { return held_.size(); }

    /// Fed by the runner's own steps, for whoever else judges other boots. From any thread.
    const Steadiness& steadiness() const { return steadiness_; }

private:
    struct Held {
        Job job;
        const Kind* kind;
        Time leased_at;
    };

    Async<void> step();
    Async<void> rescue(Time now);
    Async<void> renew_leases(Time now);
    Async<bool> claim_some();
    Async<void> give_back(std::vector<Job> jobs);
    Async<void> run(Job job, const Kind& kind);
    Async<Outcome> attempt(Job job, const Kind& kind);
    Async<void> settle(Job job, const Kind& kind, Outcome outcome);
    std::vector<FreeSlots> free_slots() const;

    boost::asio::io_context& io_;
    db::Database& db_;
    const Clock& clock_;
    const std::vector<Kind> kinds_;
    const Boot boot_;
    const LaneLimit lane_limit_;
    const Tell tell_;
    const RunnerOptions options_;

    std::map<JobId, Held> held_;
    bool stopping_ = false;
    bool hungry_ = false;  // more was due than there was room for
    std::optional<Time> rescued_at_ = {};
    Steadiness steadiness_;
    Loop loop_;
};

}  // namespace smg::jobs
