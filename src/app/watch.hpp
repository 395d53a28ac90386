#pragma once

#include <optional>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/metrics.hpp"
#include "jobs/job_store.hpp"
#include "realtime/publisher.hpp"
#include "schedule/timetable.hpp"
#include "settings/settings.hpp"
#include "webhooks/delivery_store.hpp"

namespace smg {

/// What waits, and for how long: counted in one read, shown at /metrics.
Async<void> measure(db::Database& db, const Clock& clock, http::Metrics& metrics);

/// Tells of tasks of the timetable that have not ended a run for two periods, once an hour each. Not before the program has
/// run for that long itself: what was missed while it was off is not overdue.
Async<void> tell_of_overdue_tasks(db::Database& db, Time now, Time started, const std::vector<schedule::Task>& tasks,
                                  const settings::Settings& settings);

/// A background job that was given up.
void tell_of_dead_job(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const jobs::DeadJob& job);

/// A webhook whose receiver is not there any more, or was not for days.
void tell_of_webhook(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const webhooks::Trouble& trouble);

/// The outside server that pages listen to: it takes no events, or `over`: it does again. `node`: whose trouble it is.
void tell_of_outside(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const std::string& node,
                     const std::string& server, const std::optional<realtime::Trouble>& trouble, bool over);

constexpr Duration clock_looked_at_every = std::chrono::seconds(1);

/// Notices when the clock of this machine was set back: a minute or more, while the program ran or between two runs.
class ClockWatch {
public:
    /// Call now and then; what waits for a time of the old clock goes on then.
    Async<void> look(db::Database& db, const Clock& clock);

private:
    std::optional<Time> newest_;  // that was seen
};

}  // namespace smg
