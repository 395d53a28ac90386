#include "orders/found.hpp"

#include <fmt/core.h>

#include "orders/attempt_store.hpp"

namespace smg::orders {

Result<Order> settle_found(db::Tx& tx, Time now, const Order& order, const std::string& number, const Actor& who,
                           const Because& because)
{
    auto attempt = unknown_attempt(tx, order.id);
    if (!attempt) return fail(Code::conflict, "no attempt of this order is unknown");
    if (!move_attempt(tx, *attempt, AttemptState::unknown, AttemptState::resolved_found))
        return fail(Code::conflict, "the attempt was decided meanwhile");
    attempt->supplier_order_id = number;
    save_evidence(tx, *attempt);
    auto taken = tx.first<OrderId>("SELECT id FROM orders WHERE api_provider_id = ? AND supplier_order_number = ?",
                                   attempt->api_provider_id, number);
    if (taken)
        return fail_field("supplier_order_number",
                          fmt::format("The supplier order number belongs to order {}.", taken->value));
    return move_order(tx, now, order, Move::found, who, because,
                      {set(tx, "supplier_order_number", number), set(tx, "poll_at", now), set(tx, "answered_at", now),
                       set(tx, "reason", nullptr), set(tx, "reason_text", nullptr)});
}

}  // namespace smg::orders
