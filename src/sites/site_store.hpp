#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

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
    std::string time_zone = "Europe/Kyiv";
    bool allow_private = false;
    bool is_active = true;
};
BOOST_DESCRIBE_STRUCT(Site, (), (id, url, name, currency_id, time_zone, allow_private, is_active))

struct NewSite {
    std::string url, name, currency;
    bool allow_private = false;
};

/// Adds a shop; fails with the field that is wrong, or Code::conflict when the address is there already.
Result<Site> add_site(db::Tx& tx, Time now, const NewSite& site);

std::optional<Site> find_site(db::Tx& tx, SiteId id);

}  // namespace smg::sites
