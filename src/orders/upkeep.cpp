#include "orders/upkeep.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "base/log.hpp"
#include "jobs/boots.hpp"
#include "notices/notice_store.hpp"
#include "orders/batch_store.hpp"
#include "orders/cancelled_lines.hpp"
#include "orders/dispatch.hpp"
#include "orders/failover.hpp"
#include "orders/funds.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "orders/recovery.hpp"
#include "schedule/slot_store.hpp"
#include "suppliers/balance_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = 200, at_once_deleted = 5000, most_deletions = 20;
constexpr auto cancelled_lines_kept = std::chrono::days(30);
constexpr auto silence = std::chrono::minutes(15);  // nothing is silent for longer

// One of each supplier id: the notice is about the supplier, not about each order that waits for it.
void tell_of_unsent(db::Tx& tx, Time now, const settings::Settings& settings)
{
    auto stuck = tx.query<OrderId>(
        "SELECT MIN(id) FROM orders WHERE phase = ? AND COALESCE(waits_since, created_at) < ? GROUP BY "
        "supplier_id LIMIT ?",
        Phase::launching, now - silence, at_once);
    for (auto id : stuck) {
        auto order = find_order(tx, id);
        auto route = order ? route_of(tx, *order) : std::nullopt;
        if (!order || (route && route->out_of_funds)) continue;  // that has a notice of its own
        auto error = tx.first<std::optional<std::string>>("SELECT last_error FROM jobs WHERE dedup_key = ?",
                                                          fmt::format("{}:{}", send_job, id.value));
        raise_not_sent(tx, now, *order, error && *error ? **error : "it has waited for more than 15 minutes", settings);
    }
}

// Longer than any request may take: its answer is lost, and the process that waits for it lives. Nothing is concluded from
// time, but somebody must know.
void tell_of_long_sends(db::Tx& tx, Time now, const settings::Settings& settings)
{
    auto since = now - settings.seconds("sending.timeout_s") - silence;
    for (const auto& order : tx.select<Order>("FROM orders WHERE phase = ? AND updated_at < ? ORDER BY updated_at LIMIT ?",
                                              Phase::sending, since, at_once))
        raise_not_sent(tx, now, order, "it has been on its way for too long: look at the supplier's list", settings);
}

// Those that may be sent on, the oldest first. Others that wait for a mapping or for money, however many, do not
// stand in their way.
std::vector<Order> sendable_again(db::Tx& tx, Time young, Time rested)
{
    // Supplier id, service, and where a failover led: these decide.
    using Asked = std::tuple<std::optional<std::string>, std::optional<std::string>, std::optional<ProviderId>>;
    std::map<Asked, bool> takes;
    std::vector<Order> found;
    for (OrderId after; std::ssize(found) < at_once;) {
        // The reasons that pass by themselves or by money (suppliers::passes), and the one that a mapping mends.
        auto some = tx.select<Order>(
            "FROM orders WHERE phase = ? AND updated_at BETWEEN ? AND ? AND created_at > ? AND is_archive = 0 AND "
            "reason IN ('no_mapping', 'no_funds', 'rate_limit', 'maintenance') AND id > ? ORDER BY id LIMIT ?",
            Phase::notaccepted, young, rested, young, after, at_once);
        if (some.empty()) break;
        after = some.back().id;
        for (auto& order : some) {
            auto [known, is_new] =
                takes.try_emplace(Asked{order.supplier_id, order.supplier_service_id, order.route_provider_id});
            if (is_new) {
                auto route = route_of(tx, order);
                known->second = route && !route->out_of_funds;
            }
            if (known->second && std::ssize(found) < at_once) found.push_back(std::move(order));
        }
    }
    return found;
}

Result<int> requeue_refused(db::Tx& tx, Time now, const settings::Settings& settings)
{
    auto young = now - std::chrono::hours(settings.integer("errors.requeue_hours"));
    auto rested = now - settings.seconds("errors.requeue_every_s");
    int count = 0;
    for (const auto& order : sendable_again(tx, young, rested)) {
        auto moved =
            move_order(tx, now, order, Move::resent, {}, {"refused for a reason that passes: " + order.reason.value_or("")},
                       {set(tx, "api_provider_id", nullptr)});
        if (!moved) return fail(moved.error());
        enqueue_send(tx, now, *moved);
        ++count;
    }
    return count;
}

// A supplier that answers on nothing is one notice; one that answers on others, but not on this order, is one for each
// order.
void tell_of_silence(db::Tx& tx, Time now, const settings::Settings& settings)
{
    auto since = now - settings.seconds("statuses.silent_after_s");
    for (const auto& provider : suppliers::all_providers(tx)) {
        auto silent = tx.select<Order>(
            "FROM orders WHERE api_provider_id = ? AND poll_at IS NOT NULL AND phase = ? AND answered_at < ? "
            "ORDER BY poll_at LIMIT ?",
            provider.id, Phase::executing, since, at_once);
        if (silent.empty()) continue;
        if (provider.status_at.value_or(Time{}) < since)
            raise_supplier_silent(tx, now, provider, *silent.front().answered_at, settings);
        else
            for (const auto& order : silent) raise_no_status(tx, now, order, settings);
    }
}

void remind(db::Tx& tx, Time now, const settings::Settings& settings)
{
    using notices::Kind;
    constexpr Kind kinds[] = {Kind::uncertain,      Kind::suspicious, Kind::lane_paused,      Kind::out_of_funds,
                              Kind::notaccepted,    Kind::no_mapping, Kind::dead_job,         Kind::realtime_silent,
                              Kind::shop_silent,    Kind::shop_stuck, Kind::wallet_unsettled, Kind::quarantine,
                              Kind::decision_needed};
    for (const auto& provider : suppliers::active_providers(tx)) reword_funds(tx, provider, settings);
    notices::remind_unseen(tx, now, kinds);
}

using Chore = std::function<void(db::Tx&, Time)>;

// Each chore in a transaction of its own: what one stumbles over must not keep the others from their work.
Async<void> each_alone(UpkeepDesk desk, std::vector<Chore> chores)
{
    for (const auto& chore : chores) {
        auto work = [&](db::Tx& tx) -> Result<void> {
            chore(tx, desk.clock.now());
            return {};
        };
        try {
            co_await desk.db.write(std::move(work));
        } catch (const std::exception& e) {
            log::error("upkeep: {}", e.what());
        }
    }
}

Async<void> forget_old_replies(UpkeepDesk desk)
{
    for (int i = 0; i < most_deletions; ++i) {
        auto forget = [&](db::Tx& tx) -> Result<std::int64_t> {
            Time before = desk.clock.now() - std::chrono::days(desk.settings.integer("retention.idempotency_days"));
            return tx.execute(
                "DELETE FROM idempotency WHERE id IN (SELECT id FROM (SELECT id FROM idempotency WHERE created_at < ? "
                "ORDER BY created_at LIMIT ?) AS old)",
                before, at_once_deleted);
        };
        auto deleted = co_await desk.db.write(std::move(forget));
        if (!deleted || *deleted < at_once_deleted) co_return;
    }
}

}  // namespace

InFlight long_in_flight(db::Tx& tx, Time since)
{
    using Group = std::tuple<OrderId, std::int64_t, Time>;  // one of them, how many, since when
    InFlight found;
    auto take = [&](const Group& group) {
        auto [id, count, from] = group;
        found.count += count;
        found.oldest = std::min(found.oldest.value_or(from), from);
    };
    // Of one supplier id and service all go the same way, unless a failover led elsewhere.
    for (const auto& group : tx.query<Group>(
             "SELECT MIN(id), COUNT(*), MIN(COALESCE(waits_since, created_at)) FROM orders WHERE phase = ? AND "
             "COALESCE(waits_since, created_at) < ? GROUP BY supplier_id, supplier_service_id, route_provider_id",
             Phase::launching, since)) {
        auto order = find_order(tx, std::get<0>(group));
        auto route = order ? route_of(tx, *order) : std::nullopt;
        if (!route || route->takes()) take(group);
    }
    for (const auto& group : tx.query<Group>("SELECT MIN(id), COUNT(*), MIN(updated_at) FROM orders WHERE phase = ? AND "
                                             "updated_at < ? HAVING COUNT(*) > 0",
                                             Phase::sending, since))
        take(group);
    return found;
}

void clock_was_set_back(db::Tx& tx, Time now)
{
    for (auto phase : {Phase::launching, Phase::sending})
        for (auto column : {"updated_at", "waits_since"})
            tx.execute(fmt::format("UPDATE orders SET {0} = ? WHERE phase = ? AND {0} > ?", column), now, phase, now);
    for (auto column : {"poll_at", "answered_at"})
        tx.execute(fmt::format("UPDATE orders SET {0} = ? WHERE phase = ? AND {0} > ?", column), now, Phase::executing, now);
}

Async<jobs::Outcome> tend_waiting(UpkeepDesk desk, jobs::Job)
{
    std::vector<Chore> chores;
    chores.emplace_back([](db::Tx& tx, Time now) {
        if (auto count = enqueue_stranded(tx, now); count > 0)
            log::warning("{} orders waited without a job and got one", count);
    });
    chores.emplace_back([&](db::Tx& tx, Time now) { tell_of_unsent(tx, now, desk.settings); });
    chores.emplace_back([&](db::Tx& tx, Time now) { tell_of_long_sends(tx, now, desk.settings); });
    co_await each_alone(desk, std::move(chores));
    co_return jobs::Done{};
}

Async<jobs::Outcome> tend_errors(UpkeepDesk desk, jobs::Job)
{
    std::vector<Chore> chores;
    chores.emplace_back([&](db::Tx& tx, Time now) {
        auto count = requeue_refused(tx, now, desk.settings);
        if (!count) throw std::runtime_error(count.error().message);  // overtaken by someone: nothing of it stays
        if (*count > 0) log::info("{} refused orders are sent again: their reason has passed", *count);
    });
    chores.emplace_back([](db::Tx& tx, Time now) {
        if (auto probed = probe_with_refused(tx, now); !probed) throw std::runtime_error(probed.error().message);
    });
    chores.emplace_back([&](db::Tx& tx, Time now) { remind(tx, now, desk.settings); });
    chores.emplace_back([&](db::Tx& tx, Time now) { tell_of_silence(tx, now, desk.settings); });
    co_await each_alone(desk, std::move(chores));
    co_return jobs::Done{};
}

Async<jobs::Outcome> clean_up(UpkeepDesk desk, jobs::Job)
{
    co_await forget_old_replies(desk);
    auto before = [&](std::string_view key) { return desk.clock.now() - std::chrono::days(desk.settings.integer(key)); };
    std::vector<Chore> chores;
    chores.emplace_back([&](db::Tx& tx, Time) { notices::prune_notices(tx, before("retention.notices_days")); });
    chores.emplace_back([&](db::Tx& tx, Time) { prune_batches(tx, before("retention.batches_days")); });
    chores.emplace_back([&](db::Tx& tx, Time now) { prune_cancelled_lines(tx, now - cancelled_lines_kept); });
    chores.emplace_back([&](db::Tx& tx, Time) { schedule::prune_slots(tx, before("retention.slots_days")); });
    chores.emplace_back([&](db::Tx& tx, Time) { suppliers::prune_readings(tx, before("retention.balances_days")); });
    chores.emplace_back([&](db::Tx& tx, Time) { jobs::prune_boots(tx, before("retention.slots_days")); });
    co_await each_alone(desk, std::move(chores));
    co_return jobs::Done{};
}

}  // namespace smg::orders
