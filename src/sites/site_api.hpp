#pragma once

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "db/database.hpp"
#include "http/route.hpp"

namespace smg::sites {

/// What the handlers of this folder work with.
struct SiteDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
};

/// All rows of this folder; the desk must outlive them.
http::Routes site_routes(SiteDesk& desk);

}  // namespace smg::sites
