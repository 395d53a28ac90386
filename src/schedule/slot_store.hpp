#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/tx.hpp"

namespace smg::schedule {

/// The slot of a period that a moment belongs to, named by its beginning: so its name stays right when the period is
/// changed.
Time slot_of(Time now, Duration period);

/// False when this slot was taken before, by whichever node: the primary key decides, whatever clocks say.
bool take_slot(db::Tx& tx, Time now, const std::string& task, Time slot);

/// To be called when a run of the task has done its work: a slot taken says only that it was asked for.
void note_finished(db::Tx& tx, const std::string& task, Time now);

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

}  // namespace smg::schedule
