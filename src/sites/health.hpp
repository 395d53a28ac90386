#pragma once

#include <boost/describe/class.hpp>

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "db/tx.hpp"
#include "sites/shop_reply.hpp"
#include "sites/shop_routes.hpp"

namespace smg::sites {

/// What the last look at a shop's plugin found, and what the last one that worked did.
struct Health {
    SiteId site_id;
    Time checked_at;
    std::optional<Time> ok_at, failing_since;
    std::optional<std::string> trouble;  // a word of ShopTrouble; none: it works
    std::optional<std::string> message;
    std::optional<std::string> version, wordpress, php, woocommerce, wallet, currency;
    std::optional<std::int64_t> clock_off_s;  // how far the shop's clock is ahead of ours
    std::optional<json::value> capabilities;
    std::int64_t outbox_queued = 0, outbox_failed = 0, outbox_oldest_s = 0;
    std::optional<Time> pulled_to;           // paid orders were asked for up to here
    std::optional<Time> pull_failing_since;  // and since then they could not be read

    bool can(std::string_view capability) const;
};
BOOST_DESCRIBE_STRUCT(Health, (),
                      (site_id, checked_at, ok_at, failing_since, trouble, message, version, wordpress, php, woocommerce,
                       wallet, currency, clock_off_s, capabilities, outbox_queued, outbox_failed, outbox_oldest_s, pulled_to,
                       pull_failing_since))

std::optional<Health> health_of(db::Tx& tx, SiteId site);
std::map<SiteId, Health> health_of_all(db::Tx& tx);

/// Both give what is known now.
Health note_ping(db::Tx& tx, Time now, SiteId site, const ShopPing& ping);
Health note_trouble(db::Tx& tx, Time now, SiteId site, const ShopFailure& failure);

void note_pulled(db::Tx& tx, SiteId site, Time to);
void note_unread(db::Tx& tx, Time now, SiteId site);

}  // namespace smg::sites
