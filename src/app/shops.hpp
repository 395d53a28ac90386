#pragma once

#include "base/crypto.hpp"
#include "jobs/job.hpp"
#include "settings/settings.hpp"
#include "sites/site_api.hpp"

namespace smg {

/// What follows from a look at a shop: people hear of one that fell silent or keeps orders to itself, and a shop that takes
/// events has its webhook.
sites::Checked after_check(const Clock& clock, const settings::Settings& settings, const MasterKey& master);

/// Task `shops`: every active site with a token is looked at, and asked for paid orders that did not arrive.
Async<jobs::Outcome> tend_shops(sites::SiteDesk desk);

}  // namespace smg
