#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"
#include "sites/callers.hpp"

namespace smg::orders {

/// What the handlers of batches work with.
struct BatchDesk {
    db::Database& db;
    const Clock& clock;
    sites::Callers& callers;
};

/// Decisions about many orders at once, orders in bulk, and how far they are. The desk must outlive the rows.
http::Routes batch_routes(BatchDesk& desk);

}  // namespace smg::orders
