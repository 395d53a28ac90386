#pragma once

#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "db/database.hpp"
#include "http/route.hpp"
#include "settings/settings.hpp"
#include "sites/health.hpp"
#include "sites/shop_client.hpp"
#include "sites/site_store.hpp"

namespace smg::sites {

/// Where a shop takes events, and the key that it checks them with; empty while that is not known.
struct Contact {
    std::string event_url;
    Secret key;
};

/// What the rest of the program makes of a look at a shop, in the transaction that writes it down.
using Checked = std::function<void(db::Tx&, const Site&, const Health&, const Contact&)>;

/// What the handlers and jobs of this folder work with.
struct SiteDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    const settings::Settings& settings;
    ShopClient& shops;
    Checked checked = {};
};

/// All rows of this folder; the desk must outlive them.
http::Routes site_routes(SiteDesk& desk);

}  // namespace smg::sites
