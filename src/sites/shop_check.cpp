#include "sites/shop_check.hpp"

#include <fmt/core.h>

namespace smg::sites {
namespace {

constexpr std::string_view lanes = "site:";
constexpr int at_once_to_one = 2;
constexpr std::string_view event_route = "order-event";

// Where the shop itself says it is: with https or `www` when it sends everybody there. A POST is not led there.
std::string event_url(const ShopClient& shops, const Shop& shop, const ShopResult<ShopPing>& ping)
{
    auto url = shops.address_of(shop, event_route);
    if (!ping) return url;
    ShopFailure led_there;
    led_there.status = 301;
    led_there.location = ping->rest_url + std::string(event_route);
    return followed("GET", url, led_there).value_or(url);
}

}  // namespace

std::string lane_of(SiteId site) { return fmt::format("{}{}", lanes, site.value); }

std::optional<int> lane_limit(std::string_view lane)
{
    return lane.starts_with(lanes) ? std::optional(at_once_to_one) : std::nullopt;
}

SiteId site_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("site") : nullptr;
    return SiteId{found ? json::as_integer(*found).value_or(0) : 0};
}

ShopClient::Patience patience(const settings::Settings& settings)
{
    return {.timeout = settings.seconds("shops.timeout_s")};
}

void enqueue_check(db::Tx& tx, Time now, SiteId site)
{
    jobs::NewJob job;
    job.kind = check_job;
    job.payload = fmt::format(R"({{"site":{}}})", site.value);
    job.dedup_key = fmt::format("{}:{}", check_job, site.value);
    job.lane = lane_of(site);
    jobs::enqueue(tx, now, job);
}

Async<jobs::Outcome> check_shop(SiteDesk desk, jobs::Job job)
{
    auto look = [&](db::Tx& tx) { return find_site(tx, site_in(job)); };
    auto site = co_await desk.db.read(std::move(look));
    if (site && site->is_active) co_await look_at(desk, std::move(*site));
    co_return jobs::Done{};
}

Async<Health> look_at(SiteDesk desk, Site site)
{
    auto read = [&](db::Tx& tx) { return shop_of(tx, desk.master, site); };
    auto shop = co_await desk.db.read(std::move(read));
    auto ping = co_await desk.shops.ping(shop, patience(desk.settings));
    Contact contact{event_url(desk.shops, shop, ping), desk.shops.key_of(shop)};
    Health known;
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        known = ping ? note_ping(tx, now, site.id, *ping) : note_trouble(tx, now, site.id, ping.error());
        if (desk.checked) desk.checked(tx, site, known, contact);
        return {};
    };
    co_await desk.db.write(std::move(write));
    co_return known;
}

}  // namespace smg::sites
