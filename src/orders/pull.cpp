#include "orders/pull.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "orders/event_store.hpp"
#include "sites/shop_check.hpp"

namespace smg::orders {
namespace {

constexpr auto first_look = std::chrono::hours(7 * 24);  // as long as the plugin itself tries
constexpr auto overlap = std::chrono::hours(1);          // an order may be paid long before its page is read
constexpr int most_orders = 40'000;

// A shop that is too slow for a page is asked for smaller ones.
constexpr int orders_at_once = 200, fewest_at_once = 5, smaller = 4;

// In which the shop still waits for us. What it was told, what was refused and what a person dismissed there stays there.
constexpr auto awaited = std::to_array<std::string_view>({"missing", "queued", "sending"});

struct Due {
    sites::Site site;
    sites::Shop shop;
    Time since;
};

std::optional<Due> due(db::Tx& tx, const PullWork& work, SiteId id)
{
    auto site = sites::find_site(tx, id);
    if (!site || !site->is_active) return std::nullopt;
    auto health = sites::health_of(tx, id);
    auto since = health && health->pulled_to ? *health->pulled_to - overlap : work.sites.clock.now() - first_look;
    return Due{*site, sites::shop_of(tx, work.sites.master, *site), since};
}

bool is_here(db::Tx& tx, SiteId site, const sites::PaidLine& line)
{
    return tx
        .first<OrderId>("SELECT id FROM orders WHERE site_id = ? AND wp_order_number = ? AND item_id = ? LIMIT 1", site,
                        line.wp_order_number, line.item_id)
        .has_value();
}

// Those that are not here, in the order in which they were paid.
std::vector<sites::PaidLine> missing(db::Tx& tx, SiteId site, std::vector<sites::PaidLine> lines)
{
    std::erase_if(lines, [&](const auto& line) {
        return std::ranges::find(awaited, line.state) == awaited.end() || is_here(tx, site, line);
    });
    return lines;
}

// True when it is new here. The shop's own try, if it comes after all, gets the same answer as this one. The order is of the
// moment in which the shop was asked: what the shop cancelled after that it does not want.
Async<bool> take(const PullWork& work, const sites::Site& site, const sites::PaidLine& line, Time asked)
{
    if (!line.order.is_object()) co_return false;
    auto draft = read_draft(line.order.get_object(), line.idempotency_key, site, asked);
    if (!draft) {
        log::warning("site {}: paid order {} cannot be taken: {}", site.name, line.wp_order_number, draft.error().message);
        co_return false;
    }
    auto taken = co_await work.intake.take(std::move(*draft));
    if (!taken || taken->replayed) co_return false;
    auto note = [&](db::Tx& tx) -> Result<void> {
        add_event(tx, make_event(taken->id, work.sites.clock.now(), {}, "pulled"));
        return {};
    };
    co_await work.sites.db.write(std::move(note));
    co_return true;
}

// It did not come to an end, in time or at all.
bool is_too_much(const sites::ShopFailure& failure)
{
    constexpr int server_error_from = 500;
    return failure.kind == sites::ShopTrouble::slow ||
           (failure.kind == sites::ShopTrouble::busy && failure.status >= server_error_from);
}

void tell(db::Tx& tx, const PullWork& work, const sites::Site& site, std::size_t count, const std::string& first)
{
    auto now = work.sites.clock.now();
    notices::NewNotice notice;
    notice.kind = notices::Kind::order_pulled;
    notice.dedup_key = fmt::format("order_pulled:{}:{}", site.id.value, stored(now));
    notice.site_id = site.id;
    notice.values = {{"site", site.name}, {"count", std::to_string(count)}, {"number", first}};
    notices::raise(tx, now, notices::language_of(work.sites.settings), notice);
}

// A shop that answers, but not this: its net is gone, and only this look notices.
void tell_when_unread(db::Tx& tx, const PullWork& work, const sites::Site& site, const std::string& trouble)
{
    auto now = work.sites.clock.now();
    auto language = notices::language_of(work.sites.settings);
    notices::NewNotice notice;
    notice.kind = notices::Kind::shop_silent;
    notice.dedup_key = unread_key(site.id);
    notice.site_id = site.id;
    if (trouble.empty()) return notices::settle(tx, now, language, notice, "SMG CRM");
    log::warning("site {}: its paid orders cannot be read: {}", site.name, trouble);
    sites::note_unread(tx, now, site.id);
    auto health = sites::health_of(tx, site.id);
    if (!health || health->trouble || !health->pull_failing_since) return;  // of a silent shop people are told already
    auto since = *health->pull_failing_since;
    if (now - since < work.sites.settings.seconds("shops.silent_after_s")) return;
    notice.dedup_key += stored(since);
    notice.values = {{"site", site.name}, {"since", iso(since)}, {"reason", "Its paid orders cannot be read. " + trouble}};
    notices::raise(tx, now, language, notice);
}

}  // namespace

std::string unread_key(SiteId site) { return fmt::format("shop_unread:{}:", site.value); }

void enqueue_pull(db::Tx& tx, Time now, SiteId site)
{
    jobs::NewJob job;
    job.kind = pull_job;
    job.payload = fmt::format(R"({{"site":{}}})", site.value);
    job.dedup_key = fmt::format("{}:{}", pull_job, site.value);
    job.lane = sites::lane_of(site);
    jobs::enqueue(tx, now, job);
}

Async<jobs::Outcome> pull_paid(PullWork work, jobs::Job job)
{
    auto look = [&](db::Tx& tx) { return due(tx, work, sites::site_in(job)); };
    auto found = co_await work.sites.db.read(std::move(look));
    if (!found) co_return jobs::Done{};
    auto begun = work.sites.clock.now();
    std::vector<std::string> pulled;
    bool whole = false;
    std::string trouble = "It has more of them than are read at once.";
    int at_once = orders_at_once;
    for (int page = 1; page * at_once <= most_orders && !whole;) {
        auto asked = work.sites.clock.now();
        auto answer = co_await work.sites.shops.paid_orders(found->shop, sites::patience(work.sites.settings), found->since,
                                                            page, at_once);
        if (!answer && is_too_much(answer.error()) && at_once / smaller >= fewest_at_once) {
            at_once /= smaller;
            page = (page - 1) * smaller + 1;
            continue;
        }
        // The next turn of the timetable asks anew from the same moment.
        if (!answer) {
            trouble = answer.error().message;
            break;
        }
        whole = !answer->more;
        auto filter = [&](db::Tx& tx) { return missing(tx, found->site.id, answer->lines); };
        auto lines = co_await work.sites.db.read(std::move(filter));
        for (const auto& line : lines)
            if (co_await take(work, found->site, line, asked)) pulled.push_back(line.wp_order_number);
        ++page;
    }
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (whole) sites::note_pulled(tx, found->site.id, begun);
        tell_when_unread(tx, work, found->site, whole ? "" : trouble);
        if (!pulled.empty()) tell(tx, work, found->site, pulled.size(), pulled.front());
        return {};
    };
    co_await work.sites.db.write(std::move(write));
    co_return jobs::Done{};
}

}  // namespace smg::orders
