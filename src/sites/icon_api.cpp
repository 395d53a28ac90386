#include "sites/icon_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "http/bind.hpp"
#include "sites/icon.hpp"
#include "sites/site_store.hpp"

namespace smg::sites {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::Method;

constexpr std::size_t version_length = 16;

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such site."); }

struct OneIcon {
    SiteId id;
    std::optional<std::string> v;  // its version, so that a browser may keep it
};
BOOST_DESCRIBE_STRUCT(OneIcon, (), (id, v))

// GET /api/v1/sites/{id}/icon
Async<Result<http::Response>> show(SiteDesk& desk, Caller caller, OneIcon in)
{
    auto look = [&](db::Tx& tx) { return tx.first<std::string>("SELECT png FROM site_icons WHERE site_id = ?", in.id); };
    auto kept = caller.may_see(in.id) ? co_await desk.db.read(std::move(look)) : std::nullopt;
    auto png = kept ? from_base64url(*kept) : std::nullopt;
    if (!png) co_return fail(Code::not_found, "This site has no picture.");
    http::Response response;
    response.body = std::move(*png);
    response.content_type = "image/png";
    response.headers = {{"Cache-Control", in.v ? "private, max-age=31536000, immutable" : "private, no-cache"},
                        {"Content-Security-Policy", "default-src 'none'; sandbox"}};
    co_return response;
}

Result<json::object> keep(db::Tx& tx, const SiteDesk& desk, const Caller& caller, SiteId id,
                          const std::optional<std::string>& png)
{
    auto site = find_site(tx, id);
    if (!site) return unknown();
    auto version = png ? std::optional(sha256_hex(*png).substr(0, version_length)) : std::nullopt;
    tx.execute("DELETE FROM site_icons WHERE site_id = ?", id);
    if (png) tx.execute("INSERT INTO site_icons (site_id, png) VALUES (?, ?)", id, base64url(*png));
    tx.execute("UPDATE sites SET icon = ?, updated_at = ? WHERE id = ?", version, desk.clock.now(), id);
    tx.announce({"sites", id.value, id.value});
    audit::note(tx, desk.clock.now(), audit::actor_of(caller), png ? "site.icon" : "site.icon_removed",
                fmt::format("site {}", id.value));
    return http::data_of(json::object{{"id", id.value}, {"icon_url", icon_url(id, version)}});
}

// PUT /api/v1/sites/{id}/icon: the body is the picture.
Async<Result<json::object>> put(SiteDesk& desk, Caller caller, const http::Request& request)
{
    auto id = json::as_integer(json::value(request.path_values.at("id"))).value_or(0);
    auto png = clean_icon(request.body);
    if (!png) co_return fail(png.error());
    auto write = [&](db::Tx& tx) { return keep(tx, desk, caller, SiteId{id}, *png); };
    co_return co_await desk.db.write(std::move(write));
}

struct OneSite {
    SiteId id;
};
BOOST_DESCRIBE_STRUCT(OneSite, (), (id))

// DELETE /api/v1/sites/{id}/icon
Async<Result<json::object>> remove(SiteDesk& desk, Caller caller, OneSite in)
{
    auto write = [&](db::Tx& tx) { return keep(tx, desk, caller, in.id, std::nullopt); };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownIcon {
    SiteId id;
    std::optional<std::string> icon_url;
};
BOOST_DESCRIBE_STRUCT(ShownIcon, (), (id, icon_url))

}  // namespace

json::value icon_url(SiteId site, const std::optional<std::string>& version)
{
    if (!version) return nullptr;
    return json::value(fmt::format("/api/v1/sites/{}/icon?v={}", site.value, *version));
}

http::Routes icon_routes(SiteDesk& desk)
{
    return {
        {Method::GET, "/api/v1/sites/{id}/icon", Access::user, http::bind<show>(desk),
         http::about("A site's picture").gives_file("image/png")},
        {Method::PUT, "/api/v1/sites/{id}/icon", Access::admin, http::bind<put>(desk),
         http::about("Sets a site's picture")
             .more("The body is the picture itself: PNG, JPEG or WebP.")
             .gives<Data<ShownIcon>>()},
        {Method::DELETE, "/api/v1/sites/{id}/icon", Access::admin, http::bind<remove>(desk),
         http::about("Removes a site's picture").gives<Data<ShownIcon>>(200)},
    };
}

}  // namespace smg::sites
