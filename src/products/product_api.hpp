#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/route.hpp"
#include "settings/settings.hpp"

namespace smg::products {

/// What the handlers of this folder work with.
struct ProductDesk {
    db::Database& db;
    const Clock& clock;
    const settings::Settings& settings;
};

/// The rows of this folder; the desk must outlive them.
http::Routes product_routes(ProductDesk& desk);

}  // namespace smg::products
