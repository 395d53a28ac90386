#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "db/tx.hpp"
#include "orders/order.hpp"

// What an order should cost at a supplier.
namespace smg::orders {

/// How many pieces a supplier charges for; 0 when that is not known beforehand.
std::int64_t charged_pieces(const Order& order);

/// By what the last order of this service cost there that was delivered in full; nothing when there is none among the last
/// 2000.
std::optional<Money> usual_charge(db::Tx& tx, ProviderId provider, std::string_view service_id, const Order& order);

/// Whether a charge differs from the expected one by no more than so many percent of it.
bool about_the_same(Money charge, Money expected, std::int64_t percent);

}  // namespace smg::orders
