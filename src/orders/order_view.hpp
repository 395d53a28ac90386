#pragma once

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

#include "base/json.hpp"
#include "orders/attempt_store.hpp"
#include "orders/event_store.hpp"
#include "orders/order.hpp"

namespace smg::orders {

/// An order as a shop may see it: never cost, supplier, attempts or the supplier's words.
json::object for_shop(const Order& order, const std::string& currency);

/// An order as people see it in a list.
json::object for_person(const Order& order, const std::string& currency);

/// What an order that is `launching` waits for beside its turn: a supplier that is paused or has no funds. Null: its turn.
json::value waits_for(db::Tx& tx, const Order& order);

/// The suppliers that were asked for it, in their order, each once.
json::array suppliers_tried(db::Tx& tx, const std::vector<Attempt>& attempts);

json::array shown(const std::vector<Attempt>& attempts);
json::array shown(const std::vector<Event>& events);

}  // namespace smg::orders
