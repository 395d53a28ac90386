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

json::array shown(const std::vector<Attempt>& attempts);
json::array shown(const std::vector<Event>& events);

}  // namespace smg::orders
