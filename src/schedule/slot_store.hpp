#pragma once

#include <boost/describe/class.hpp>

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

struct LastSlot {
    std::string task;
    std::int64_t slot = 0;  // its beginning in ms since 1970
    Time taken_at;
};
BOOST_DESCRIBE_STRUCT(LastSlot, (), (task, slot, taken_at))

/// The latest slot taken of each task.
std::vector<LastSlot> last_slots(db::Tx& tx);

/// Forgets slots taken before.
void prune_slots(db::Tx& tx, Time before);

}  // namespace smg::schedule
