#include "products/refresh_job.hpp"

#include <fmt/core.h>

#include "products/refresh_store.hpp"

namespace smg::products {
namespace {

constexpr int at_once = 250;              // products of one page
constexpr std::int64_t most_tries = 3;    // of one page; then a person or the next look begins anew
constexpr std::int64_t most_pages = 400;  // a shop that never comes to an end

struct Under {
    Refresh refresh;
    sites::Shop shop;
};

// Reading changes nothing in the shop, so whatever may pass is tried again.
bool may_pass(const sites::ShopFailure& failure)
{
    using enum sites::ShopTrouble;
    return failure.kind == unreachable || failure.kind == slow || failure.kind == busy || failure.kind == cut_short ||
           failure.kind == not_json;
}

sites::ShopFailure not_understood(std::string message)
{
    sites::ShopFailure failure;
    failure.kind = sites::ShopTrouble::not_understood;
    failure.message = std::move(message);
    return failure;
}

std::optional<sites::ShopFailure> doubt_of(const Refresh& refresh, const sites::ShopProducts& page)
{
    if (page.products.empty() && page.unreadable == 0 && page.total > refresh.done && refresh.page < page.total_pages)
        return not_understood(
            fmt::format("Page {} is empty, though the shop says that it has {} products.", refresh.page + 1, page.total));
    if (page.total_pages > most_pages)
        return not_understood(fmt::format("The shop speaks of {} pages of products.", page.total_pages));
    return std::nullopt;
}

Async<jobs::Outcome> failed(const RefreshWork& work, const Under& under, const sites::ShopFailure& failure)
{
    bool again = may_pass(failure) && under.refresh.tries + 1 < most_tries;
    auto note = [&](db::Tx& tx) -> Result<void> {
        if (again) note_trouble(tx, under.refresh, failure);
        else fail_refresh(tx, work.clock.now(), under.refresh, failure);
        return {};
    };
    co_await work.db.write(std::move(note));
    if (!again) co_return jobs::Done{};
    jobs::Retry retry{failure.message};
    if (failure.retry_after_s > 0) retry.delay = std::chrono::seconds(failure.retry_after_s);
    co_return retry;
}

}  // namespace

Async<jobs::Outcome> run_refresh(RefreshWork work, jobs::Job job)
{
    auto site_id = site_in(job);
    for (;;) {
        auto look = [&](db::Tx& tx) -> std::optional<Under> {
            auto refresh = find_refresh(tx, site_id);
            auto site = sites::find_site(tx, site_id);
            if (!refresh || refresh->state != RefreshState::running || !site) return std::nullopt;
            return Under{*refresh, sites::shop_of(tx, work.master, *site)};
        };
        auto under = co_await work.db.read(std::move(look));
        if (!under) co_return jobs::Done{};
        if (under->refresh.page > 0 && under->refresh.page >= under->refresh.total_pages) {
            auto end = [&](db::Tx& tx) -> Result<void> {
                return end_refresh(tx, work.clock.now(), under->refresh), Result<void>{};
            };
            co_await work.db.write(std::move(end));
            co_return jobs::Done{};
        }
        sites::ShopClient::Patience patience{.timeout = std::chrono::seconds(work.settings.integer("shops.timeout_s"))};
        auto next = static_cast<int>(under->refresh.page) + 1;
        auto page = co_await work.shops.products(under->shop, patience, next, at_once);
        if (!page) co_return co_await failed(work, *under, page.error());
        if (auto doubt = doubt_of(under->refresh, *page)) co_return co_await failed(work, *under, *doubt);
        auto write = [&](db::Tx& tx) -> Result<bool> { return write_page(tx, under->refresh, *page); };
        auto written = co_await work.db.write(std::move(write));
        if (!written || !*written) co_return jobs::Done{};  // another has it
    }
}

}  // namespace smg::products
