#pragma once

#include <functional>
#include <optional>
#include <string>

#include "jobs/job.hpp"
#include "settings/settings.hpp"
#include "sites/health.hpp"
#include "sites/shop_client.hpp"
#include "sites/site_api.hpp"

namespace smg::sites {

constexpr std::string_view check_job = "sites.check";

/// All that is asked of one shop at once, by jobs, so that a dead one holds up itself alone.
std::string lane_of(SiteId site);
std::optional<int> lane_limit(std::string_view lane);

/// The site in a job's payload `{"site":3}`.
SiteId site_in(const jobs::Job& job);

/// A look at a shop every `timetable.shops_s`, unless one waits already.
void enqueue_check(db::Tx& tx, Time now, SiteId site);
Async<jobs::Outcome> check_shop(SiteDesk desk, jobs::Job job);

/// Asks the plugin who it is and writes down what came of it.
Async<Health> look_at(SiteDesk desk, Site site);

/// How long a shop is waited for.
ShopClient::Patience patience(const settings::Settings& settings);

}  // namespace smg::sites
