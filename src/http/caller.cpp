#include "http/caller.hpp"

#include <algorithm>

namespace smg::http {

bool Caller::may_see(SiteId id) const
{
    if (!sites) return true;
    return std::ranges::find(*sites, id) != sites->end() || (kind == Kind::site && id == site);
}

Caller kept_caller(UserId user, std::int64_t token, Role role, std::string name, const std::optional<json::value>& sites)
{
    Caller caller;
    caller.kind = Caller::Kind::person;
    caller.user = user;
    caller.token = token;
    caller.role = role;
    caller.name = std::move(name);
    caller.sites = std::nullopt;
    if (!sites) return caller;
    caller.sites.emplace();
    for (const auto& site : sites->as_array()) caller.sites->push_back({json::as_integer(site).value_or(0)});
    return caller;
}

std::string Caller::key() const { return user ? "user:" + std::to_string(user.value) : "token:" + std::to_string(token); }

bool allowed(Access access, const Caller& caller, bool local)
{
    bool person = caller.kind == Caller::Kind::person;
    bool admin = person && caller.role == Role::admin;
    switch (access) {
        case Access::anyone: return true;
        case Access::site: return caller.kind == Caller::Kind::site;
        case Access::site_or_user: return caller.kind != Caller::Kind::nobody;
        case Access::user: return person;
        case Access::manager: return admin || (person && caller.role == Role::manager);
        case Access::admin: return admin;
        case Access::loopback_or_admin: return local || admin;
    }
    return false;
}

}  // namespace smg::http
