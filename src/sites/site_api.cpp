#include "sites/site_api.hpp"

#include <fmt/core.h>

#include <iterator>

#include "audit/audit_log.hpp"
#include "base/text.hpp"
#include "http/bind.hpp"
#include "sites/group_api.hpp"
#include "sites/icon_api.hpp"
#include "sites/shop_check.hpp"
#include "sites/site_store.hpp"
#include "sites/token_store.hpp"

namespace smg::sites {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

json::object shown(db::Tx& tx, const Site& site, const std::optional<Health>& health)
{
    auto out = json::from(site).get_object();
    out["currency"] = tx.first<std::string>("SELECT code FROM currencies WHERE id = ?", site.currency_id).value_or("");
    out.erase("icon");
    out["icon_url"] = icon_url(site.id, site.icon);
    out["health"] = json::from(health);
    return out;
}

json::object shown(db::Tx& tx, const Site& site) { return shown(tx, site, health_of(tx, site.id)); }

void note(db::Tx& tx, const SiteDesk& desk, const Caller& caller, std::string_view action, SiteId site,
          std::string_view detail = {})
{
    audit::note(tx, desk.clock.now(), audit::actor_of(caller), action, fmt::format("site {}", site.value), detail);
}

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such site."); }

// GET /api/v1/sites: those that the caller may see.
Async<Result<json::object>> list(SiteDesk& desk, Caller caller)
{
    auto look = [&](db::Tx& tx) {
        json::array rows;
        auto health = health_of_all(tx);
        for (const auto& site : sites_among(tx, caller.sites)) {
            auto known = health.find(site.id);
            rows.push_back(shown(tx, site, known == health.end() ? std::nullopt : std::optional(known->second)));
        }
        return http::data_of(std::move(rows));
    };
    co_return co_await desk.db.read(std::move(look));
}

// POST /api/v1/sites
Async<Result<http::Reply<json::object>>> add(SiteDesk& desk, Caller caller, SiteChange in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto site = create_site(tx, desk.clock.now(), in);
        if (!site) return fail(site.error());
        note(tx, desk, caller, "site.add", site->id, site->url);
        return http::Reply<json::object>{http::data_of(shown(tx, *site)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit : SiteChange {
    SiteId id;
};
BOOST_DESCRIBE_STRUCT(Edit, (SiteChange), (id))

// PATCH /api/v1/sites/{id}: a site that is switched off is let in no more.
Async<Result<json::object>> change(SiteDesk& desk, Caller caller, Edit in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto site = find_site(tx, in.id);
        if (!site) return unknown();
        auto changed = change_site(tx, desk.clock.now(), *site, in);
        if (!changed) return fail(changed.error());
        note(tx, desk, caller, "site.change", in.id,
             changed->is_active == site->is_active ? ""
             : changed->is_active                  ? "switched on"
                                                   : "switched off");
        return http::data_of(shown(tx, *changed));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneSite {
    SiteId id;
};
BOOST_DESCRIBE_STRUCT(OneSite, (), (id))

// POST /api/v1/sites/{id}/check: whether the plugin answers, now.
Async<Result<json::object>> check(SiteDesk& desk, OneSite in)
{
    auto look = [&](db::Tx& tx) { return find_site(tx, in.id); };
    auto site = co_await desk.db.read(std::move(look));
    if (!site) co_return unknown();
    co_return http::data_of(json::from(co_await look_at(desk, std::move(*site))));
}

// GET /api/v1/sites/{id}/tokens
Async<Result<json::object>> tokens(SiteDesk& desk, OneSite in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        if (!find_site(tx, in.id)) return unknown();
        return http::data_of(json::from(site_tokens(tx, in.id)));
    };
    co_return co_await desk.db.read(std::move(look));
}

struct NewToken {
    SiteId id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(NewToken, (), (id, name))

// POST /api/v1/sites/{id}/tokens: the token is shown this once.
Async<Result<http::Reply<json::object>>> add_token(SiteDesk& desk, Caller caller, NewToken in)
{
    constexpr std::size_t longest = 255;
    auto name = std::string(trimmed(in.name));
    if (name.empty() || code_points(name) > longest) co_return fail_field("name", "The name must have 1 to 255 characters.");
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        if (!find_site(tx, in.id)) return unknown();
        auto token = issue_site_token(tx, desk.master, desk.clock.now(), in.id, name);
        auto row = json::from(site_tokens(tx, in.id).front()).get_object();
        row["token"] = token.reveal();
        note(tx, desk, caller, "token.add", in.id, name);
        return http::Reply<json::object>{http::data_of(std::move(row)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneToken {
    SiteId id;
    std::int64_t token_id = 0;
};
BOOST_DESCRIBE_STRUCT(OneToken, (), (id, token_id))

// DELETE /api/v1/sites/{id}/tokens/{token_id}
Async<Result<void>> remove_token(SiteDesk& desk, Caller caller, OneToken in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!is_token_of(tx, in.token_id, in.id) || !revoke_token(tx, desk.clock.now(), in.token_id))
            return fail(Code::not_found, "There is no such token.");
        note(tx, desk, caller, "token.revoke", in.id);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownSite : Site {
    static constexpr auto left_out = std::to_array<std::string_view>({"icon"});
    std::string currency;
    std::optional<std::string> icon_url;
    std::optional<Health> health;
};
BOOST_DESCRIBE_STRUCT(ShownSite, (Site), (currency, icon_url, health))

struct AddedToken : SiteToken {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(AddedToken, (SiteToken), (token))

}  // namespace

http::Routes site_routes(SiteDesk& desk)
{
    http::Routes rows{
        {Method::GET, "/api/v1/sites", Access::user, http::bind<list>(desk),
         http::about("The sites that the caller sees").gives<List<ShownSite>>()},
        {Method::POST, "/api/v1/sites", Access::admin, http::bind<add>(desk),
         http::about("Adds a site")
             .gives<Data<ShownSite>>(201)
             .example(R"({"name":"Shop","url":"https://shop.example.com","currency_id":1})")},
        {Method::PATCH, "/api/v1/sites/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a site")
             .more("One that is switched off is let in no more.")
             .gives<Data<ShownSite>>()
             .example(R"({"time_zone":"Europe/Kyiv"})")},
        {Method::POST, "/api/v1/sites/{id}/check", Access::admin, http::bind<check>(desk),
         http::about("Asks a shop's plugin whether it works")
             .more("`trouble` says what is wrong, and is null when nothing is.")
             .gives<Data<Health>>()},
        {Method::GET, "/api/v1/sites/{id}/tokens", Access::admin, http::bind<tokens>(desk),
         http::about("The tokens of a site").gives<List<SiteToken>>()},
        {Method::POST, "/api/v1/sites/{id}/tokens", Access::admin, http::bind<add_token>(desk),
         http::about("Makes a token for a site")
             .more("`token` is in this answer and in no other.")
             .gives<Data<AddedToken>>(201)
             .example(R"({"name":"plugin"})")},
        {Method::DELETE, "/api/v1/sites/{id}/tokens/{token_id}", Access::admin, http::bind<remove_token>(desk),
         http::about("Revokes a token of a site")},
    };
    std::ranges::move(group_routes(desk), std::back_inserter(rows));
    std::ranges::move(icon_routes(desk), std::back_inserter(rows));
    return rows;
}

}  // namespace smg::sites
