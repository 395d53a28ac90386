#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/tx.hpp"

// All SQL of the table `run_slots`: what the timetable has asked for, and what became of it.
namespace smg::schedule {

/// The slot of a period that a moment belongs to, named by its beginning: so its name stays right when the period is
/// changed.
Time slot_of(Time now, Duration period);

/// False when this slot was taken before, by whichever node: the primary key decides, whatever clocks say.
bool take_slot(db::Tx& tx, Time now, const std::string& task, Time slot);

enum class RunResult {
    done,
    failed,  // it is tried again, or was given up
    waits,   // it cannot be done now, and knows when it can
};
BOOST_DESCRIBE_ENUM(RunResult, done, failed, waits)

/// What a slot says of the last run that began in it. One without a result is under way, or its process died.
struct Run {
    std::string task;
    Time started_at;
    std::optional<std::int64_t> duration_ms;
    std::optional<RunResult> result;
    std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(Run, (), (task, started_at, duration_ms, result, error))

/// A run of the task begins. It belongs to the newest slot that there is now, which later ones do not take from it; asked
/// for by a person before any slot was taken, to one of its own. Gives the slot, for end_run().
Time begin_run(db::Tx& tx, const std::string& task, Time now);

struct RunEnd {
    RunResult result = RunResult::done;
    Duration took{};
    std::optional<std::string> error = {};
};

/// Only `done` is a run that was finished: the others leave the task as late as it was.
void end_run(db::Tx& tx, const std::string& task, Time slot, Time now, const RunEnd& end);

/// Of each task the run that began last.
std::vector<Run> last_runs(db::Tx& tx, const std::vector<std::string>& tasks);

struct LastFinished {
    std::string task;
    std::optional<Time> finished_at;  // none: it has not within memory
    Time known_since;                 // when the oldest slot that is still there was taken
};
BOOST_DESCRIBE_STRUCT(LastFinished, (), (task, finished_at, known_since))

/// Each task that ever took a slot: one is late by now - finished_at, or, if it never finished, by now - known_since.
std::vector<LastFinished> last_finished(db::Tx& tx);

/// Forgets slots taken before.
void prune_slots(db::Tx& tx, Time before);

/// No run counts as fresh until a time of a clock that was set back.
void clock_was_set_back(db::Tx& tx, Time now);

}  // namespace smg::schedule
