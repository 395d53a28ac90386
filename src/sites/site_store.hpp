#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::sites {

/// A shop. Dates that it sends without an offset are in `time_zone`.
struct Site {
    SiteId id;
    std::string url, name;
    std::int64_t currency_id = 0;
    std::optional<std::int64_t> site_group_id = {};
    std::optional<std::string> icon = {};  // the name of the version that icon_store keeps
    std::string time_zone = "Europe/Kyiv";
    bool allow_private = false;
    bool is_active = true;
    std::optional<Time> created_at = {};
};
BOOST_DESCRIBE_STRUCT(Site, (),
                      (id, url, name, currency_id, site_group_id, icon, time_zone, allow_private, is_active, created_at))

struct NewSite {
    std::string url, name, currency;
    bool allow_private = false;
};

/// Adds a shop; fails with the field that is wrong, or Code::conflict when the address is there already.
Result<Site> add_site(db::Tx& tx, Time now, const NewSite& site);

std::optional<Site> find_site(db::Tx& tx, SiteId id);

/// Those that may be seen, in the order of their names; no value = all.
std::vector<Site> sites_among(db::Tx& tx, const std::optional<std::vector<SiteId>>& visible);

/// What is missing stays as it is; a group of 0 takes the site out of its group.
struct SiteChange {
    std::optional<std::string> url, name, time_zone;
    std::optional<std::int64_t> currency_id, site_group_id;
    std::optional<bool> allow_private, is_active;
};
BOOST_DESCRIBE_STRUCT(SiteChange, (), (url, name, time_zone, currency_id, site_group_id, allow_private, is_active))

/// Address, name and currency are needed. Fail with the fields that are wrong, an address that is there already included.
Result<Site> create_site(db::Tx& tx, Time now, const SiteChange& in);
Result<Site> change_site(db::Tx& tx, Time now, const Site& site, const SiteChange& in);

}  // namespace smg::sites
