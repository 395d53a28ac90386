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

/// No order on its way waits, or counts as fresh, until a time of a clock that was set back.
void clock_was_set_back(db::Tx& tx, Time now);

}  // namespace smg::orders
