#include "orders/shop_cancel_api.hpp"

#include "http/bind.hpp"
#include "orders/cancelled_lines.hpp"
#include "orders/intake.hpp"
#include "orders/shop_cancel.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Caller;
using http::Method;

struct CancelTold {
    bool success = true;
    std::optional<OrderId> order_id;  // none: it never came, so nothing will be sent for it
    std::optional<std::string> status;
};
BOOST_DESCRIBE_STRUCT(CancelTold, (), (success, order_id, status))

// POST /api/v1/orderCancelled
Async<Result<CancelTold>> cancelled(OrderDesk& desk, Caller caller, ShopCancel in, const http::Request& request)
{
    if (!in.order_id && !(in.wp_order_number && in.item_id))
        co_return fail_field("order_id", "Name the order by order_id, or by wp_order_number and item_id.");
    auto site = co_await desk.callers.site(caller.site);
    if (!site) co_return fail(Code::unauthenticated, "the site is gone");
    std::string key(request.header("idempotency-key"));
    if (key.empty()) key = in.date.value_or("");
    auto take = [&](db::Tx& tx) -> Result<CancelTold> {
        auto order = order_meant(tx, caller.site, in);
        if (!order) return CancelTold{};
        auto told = take_shop_cancel(tx, desk.clock.now(), *order, site->name, in, key, desk.settings);
        if (!told) return fail(told.error());
        return CancelTold{true, told->id, told->status};
    };
    auto told = co_await desk.db.write(take);
    bool known = !told || told->order_id;
    if (known || in.reason == ShopReason::refunded_partly || !in.wp_order_number || !in.item_id) co_return told;
    auto remember = [&](db::Tx& tx) -> Result<void> {
        remember_cancelled_line(tx, desk.clock.now(), caller.site, line_identity(*in.wp_order_number, *in.item_id));
        return {};
    };
    co_await desk.db.write(std::move(remember));
    co_return co_await desk.db.write(take);
}

}  // namespace

http::Routes shop_cancel_routes(OrderDesk& desk)
{
    return {
        {Method::POST, "/api/v1/orderCancelled", Access::site, http::bind<cancelled>(desk),
         http::about("Takes what a shop tells of an order that is cancelled or refunded there")
             .more(
                 "What was not sent yet is dropped. What may be with a supplier goes on, and a person is told. The order is "
                 "named by `order_id`, or by `wp_order_number` and `item_id`; one that never came is answered with null, "
                 "and waits for a person should it come at this very moment.")
             .idempotent()
             .example(R"({"order_id":1,"reason":"cancelled","amount":"120.00","currency":"UAH"})")}};
}

}  // namespace smg::orders
