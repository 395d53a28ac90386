#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "db/tx.hpp"
#include "orders/order.hpp"

// What an order should cost at a supplier.
namespace smg::orders {

/// How many pieces a supplier charges for; 0 when that is not known beforehand.
std::int64_t charged_pieces(const Order& order);

/// By what the last order of a service cost there that was delivered in full; nothing when there is none among the last
/// 2000. That order is looked for once for each service and type of order, however many orders are asked about.
class UsualCharges {
public:
    UsualCharges(db::Tx& tx, ProviderId provider) : tx_(tx), provider_(provider) {}

    /// False: no charge of such an order is known, whatever its quantity.
    bool know(const std::string& service_id, const std::string& order_type);
    std::optional<Money> of(const Order& order, const std::string& service_id);

private:
    const std::optional<Order>& model(const std::string& service_id, const std::string& order_type);

    db::Tx& tx_;
    const ProviderId provider_;
    std::map<std::pair<std::string, std::string>, std::optional<Order>> models_;
};

std::optional<Money> usual_charge(db::Tx& tx, ProviderId provider, const std::string& service_id, const Order& order);

/// Whether a charge differs from the expected one by no more than so many percent of it.
bool about_the_same(Money charge, Money expected, std::int64_t percent);

}  // namespace smg::orders
