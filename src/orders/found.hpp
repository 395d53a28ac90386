#pragma once

#include <string>

#include "base/result.hpp"
#include "db/tx.hpp"
#include "orders/event_store.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {

/// Writes that the supplier has an uncertain order, under this number: its unknown attempt is resolved, the order goes on.
/// Code::conflict when there is nothing to decide, the field supplier_order_number when another order has the number.
Result<Order> settle_found(db::Tx& tx, Time now, const Order& order, const std::string& number, const Actor& who,
                           const Because& because);

}  // namespace smg::orders
