#pragma once

#include <string>

#include "db/tx.hpp"
#include "orders/order.hpp"

// Lines that a shop cancelled and that are not here: one of them may be on its way to us at this very moment, read from the
// shop a second earlier, or waiting for its commit. So the cancellation is committed first and the order looked for after
// that: whoever commits the order later is before the sender, and the sender finds the cancellation.
namespace smg::orders {

/// To be committed before the order is looked for once more.
void remember_cancelled_line(db::Tx& tx, Time now, SiteId site, const std::string& identity);

/// Whether the shop cancelled this line after it gave the order to us; what it gave later it wants again. Forgets it.
bool take_cancelled_line(db::Tx& tx, const Order& order);

void prune_cancelled_lines(db::Tx& tx, Time before);

}  // namespace smg::orders
