#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/money.hpp"
#include "orders/order.hpp"
#include "settings/settings.hpp"

namespace smg::orders {

/// `refunded_partly` may come several times, the others end the order for the shop.
enum class ShopReason { cancelled, refunded, refunded_partly };
BOOST_DESCRIBE_ENUM(ShopReason, cancelled, refunded, refunded_partly)

/// What a shop tells of an order that its customer no longer wants, or has money back for. The order is named by our number,
/// or by the shop's with its line.
struct ShopCancel {
    static constexpr auto extra = json::Extra::ignored;
    std::optional<OrderId> order_id;
    std::optional<std::string> wp_order_number, item_id;
    ShopReason reason = ShopReason::cancelled;
    std::optional<Money> amount;  // what the customer got back
    std::optional<std::string> currency;
    std::optional<std::int64_t> quantity;
    std::optional<std::string> date;
};
BOOST_DESCRIBE_STRUCT(ShopCancel, (), (order_id, wp_order_number, item_id, reason, amount, currency, quantity, date))

/// The order of this site that is meant; nothing when it never came.
std::optional<Order> order_meant(db::Tx& tx, SiteId site, const ShopCancel& in);

/// What was not sent yet is not sent any more. What may be with a supplier stays as it is, and a person is told: whether the
/// supplier gives money back is theirs to find out. The same under the same key does nothing twice. Gives the order as it is
/// then, or Code::conflict when it moves at this very moment.
Result<Order> take_shop_cancel(db::Tx& tx, Time now, const Order& order, const std::string& site_name, const ShopCancel& in,
                               std::string_view key, const settings::Settings& settings);

/// An order that the shop had cancelled by the time it came here: nothing is sent, and a person decides.
Result<void> hold_cancelled(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings);

}  // namespace smg::orders
