#include "orders/shop_cancel.hpp"

#include "orders/cancelled_lines.hpp"
#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;

class ShopCancellations : public Orders {
protected:
    Order tell(const Order& order)
    {
        return write([&](db::Tx& tx) {
                   return take_shop_cancel(tx, now, order, "Shop", {.reason = ShopReason::cancelled}, "key", settings());
               })
            .value();
    }

    Order held_for(const std::string& number, const std::string& reason)
    {
        auto one = add(number, {}, Phase::review);
        return write([&](db::Tx& tx) { return update_order(tx, now, one, {orders::set(tx, "reason", reason)}); }).value();
    }

    std::int64_t notices_of(const Order& order)
    {
        return read([&](db::Tx& tx) {
            return *tx.first<std::int64_t>("SELECT COUNT(*) FROM notices WHERE order_id = ? AND seen_at IS NULL", order.id);
        });
    }

    std::optional<OrderId> meant(const ShopCancel& in)
    {
        auto found = read([&](db::Tx& tx) { return order_meant(tx, site.id, in); });
        return found ? std::optional(found->id) : std::nullopt;
    }

    void cancelled_line(Time told_at, const std::string& number)
    {
        write([&](db::Tx& tx) -> Result<void> {
            remember_cancelled_line(tx, told_at, site.id, line_identity(number, "7"));
            return {};
        }).value();
    }

    bool is_cancelled(const Order& order)
    {
        return write([&](db::Tx& tx) -> Result<bool> { return take_cancelled_line(tx, order); }).value();
    }
};
INSTANTIATE_TEST_SUITE_P(databases, ShopCancellations, db::both_databases(), db::dialect_name);

TEST_P(ShopCancellations, drop_nothing_that_a_supplier_may_have)
{
    for (auto reason : {"lost_send", "quarantine"}) {
        auto order = held_for(reason, reason);
        EXPECT_EQ(tell(order).phase, Phase::review) << reason;
        EXPECT_EQ(notices_of(order), 2) << reason << ": its own, and that it is cancelled";
    }
    auto suspicious = held_for("control", "suspicious");
    EXPECT_EQ(tell(suspicious).phase, Phase::canceled);
    EXPECT_EQ(notices_of(suspicious), 0);
}

TEST_P(ShopCancellations, mean_the_order_of_that_number_whatever_ours_is_since_a_restore)
{
    auto first = add("1", {{"item_id", "7"}}), second = add("2", {{"item_id", "7"}});
    EXPECT_EQ(meant({.order_id = first.id, .wp_order_number = "2", .item_id = "7"}), second.id);
    EXPECT_EQ(meant({.order_id = OrderId{999}, .wp_order_number = "2", .item_id = "7"}), second.id);
    EXPECT_EQ(meant({.order_id = first.id, .wp_order_number = "3", .item_id = "7"}), std::nullopt);
    EXPECT_EQ(meant({.order_id = first.id, .wp_order_number = "1", .item_id = "7"}), first.id);
    EXPECT_EQ(meant({.order_id = first.id}), first.id);
}

TEST_P(ShopCancellations, hold_a_line_that_was_on_its_way_here_once)
{
    auto order = add("1", {{"item_id", "7"}}), other = add("2", {{"item_id", "7"}});
    EXPECT_FALSE(is_cancelled(order)) << "control";
    cancelled_line(order.created_at - 1min, "1");
    cancelled_line(order.created_at - 4s, " 1 ");  // later, as two nodes' clocks tell; read as createOrder reads it
    EXPECT_FALSE(is_cancelled(other));
    EXPECT_TRUE(is_cancelled(order));
    EXPECT_FALSE(is_cancelled(order)) << "a person's approval stands";
    cancelled_line(order.created_at - 6s, "1");
    EXPECT_FALSE(is_cancelled(order)) << "the shop gave it after it had cancelled it: it is wanted again";
    cancelled_line(now, "2");
    write([&](db::Tx& tx) -> Result<void> {
        prune_cancelled_lines(tx, now + 1s);
        return {};
    }).value();
    EXPECT_FALSE(is_cancelled(other));
}

}  // namespace
}  // namespace smg::orders
