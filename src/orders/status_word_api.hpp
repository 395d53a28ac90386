#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::orders {

/// What the handlers of the words for an order's status work with.
struct StatusWordDesk {
    db::Database& db;
    const Clock& clock;
};

/// The desk must outlive the rows.
http::Routes status_word_routes(StatusWordDesk& desk);

}  // namespace smg::orders
