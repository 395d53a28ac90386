#include "http/caller.hpp"

#include <algorithm>

namespace smg::http {

bool Caller::may_see(SiteId id) const
{
    if (!sites) return true;
    return std::ranges::find(*sites, id) != sites->end() || (kind == Kind::site && id == site);
}

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
