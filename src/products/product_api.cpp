#include "products/product_api.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "http/bind.hpp"
#include "products/product_query.hpp"
#include "products/product_view.hpp"
#include "products/refresh_store.hpp"
#include "sites/site_store.hpp"

namespace smg::products {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::Method;
using http::Paged;

constexpr std::int64_t most_counted = 10'000;

std::string bounded(std::int64_t counted)
{
    return counted > most_counted ? fmt::format("{}+", most_counted) : std::to_string(counted);
}

bool is_stale(const Refresh* refresh, Time now, Duration fresh)
{
    if (!refresh) return true;
    return refresh->state != RefreshState::running && refresh->finished_at.value_or(refresh->started_at) + fresh < now;
}

// Sites whose products nobody has asked for lately; a failed try is not repeated with each look either.
std::vector<SiteId> stale_sites(db::Tx& tx, const ProductDesk& desk, const std::optional<std::vector<SiteId>>& of)
{
    auto refreshes = refreshes_of(tx, of);
    auto fresh = std::chrono::seconds(desk.settings.integer("products.fresh_s"));
    std::vector<SiteId> stale;
    for (const auto& site : sites::sites_among(tx, of)) {
        auto found = std::ranges::find(refreshes, site.id, &Refresh::site_id);
        auto refresh = found == refreshes.end() ? nullptr : &*found;
        if (site.is_active && is_stale(refresh, desk.clock.now(), fresh)) stale.push_back(site.id);
    }
    return stale;
}

Result<json::object> page_of(db::Tx& tx, const Caller& caller, const Filter& filter)
{
    auto products = list_products(tx, filter);
    if (!products) return fail(products.error());
    bool more = std::ssize(*products) > filter.limit;
    if (more) products->pop_back();
    json::array data;
    Surroundings around(tx);
    for (auto& product : *products) data.push_back(json::from(around.shown(caller, product)));
    json::object meta, out;
    meta["next_cursor"] = more ? json::value(products->back().id) : json::value(nullptr);
    meta["count"] = bounded(count_products(tx, filter, most_counted));
    out["data"] = std::move(data);
    out["meta"] = std::move(meta);
    return out;
}

// GET /api/v1/products: what is known at once; shops that were not asked for long are asked meanwhile.
Async<Result<json::object>> list(ProductDesk& desk, Caller caller, ProductQuery in)
{
    auto filter = filter_of(caller, in);
    if (!filter) co_return fail(filter.error());
    std::vector<SiteId> stale;
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        if (in.site_id && !sites::find_site(tx, *in.site_id)) return fail(Code::not_found, "There is no such site.");
        stale = stale_sites(tx, desk, filter->sites);
        return page_of(tx, caller, *filter);
    };
    auto page = co_await desk.db.read(std::move(look));
    if (!page) co_return fail(page.error());
    if (!stale.empty()) {
        auto begin = [&](db::Tx& tx) -> Result<void> {
            for (auto site : stale_sites(tx, desk, stale)) begin_refresh(tx, desk.clock.now(), site, caller.name);
            return {};
        };
        co_await desk.db.write(std::move(begin));
    }
    auto refreshes = co_await desk.db.read([&](db::Tx& tx) { return refreshes_of(tx, filter->sites); });
    auto& meta = page->at("meta").as_object();
    meta["refresh"] = in.site_id && !refreshes.empty() ? json::from(refreshes.front()) : json::value(nullptr);
    meta["refreshes"] = json::from(refreshes);
    co_return std::move(*page);
}

struct OfSite {
    std::optional<SiteId> site_id;
};
BOOST_DESCRIBE_STRUCT(OfSite, (), (site_id))

// GET /api/v1/products/choices
Async<Result<json::object>> choose(ProductDesk& desk, Caller caller, OfSite in)
{
    auto filter = filter_of(caller, {.site_id = in.site_id});
    if (!filter) co_return fail(filter.error());
    auto look = [&](db::Tx& tx) { return http::data_of(json::from(choices(tx, filter->sites))); };
    co_return co_await desk.db.read(std::move(look));
}

struct OneSite {
    SiteId id;
};
BOOST_DESCRIBE_STRUCT(OneSite, (), (id))

// POST /api/v1/sites/{id}/products/refresh
Async<Result<http::Reply<json::object>>> refresh(ProductDesk& desk, Caller caller, OneSite in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        if (!caller.may_see(in.id) || !sites::find_site(tx, in.id)) return fail(Code::not_found, "There is no such site.");
        auto begun = begin_refresh(tx, desk.clock.now(), in.id, caller.name);
        return http::Reply<json::object>{http::data_of(json::from(begun)), 202};
    };
    co_return co_await desk.db.write(std::move(write));
}

// For the API reference.
struct ProductPage : http::Cursor {
    std::string count;
    std::optional<Refresh> refresh;
    std::vector<Refresh> refreshes;
};
BOOST_DESCRIBE_STRUCT(ProductPage, (http::Cursor), (count, refresh, refreshes))

}  // namespace

http::Routes product_routes(ProductDesk& desk)
{
    return {
        {Method::GET, "/api/v1/products", Access::user, http::bind<list>(desk),
         http::about("Products of the shops, as they were read last")
             .more(
                 "`sort`: `name`, `-name`, `price` or `-price`. `mapping`: whether orders of it find a supplier. `category` "
                 "is a category's name; `q` searches names, SKUs, numbers and categories. A shop that was not asked for "
                 "long is asked meanwhile: `meta.refresh` says how that goes when one site is asked for, `meta.refreshes` "
                 "of each.")
             .gives<Paged<ShownProduct, ProductPage>>()},
        {Method::GET, "/api/v1/products/choices", Access::user, http::bind<choose>(desk),
         http::about("Categories and supplier ids that products have").gives<Data<Choices>>()},
        {Method::POST, "/api/v1/sites/{id}/products/refresh", Access::user, http::bind<refresh>(desk),
         http::about("Reads a shop's products anew; joins the reading that is under way").gives<Data<Refresh>>(202)},
    };
}

}  // namespace smg::products
