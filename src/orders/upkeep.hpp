#pragma once

#include "db/database.hpp"
#include "jobs/job.hpp"
#include "settings/settings.hpp"

namespace smg::orders {

/// What the tasks of the timetable work with.
struct UpkeepDesk {
    db::Database& db;
    const Clock& clock;
    const settings::Settings& settings;
};

/// Task `orders`: the net under the queue. Orders that wait without a job get one; those that could not be sent for 15
/// minutes are told of.
Async<jobs::Outcome> tend_waiting(UpkeepDesk desk, jobs::Job job);

/// Task `errors`: sends again what was refused for a reason that passes by itself (funds, rate limit, maintenance, a mapping
/// that was missing), repeats notices nobody has seen, tells of suppliers that have not answered on statuses for 15 minutes.
Async<jobs::Outcome> tend_errors(UpkeepDesk desk, jobs::Job job);

/// Task `cleaning`: first replies, notices and past runs that retention lets go.
Async<jobs::Outcome> clean_up(UpkeepDesk desk, jobs::Job job);

struct InFlight {
    std::int64_t count = 0;
    std::optional<Time> oldest = {};
};

/// Orders that wait to be sent, or are being sent, since before `since`. Those of a supplier that
/// is paused or out of funds are not among them: that has a notice of its own.
InFlight long_in_flight(db::Tx& tx, Time since);

/// No order on its way waits, or counts as fresh, until a time of a clock that was set back.
void clock_was_set_back(db::Tx& tx, Time now);

}  // namespace smg::orders
