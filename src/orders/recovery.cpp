#include "orders/recovery.hpp"

#include <algorithm>

#include "orders/attempt_store.hpp"
#include "orders/dispatch.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = 500;

}  // namespace

Result<Recovered> recover_attempts(db::Tx& tx, Time now, const std::vector<std::string>& dead_boots,
                                   const settings::Settings& settings)
{
    Recovered recovered;
    auto open = tx.select<Attempt>("FROM attempts WHERE state IN (?, ?) ORDER BY state, prepared_at LIMIT ?", AttemptState::prepared,
                                   AttemptState::sending, at_once);
    for (auto& attempt : open) {
        if (std::ranges::find(dead_boots, attempt.boot_id) == dead_boots.end()) continue;
        if (attempt.state == AttemptState::sending) {
            if (auto recorded = record_lost(tx, now, attempt, settings); !recorded) return fail(recorded.error());
            ++recovered.lost;
        } else if (move_attempt(tx, attempt, AttemptState::prepared, AttemptState::not_sent)) {
            attempt.done_at = now;
            attempt.detail = "the program ended before anything was written";
            save_evidence(tx, attempt);
            ++recovered.not_sent;
        }
    }
    return recovered;
}

std::int64_t enqueue_stranded(db::Tx& tx, Time now)
{
    auto key = tx.dialect() == db::Dialect::sqlite ? "'order.send:' || orders.id" : "CONCAT('order.send:', orders.id)";
    auto stranded = tx.select<Order>("FROM orders WHERE phase = ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE dedup_key = " +
                                         std::string(key) + ") ORDER BY id LIMIT ?",
                                     Phase::launching, at_once);
    for (const auto& order : stranded) enqueue_send(tx, now, order);
    return static_cast<std::int64_t>(stranded.size());
}

}  // namespace smg::orders
