#include "orders/charge.hpp"

#include "orders/order_store.hpp"
#include "suppliers/order_type.hpp"

namespace smg::orders {

std::int64_t charged_pieces(const Order& order)
{
    auto type = suppliers::find_order_type(order.order_type);
    if (!type || !order.params.is_object()) return 0;
    auto params = suppliers::params_in(*type, order.params.get_object());
    if (!params) return 0;
    suppliers::OrderFields given{order.url, order.quantity, std::move(*params)};
    if (!type->needs_quantity()) given.quantity.reset();
    auto valid = suppliers::validate(order.order_type, given);
    return valid ? valid->charged_quantity : 0;
}

const std::optional<Order>& UsualCharges::model(const std::string& service_id, const std::string& order_type)
{
    constexpr int most_looked_at = 2000;
    auto [known, is_new] = models_.try_emplace({service_id, order_type});
    if (!is_new) return known->second;
    auto last = tx_.first<OrderId>(
        "SELECT o.id FROM (SELECT order_id, supplier_service_id, done_at FROM attempts WHERE api_provider_id = ? AND state "
        "= 'accepted' ORDER BY done_at DESC LIMIT ?) AS a JOIN orders o ON o.id = a.order_id WHERE a.supplier_service_id = "
        "? AND o.phase = 'completed' AND o.provider_price > 0 AND o.order_type = ? ORDER BY a.done_at DESC LIMIT 1",
        provider_, most_looked_at, service_id, order_type);
    if (last) known->second = find_order(tx_, *last);
    return known->second;
}

bool UsualCharges::know(const std::string& service_id, const std::string& order_type)
{
    return model(service_id, order_type).has_value();
}

std::optional<Money> UsualCharges::of(const Order& order, const std::string& service_id)
{
    const auto& its = model(service_id, order.order_type);
    if (!its) return std::nullopt;
    auto type = suppliers::find_order_type(order.order_type);
    if (type && type->per_item()) return its->provider_price;
    auto its_pieces = charged_pieces(*its), pieces = charged_pieces(order);
    if (its_pieces <= 0 || pieces <= 0) return std::nullopt;
    auto units = (static_cast<__int128>(its->provider_price->units) * pieces + its_pieces - 1) / its_pieces;
    if (units > INT64_MAX) return std::nullopt;
    return Money{static_cast<std::int64_t>(units)};
}

std::optional<Money> usual_charge(db::Tx& tx, ProviderId provider, const std::string& service_id, const Order& order)
{
    return UsualCharges(tx, provider).of(order, service_id);
}

bool about_the_same(Money charge, Money expected, std::int64_t percent)
{
    constexpr int hundred = 100;
    auto apart = static_cast<__int128>(charge.units) - expected.units;
    return (apart < 0 ? -apart : apart) * hundred <= static_cast<__int128>(expected.units) * percent;
}

}  // namespace smg::orders
