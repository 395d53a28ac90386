#pragma once

#include <functional>
#include <optional>

#include "db/database.hpp"
#include "exports/export_store.hpp"
#include "exports/source.hpp"
#include "jobs/job.hpp"
#include "net/blocking_pool.hpp"
#include "settings/settings.hpp"

namespace smg::exports {

/// What the exports' job works with.
struct ExportWork {
    db::Database& db;
    const Clock& clock;
    const settings::Settings& settings;
    net::BlockingPool& pool;  // files are written there
    const Sources& sources;
    /// The person as they are now; none when they may see nothing any more.
    std::function<std::optional<http::Caller>(db::Tx&, UserId)> person;
};

/// Writes the file of one export; after a crash from its beginning.
Async<jobs::Outcome> make_export(ExportWork work, jobs::Job job);

}  // namespace smg::exports
