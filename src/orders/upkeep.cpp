#include "orders/upkeep.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "orders/dispatch.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "orders/recovery.hpp"
#include "schedule/slot_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = 200;
constexpr auto silence = std::chrono::minutes(15);  // nothing is silent for longer

// One of each supplier id: the notice is about the supplier, not about each order that waits for it.
void tell_of_unsent(db::Tx& tx, Time now, const settings::Settings& settings)
{
    auto stuck = tx.query<OrderId>("SELECT MIN(id) FROM orders WHERE phase = ? AND updated_at < ? GROUP BY supplier_id LIMIT ?",
                                   Phase::launching, now - silence, at_once);
    for (auto id : stuck) {
        auto order = find_order(tx, id);
        if (!order) continue;
        auto error = tx.first<std::optional<std::string>>("SELECT last_error FROM jobs WHERE dedup_key = ?",
                                                          fmt::format("{}:{}", send_job, id.value));
        raise_not_sent(tx, now, *order, error && *error ? **error : "it has waited for more than 15 minutes", settings);
    }
}

bool cause_is_gone(db::Tx& tx, const Order& order)
{
    if (!order.supplier_id || !suppliers::provider_for(tx, *order.supplier_id)) return false;
    auto reason = from_word<suppliers::Reason>(order.reason.value_or(""));
    return order.reason == "no_mapping" || (reason && suppliers::passes(*reason));
}

Result<int> requeue_refused(db::Tx& tx, Time now, const settings::Settings& settings)
{
    auto young = now - std::chrono::hours(settings.integer("errors.requeue_hours"));
    auto rested = now - settings.seconds("errors.requeue_every_s");
    auto refused = tx.select<Order>("FROM orders WHERE phase = ? AND created_at > ? AND updated_at < ? AND is_archive = 0 ORDER BY id LIMIT ?",
                                    Phase::notaccepted, young, rested, at_once);
    int count = 0;
    for (const auto& order : refused) {
        if (!cause_is_gone(tx, order)) continue;
        auto moved = move_order(tx, now, order, Move::resent, {}, {"refused for a reason that passes: " + order.reason.value_or("")},
                                {set(tx, "api_provider_id", nullptr)});
        if (!moved) return fail(moved.error());
        enqueue_send(tx, now, *moved);
        ++count;
    }
    return count;
}

void tell_of_silent_suppliers(db::Tx& tx, Time now, const settings::Settings& settings)
{
    auto since = now - settings.seconds("statuses.silent_after_s");
    for (const auto& provider : suppliers::active_providers(tx)) {
        auto oldest = tx.first<std::optional<Time>>("SELECT MIN(answered_at) FROM orders WHERE api_provider_id = ? AND poll_at <= ? AND phase = ?",
                                                    provider.id, now, Phase::executing);
        if (oldest && *oldest && **oldest < since && provider.answered_at.value_or(Time{}) < since)
            raise_supplier_silent(tx, now, provider, **oldest, settings);
    }
}

}  // namespace

Async<jobs::Outcome> tend_waiting(UpkeepDesk desk, jobs::Job)
{
    auto work = [&](db::Tx& tx) -> Result<std::int64_t> {
        auto now = desk.clock.now();
        tell_of_unsent(tx, now, desk.settings);
        return enqueue_stranded(tx, now);
    };
    auto stranded = co_await desk.db.write(std::move(work));
    if (stranded && *stranded > 0) log::warning("{} orders waited without a job and got one", *stranded);
    co_return jobs::Done{};
}

Async<jobs::Outcome> tend_errors(UpkeepDesk desk, jobs::Job)
{
    auto work = [&](db::Tx& tx) -> Result<int> {
        auto now = desk.clock.now();
        auto count = requeue_refused(tx, now, desk.settings);
        if (!count) return count;
        for (auto kind : {notices::Kind::uncertain, notices::Kind::suspicious, notices::Kind::lane_paused})
            notices::remind_unseen(tx, now, kind);
        tell_of_silent_suppliers(tx, now, desk.settings);
        return count;
    };
    auto requeued = co_await desk.db.write(std::move(work));
    if (!requeued) co_return jobs::Retry{requeued.error().message};
    if (*requeued > 0) log::info("{} refused orders are sent again: their reason has passed", *requeued);
    co_return jobs::Done{};
}

Async<jobs::Outcome> clean_up(UpkeepDesk desk, jobs::Job)
{
    auto work = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        auto days = [&](std::string_view key) { return now - std::chrono::days(desk.settings.integer(key)); };
        tx.execute("DELETE FROM idempotency WHERE created_at < ?", Time{days("retention.idempotency_days")});
        notices::prune_notices(tx, days("retention.notices_days"));
        schedule::prune_slots(tx, days("retention.slots_days"));
        return {};
    };
    co_await desk.db.write(std::move(work));
    co_return jobs::Done{};
}

}  // namespace smg::orders
