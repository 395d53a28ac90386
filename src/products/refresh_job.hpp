#pragma once

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "jobs/job.hpp"
#include "settings/settings.hpp"
#include "sites/shop_client.hpp"

namespace smg::products {

struct RefreshWork {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    const settings::Settings& settings;
    sites::ShopClient& shops;
};

/// Reads what a shop sells, page by page. After a crash it goes on where it was; how
/// often a page is tried stands in the refresh.
Async<jobs::Outcome> run_refresh(RefreshWork work, jobs::Job job);

}  // namespace smg::products
