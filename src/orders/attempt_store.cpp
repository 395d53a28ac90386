#include "orders/attempt_store.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace smg::orders {

std::optional<Attempt> find_attempt(db::Tx& tx, AttemptId id) { return tx.find<Attempt>("FROM attempts WHERE id = ?", id); }

std::vector<Attempt> attempts_of(db::Tx& tx, OrderId order)
{
    constexpr int most_shown = 200;
    auto attempts = tx.select<Attempt>("FROM attempts WHERE order_id = ? ORDER BY n DESC LIMIT ?", order, most_shown);
    std::ranges::reverse(attempts);
    return attempts;
}

std::optional<Attempt> unknown_attempt(db::Tx& tx, OrderId order)
{
    return tx.find<Attempt>("FROM attempts WHERE order_id = ? AND state = ? ORDER BY n DESC LIMIT 1", order,
                            AttemptState::unknown);
}

Result<Attempt> prepare_attempt(db::Tx& tx, Time now, const Order& order, ProviderId provider, const std::string& boot_id)
{
    tx.execute(
        "UPDATE attempts SET state = ?, done_at = ?, detail = 'left behind before anything was written' "
        "WHERE order_id = ? AND state = ?",
        AttemptState::not_sent, now, order.id, AttemptState::prepared);
    Attempt attempt;
    attempt.order_id = order.id;
    attempt.n = 1 + tx.first<int>("SELECT COALESCE(MAX(n), 0) FROM attempts WHERE order_id = ?", order.id).value_or(0);
    attempt.api_provider_id = provider;
    attempt.supplier_service_id = order.supplier_service_id.value_or("");
    attempt.link_key = order.link_key;
    attempt.quantity = order.quantity;
    attempt.boot_id = boot_id;
    attempt.prepared_at = now;
    try {
        attempt.id = AttemptId{tx.insert("attempts", attempt)};
    } catch (const db::DuplicateKey&) {
        return fail(Code::conflict, fmt::format("order {} already has an attempt under way", order.id.value));
    }
    return attempt;
}

bool link_is_busy(db::Tx& tx, const Order& order, ProviderId provider)
{
    if (order.link_key.empty()) return false;
    return tx
        .first<std::int64_t>(
            "SELECT id FROM attempts WHERE api_provider_id = ? AND link_key = ? AND state IN (?, ?) AND order_id <> ? "
            "LIMIT 1",
            provider, order.link_key, AttemptState::prepared, AttemptState::sending, order.id)
        .has_value();
}

bool move_attempt(db::Tx& tx, const Attempt& attempt, AttemptState from, AttemptState to)
{
    return tx.execute("UPDATE attempts SET state = ? WHERE id = ? AND state = ?", to, attempt.id, from) == 1;
}

void save_evidence(db::Tx& tx, const Attempt& attempt)
{
    tx.execute(
        "UPDATE attempts SET sending_at = ?, done_at = ?, http_status = ?, body_sha256 = ?, body = ?, supplier_order_id = "
        "?, "
        "reason = ?, detail = ?, by_restart = ? WHERE id = ?",
        attempt.sending_at, attempt.done_at, attempt.http_status, attempt.body_sha256, attempt.body,
        attempt.supplier_order_id, attempt.reason, attempt.detail, attempt.by_restart, attempt.id);
}

std::int64_t unknowns_since(db::Tx& tx, ProviderId provider, Time since)
{
    return *tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM attempts WHERE api_provider_id = ? AND state = ? AND by_restart = 0 AND done_at >= ?",
        provider, AttemptState::unknown, since);
}

}  // namespace smg::orders
