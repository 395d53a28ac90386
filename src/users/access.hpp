#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"
#include "users/user_store.hpp"

namespace smg::users {

/// The sites that a person may see: of `user_site_access`, of the groups given to them, and of `managed_sites`. No value:
/// all, which is what administrators see. The one place where this is decided.
std::optional<std::vector<SiteId>> sites_of(db::Tx& tx, const User& user);

/// The site ids in `users.managed_sites` of the earlier system: a JSON array, PHP's `a:1:{i:0;i:5;}`, or a list with commas.
/// What is none of them gives nothing: a right that cannot be read is no right.
std::vector<SiteId> managed_sites(std::string_view text);

struct Granted {
    std::vector<SiteId> sites;
    std::vector<std::int64_t> groups;
};

/// What was given to a person, as it was given.
Granted access_of(db::Tx& tx, UserId user);

/// Replaces what was given. Fails with the field that names a site or group which is not there.
Result<void> give_access(db::Tx& tx, Time now, UserId user, const std::optional<std::vector<SiteId>>& sites,
                         const std::optional<std::vector<std::int64_t>>& groups);

}  // namespace smg::users
