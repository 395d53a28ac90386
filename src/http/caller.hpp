#pragma once

#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"

namespace smg::http {

enum class Role { user, manager, admin };
BOOST_DESCRIBE_ENUM(Role, user, manager, admin)

/// Who is asking. Made by the sign-in that `app/` hands to the router; a failed sign-in is never a Caller.
struct Caller {
    enum class Kind { nobody, site, person } kind = Kind::nobody;
    SiteId site = {};                                                  // of a site token
    UserId user = {};                                                  // of a session or a user's own token
    Role role = Role::user;                                            // of a person or a personal token
    std::int64_t token = 0;                                            // the token used, for its rate limit; 0 = none
    std::int64_t session = 0;                                          // the browser they are signed in with; 0 = none
    bool edits_wallets = false;                                        // a user who may change wallets
    bool read_only = false;                                            // a token that may only look
    std::string ip = {};                                               // where they call from
    std::string name = {};                                             // as events and the audit log show it
    std::optional<std::vector<SiteId>> sites = std::vector<SiteId>{};  // what they may see; no value = all

    /// Whether rows of this site may be shown to them; a foreign id is answered with 404, not 403.
    bool may_see(SiteId id) const;

    /// `user:7`, or `token:3` of nobody's account: whose request it is, wherever it came from.
    std::string key() const;
};

/// The caller that a row has kept, for work that goes on without them; `sites` is an array of ids, none = all.
Caller kept_caller(UserId user, std::int64_t token, Role role, std::string name, const std::optional<json::value>& sites);

/// Who may use a route. There is no default: a row of the route table without a policy does not compile.
enum class Access {
    anyone,
    site,          // a site token
    site_or_user,  // a site token, or any person
    user,          // any person
    manager,       // a manager or an admin
    admin,
    loopback_or_admin  // /metrics
};
BOOST_DESCRIBE_ENUM(Access, anyone, site, site_or_user, user, manager, admin, loopback_or_admin)

/// `local`: the request comes from this very machine and no proxy speaks for someone else.
bool allowed(Access access, const Caller& caller, bool local);

}  // namespace smg::http
