#include "orders/shop_cancel.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "notices/notice_store.hpp"
#include "orders/event_store.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t key_length = 32;  // of a hash: enough to know a repeat by

std::string kind_of(ShopReason reason) { return fmt::format("shop_{}", word(reason)); }

// `refunded partly, 5.00 UAH, 1 pcs`
std::string words_of(const ShopCancel& in)
{
    std::string text(in.reason == ShopReason::refunded_partly ? "refunded partly" : word(in.reason));
    if (in.amount) text += fmt::format(", {} {}", in.amount->text(), in.currency.value_or(""));
    if (in.quantity.value_or(0) > 0) text += fmt::format(", {} pcs", *in.quantity);
    return text;
}

bool told_before(db::Tx& tx, OrderId order, const Event& event)
{
    return tx
        .first<std::int64_t>("SELECT id FROM order_events WHERE order_id = ? AND kind = ? AND from_value = ? LIMIT 1", order,
                             event.kind, event.from_value)
        .has_value();
}

// Of what waits because the database had lost something nobody knows whether it was sent.
bool not_sent(const Order& order)
{
    if (order.phase == Phase::review) return order.reason != "lost_send" && order.reason != "quarantine";
    return order.phase == Phase::launching;
}

bool may_be_with_a_supplier(const Order& order)
{
    switch (order.phase) {
        case Phase::review: return !not_sent(order);
        case Phase::sending:
        case Phase::executing:
        case Phase::uncertain:
        case Phase::notaccepted: return true;
        default: return false;
    }
}

// Numbers are given anew when a backup is put back, so that the shop's own number and line must fit.
bool is_meant(const Order& order, SiteId site, const ShopCancel& in)
{
    return order.site_id == site && in.wp_order_number.value_or(order.wp_order_number) == order.wp_order_number &&
           (!in.item_id || !order.item_id || in.item_id == order.item_id);
}

}  // namespace

std::optional<Order> order_meant(db::Tx& tx, SiteId site, const ShopCancel& in)
{
    if (in.order_id)
        if (auto order = find_order(tx, *in.order_id); order && is_meant(*order, site, in)) return order;
    if (!in.wp_order_number || !in.item_id) return std::nullopt;
    return tx.find<Order>("FROM orders WHERE site_id = ? AND wp_order_number = ? AND item_id = ? ORDER BY id LIMIT 1", site,
                          *in.wp_order_number, *in.item_id);
}

Result<Order> take_shop_cancel(db::Tx& tx, Time now, const Order& order, const std::string& site_name, const ShopCancel& in,
                               std::string_view key, const settings::Settings& settings)
{
    Actor shop{Actor::Kind::site, site_name};
    auto event = make_event(order.id, now, shop, kind_of(in.reason));
    auto told = words_of(in);
    event.from_value = sha256_hex(key).substr(0, key_length);
    event.detail = told;
    if (told_before(tx, order.id, event)) return order;

    bool wanted = in.reason == ShopReason::refunded_partly;
    add_event(tx, std::move(event));
    tx.announce({"orders", order.id.value, order.site_id.value, order.version, site_name});
    if (not_sent(order) && !wanted) {
        auto dropped = move_order(tx, now, order, Move::dropped, shop, {"the shop cancelled it", {}});
        if (dropped) notices::mark_order_seen(tx, now, order.id, site_name);
        return dropped;
    }
    if (may_be_with_a_supplier(order) || not_sent(order)) raise_shop_cancel(tx, now, order, told, settings);
    return order;
}

Result<void> hold_cancelled(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings)
{
    Because why{"the shop cancelled it while it was on its way here"};
    auto held = move_order(tx, now, order, Move::held, {}, why,
                           {set(tx, "reason", "shop_cancelled"), set(tx, "reason_text", why.detail)});
    if (!held) return fail(held.error());
    raise_shop_cancel(tx, now, *held, "cancelled", settings);
    return {};
}

}  // namespace smg::orders
