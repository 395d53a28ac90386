#include "orders/quarantine.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "notices/notice_store.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = 500;
constexpr std::string_view reason = "quarantine";

// Reasons for which the task `errors` sends an order again without asking.
constexpr std::string_view sent_again_by_itself =
    "FROM orders WHERE phase = ? AND reason IN ('no_mapping', 'no_funds', 'rate_limit', 'maintenance') ORDER BY id LIMIT ?";

Result<std::int64_t> hold_some(db::Tx& tx, Time now, const std::string& why)
{
    auto unsent = tx.select<Order>("FROM orders WHERE phase = ? ORDER BY id LIMIT ?", Phase::launching, at_once);
    for (const auto& order : unsent) {
        auto held =
            move_order(tx, now, order, Move::held, {}, {why}, {set(tx, "reason", reason), set(tx, "reason_text", why)});
        if (!held) return fail(held.error());
    }
    return static_cast<std::int64_t>(unsent.size());
}

Result<std::int64_t> stop_some(db::Tx& tx, Time now, const std::string& why)
{
    auto refused = tx.select<Order>(sent_again_by_itself, Phase::notaccepted, at_once);
    for (const auto& order : refused) {
        auto stopped = update_order(tx, now, order, {set(tx, "reason", reason), set(tx, "reason_text", why)});
        if (!stopped) return fail(stopped.error());
        auto event = make_event(order.id, now, {}, "quarantined");
        event.detail = why;
        add_event(tx, std::move(event));
    }
    return static_cast<std::int64_t>(refused.size());
}

// Once an hour for one reason: a restore holds them, and the first start after it looks again.
void tell(db::Tx& tx, Time now, const settings::Settings& settings, const std::string& why)
{
    auto count = *tx.first<std::int64_t>("SELECT COUNT(*) FROM orders WHERE phase IN (?, ?) AND reason = ?", Phase::review,
                                         Phase::notaccepted, reason);
    if (count == 0) return;
    auto hour = std::chrono::time_point_cast<Duration>(std::chrono::floor<std::chrono::hours>(now));
    notices::NewNotice notice;
    notice.kind = notices::Kind::quarantine;
    notice.level = notices::Level::alarm;
    notice.dedup_key = fmt::format("quarantine:{}:{}", sha256_hex(why).substr(0, 16), stored(hour));
    notice.values = {{"count", std::to_string(count)}, {"reason", why}};
    notices::raise(tx, now, notices::language_of(settings), notice);
}

}  // namespace

Result<std::int64_t> quarantine_unsent(db::Database& db, const Clock& clock, const settings::Settings& settings,
                                       const std::string& why)
{
    std::int64_t held = 0;
    for (auto step : {hold_some, stop_some})
        while (true) {
            auto some = db.write_now([&](db::Tx& tx) { return step(tx, clock.now(), why); });
            if (!some) return some;
            held += *some;
            if (*some < at_once) break;
        }
    auto told = db.write_now([&](db::Tx& tx) -> Result<void> {
        tell(tx, clock.now(), settings, why);
        return {};
    });
    if (!told) return fail(told.error());
    return held;
}

}  // namespace smg::orders
