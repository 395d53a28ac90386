#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "jobs/job.hpp"
#include "products/product.hpp"
#include "sites/shop_reply.hpp"
#include "sites/shop_routes.hpp"

// All SQL of the table product_refreshes, and what a refresh writes into products. Each change raises `topic`.
namespace smg::products {

constexpr auto refresh_job = "products.refresh";
constexpr auto topic = "products";

/// How many jobs of a lane may run at once; nothing when it is no lane of ours.
std::optional<int> lane_limit(std::string_view lane);

std::optional<Refresh> find_refresh(db::Tx& tx, SiteId site);
std::vector<Refresh> refreshes_of(db::Tx& tx, const std::optional<std::vector<SiteId>>& sites);

/// Begins one, or joins the one that runs.
Refresh begin_refresh(db::Tx& tx, Time now, SiteId site, std::string_view asked_by);

/// The site that a job is about.
SiteId site_in(const jobs::Job& job);

/// Writes a page and the mark that it is written, which is how a refresh goes on after a crash. False when another has
/// written it meanwhile.
bool write_page(db::Tx& tx, const Refresh& refresh, const sites::ShopProducts& page);

/// Removes what was not seen, when all was read as one list.
void end_refresh(db::Tx& tx, Time now, const Refresh& refresh);

/// Another try follows.
void note_trouble(db::Tx& tx, const Refresh& refresh, const sites::ShopFailure& failure);

/// The cache stays as it is.
void fail_refresh(db::Tx& tx, Time now, const Refresh& refresh, const sites::ShopFailure& failure);

}  // namespace smg::products
