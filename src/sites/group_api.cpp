#include "sites/group_api.hpp"

#include <algorithm>

#include "audit/audit_log.hpp"
#include "http/bind.hpp"
#include "sites/group_store.hpp"

namespace smg::sites {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

// Of its sites a person sees those that they may see at all.
json::object shown(db::Tx& tx, const Group& group, const Caller& caller)
{
    auto sites = sites_of_group(tx, group.id);
    std::erase_if(sites, [&](SiteId id) { return !caller.may_see(id); });
    auto out = json::from(group).get_object();
    out["site_ids"] = json::from(sites);
    return out;
}

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such group."); }

// GET /api/v1/site-groups: those with a site that the caller may see, and all for who sees everything.
Async<Result<json::object>> list(SiteDesk& desk, Caller caller)
{
    auto look = [&](db::Tx& tx) {
        json::array rows;
        for (const auto& group : all_groups(tx)) {
            auto row = shown(tx, group, caller);
            if (!caller.sites || !row["site_ids"].get_array().empty()) rows.push_back(std::move(row));
        }
        return http::data_of(std::move(rows));
    };
    co_return co_await desk.db.read(std::move(look));
}

// POST /api/v1/site-groups
Async<Result<http::Reply<json::object>>> add(SiteDesk& desk, Caller caller, GroupChange in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto group = add_group(tx, desk.clock.now(), in);
        if (!group) return fail(group.error());
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "site_group.add", group->name);
        return http::Reply<json::object>{http::data_of(shown(tx, *group, caller)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit : GroupChange {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Edit, (GroupChange), (id))

// PATCH /api/v1/site-groups/{id}
Async<Result<json::object>> change(SiteDesk& desk, Caller caller, Edit in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto group = find_group(tx, in.id);
        if (!group) return unknown();
        auto changed = change_group(tx, desk.clock.now(), *group, in);
        if (!changed) return fail(changed.error());
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "site_group.change", changed->name);
        return http::data_of(shown(tx, *changed, caller));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneGroup {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneGroup, (), (id))

// DELETE /api/v1/site-groups/{id}
Async<Result<void>> remove(SiteDesk& desk, Caller caller, OneGroup in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto group = find_group(tx, in.id);
        if (!group) return unknown();
        remove_group(tx, desk.clock.now(), in.id);
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "site_group.remove", group->name);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownGroup : Group {
    std::vector<SiteId> site_ids;
};
BOOST_DESCRIBE_STRUCT(ShownGroup, (Group), (site_ids))

}  // namespace

http::Routes group_routes(SiteDesk& desk)
{
    return {
        {Method::GET, "/api/v1/site-groups", Access::user, http::bind<list>(desk),
         http::about("Groups of sites").gives<List<ShownGroup>>()},
        {Method::POST, "/api/v1/site-groups", Access::admin, http::bind<add>(desk),
         http::about("Adds a group of sites").gives<Data<ShownGroup>>(201).example(R"({"name":"Shops","site_ids":[]})")},
        {Method::PATCH, "/api/v1/site-groups/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a group's name, description or sites")
             .gives<Data<ShownGroup>>()
             .example(R"({"description":"All of them"})")},
        {Method::DELETE, "/api/v1/site-groups/{id}", Access::admin, http::bind<remove>(desk),
         http::about("Removes a group; its sites stay").more("Access that was given by the group goes with it.")},
    };
}

}  // namespace smg::sites
