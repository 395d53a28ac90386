#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::currencies {

/// What the handlers of this folder work with.
struct CurrencyDesk {
    db::Database& db;
    const Clock& clock;
};

/// The desk must outlive the rows.
http::Routes currency_routes(CurrencyDesk& desk);

}  // namespace smg::currencies
