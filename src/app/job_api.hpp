#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg {

/// What the handlers of the dead letters work with.
struct JobDesk {
    db::Database& db;
    const Clock& clock;
};

/// Background jobs that were given up wait here for a person; the desk must outlive the rows.
http::Routes job_routes(JobDesk& desk);

}  // namespace smg
