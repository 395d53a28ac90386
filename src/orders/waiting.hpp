#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/tx.hpp"
#include "orders/order.hpp"

// Orders that wait for one supplier.
namespace smg::orders {

/// Those that are `launching` and go to this supplier, by their number, behind `after`.
std::vector<Order> waiting_for(db::Tx& tx, ProviderId provider, OrderId after, int most);

/// Those that it refused for want of funds since then and nobody has decided about, the oldest first.
std::vector<Order> refused_for_funds(db::Tx& tx, ProviderId provider, Time since, int most);

/// How many orders wait for money there, both kinds, and for how much of the shops': `375.00 UAH, 12.50 USD`. Counted no
/// further than 10,000 of each kind.
struct Demand {
    std::int64_t count = 0;
    std::string amount;
};
Demand demand_for(db::Tx& tx, ProviderId provider, Time since);

/// `number_in(R"({"provider":3})", "provider")`; 0 when it is not there.
std::int64_t number_in(std::string_view payload, std::string_view name);

}  // namespace smg::orders
