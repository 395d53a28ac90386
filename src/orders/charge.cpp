#include "orders/charge.hpp"

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

std::optional<Money> usual_charge(db::Tx& tx, ProviderId provider, std::string_view service_id, const Order& order)
{
    constexpr int most_looked_at = 2000;
    auto last = tx.first<OrderId>(
        "SELECT o.id FROM (SELECT order_id, supplier_service_id, done_at FROM attempts WHERE api_provider_id = ? AND state "
        "= "
        "'accepted' ORDER BY done_at DESC LIMIT ?) AS a JOIN orders o ON o.id = a.order_id WHERE a.supplier_service_id = ? "
        "AND "
        "o.phase = 'completed' AND o.provider_price > 0 AND o.order_type = ? ORDER BY a.done_at DESC LIMIT 1",
        provider, most_looked_at, service_id, order.order_type);
    auto model = last ? tx.find<Order>("FROM orders WHERE id = ?", *last) : std::nullopt;
    if (!model) return std::nullopt;
    auto type = suppliers::find_order_type(order.order_type);
    if (type && type->per_item()) return model->provider_price;
    auto its = charged_pieces(*model), ours = charged_pieces(order);
    if (its <= 0 || ours <= 0) return std::nullopt;
    auto units = (static_cast<__int128>(model->provider_price->units) * ours + its - 1) / its;
    if (units > INT64_MAX) return std::nullopt;
    return Money{static_cast<std::int64_t>(units)};
}

bool about_the_same(Money charge, Money expected, std::int64_t percent)
{
    constexpr int hundred = 100;
    auto apart = static_cast<__int128>(charge.units) - expected.units;
    return (apart < 0 ? -apart : apart) * hundred <= static_cast<__int128>(expected.units) * percent;
}

}  // namespace smg::orders
