#pragma once

#include <boost/describe/class.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"
#include "db/tx.hpp"

namespace smg::jobs {

/// A durable piece of work as its worker sees it. It may come again after a crash: the first line of a worker decides
/// whether there is still something to do.
struct Job {
    JobId id;
    std::string kind;
    std::string payload;  // JSON, at most 64 KiB
    int tries = 0;        // how often it was answered with Retry
    int crashes = 0;      // how often its process died with it in hand since the last answer
    std::int64_t fence = 0;
};

struct NewJob {
    std::string kind = {};
    std::string payload = "{}";
    std::string dedup_key = {};  // while a job with this key is there, a second one asks it to run once more, in its lane
    std::string lane = {};       // jobs of one lane share a limit, e.g. `supplier:3`
    std::optional<Time> run_at = {};  // default: at once
};

/// Joins the caller's transaction: the job is there exactly when what asked for it is. A dead job of this key lives again,
/// poison after a pause: no alarm and no timetable ends for ever.
void enqueue(db::Tx& tx, Time now, const NewJob& job);

/// Many at once. Their keys are new for certain; one that is there already throws db::DuplicateKey.
void enqueue_new(db::Tx& tx, Time now, std::span<const NewJob> jobs);

/// Waiting jobs of a lane run at once, e.g. when a person releases a paused supplier.
void hurry_lane(db::Tx& tx, Time now, std::string_view lane);

/// The clock was set back: what waits was told to wait for a time of the old one. All of it runs at once; a job that comes
/// too early finds nothing to do, or waits again.
void clock_was_set_back(db::Tx& tx, Time now);

struct Done {};
/// Counts as a try; `delay` in place of the kind's backoff.
struct Retry {
    std::string reason;
    std::optional<Duration> delay = {};
};
/// Not a failure: it cannot be done before `until`.
struct Park {
    std::string reason;
    Time until;
};
/// Done, and written down by the worker itself: finish() of job_store.hpp in the transaction of its last step saves a
/// commit.
struct Settled {};
using Outcome = std::variant<Done, Retry, Park, Settled>;

/// What the runner must know of a kind of job; the table of them all is in app/jobs.cpp.
struct Kind {
    std::string_view name;
    int concurrency = 4;                             // of this kind in this process
    Duration lease = std::chrono::seconds(120);      // renewed at half while the work goes on
    int max_tries = 8;                               // then it is dead, and a person is told
    Duration first_delay = std::chrono::seconds(2);  // full-jitter backoff between first_delay …
    Duration last_delay = std::chrono::minutes(10);  // … and last_delay
    std::function<Async<Outcome>(Job)> work;
};

}  // namespace smg::jobs
