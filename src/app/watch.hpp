#pragma once

#include <optional>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/metrics.hpp"
#include "jobs/job_store.hpp"
#include "realtime/publisher.hpp"
#include "settings/settings.hpp"
#include "webhooks/delivery_store.hpp"

namespace smg {

/// What waits, and for how long: counted in one read, shown at /metrics.
Async<void> measure(db::Database& db, const Clock& clock, http::Metrics& metrics);

/// A background job that was given up.
void tell_of_dead_job(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const jobs::DeadJob& job);

/// A webhook whose receiver is not there any more, or was not for days.
void tell_of_webhook(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const webhooks::Trouble& trouble);

/// The webhook of a realtime app that was not delivered for hours; once a day.
void tell_of_hook(db::Tx& tx, const Clock& clock, const settings::Settings& settings, const std::string& app,
                  const std::string& why);

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
