#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::suppliers {

/// What the handlers of this folder work with.
struct ProviderDesk {
    db::Database& db;
    const Clock& clock;
};

/// The rows of this folder; the desk must outlive them.
http::Routes provider_routes(ProviderDesk& desk);

}  // namespace smg::suppliers
