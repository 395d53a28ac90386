#include "orders/hand_api.hpp"

#include <fmt/core.h>

#include <map>

#include "base/text.hpp"
#include "http/bind.hpp"
#include "orders/order_store.hpp"
#include "orders/order_view.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

// One person's keys are nobody else's.
std::string own_key(const Caller& caller, const http::Request& request)
{
    auto key = request.header("idempotency-key");
    return key.empty() ? "" : fmt::format("{}:{}", caller.key(), key);
}

// POST /api/v1/orders: an order by hand, as if the shop had sent it. The same request under the same Idempotency-Key gives
// the order that it made.
Async<Result<http::Reply<json::object>>> add_by_hand(OrderDesk& desk, Caller caller, json::object body,
                                                     const http::Request& request)
{
    auto id = body.contains("site_id") ? json::as_integer(body.at("site_id")) : std::nullopt;
    SiteId site_id{id.value_or(0)};
    auto site = co_await desk.callers.site(site_id);
    if (!site || !site->is_active || !caller.may_see(site->id))
        co_return fail_field("site_id", "The selected site id is invalid.");
    body.erase("site_id");
    auto draft = read_draft(body, own_key(caller, request), *site, desk.clock.now());
    if (!draft) co_return fail(draft.error());
    auto taken = co_await desk.intake.take(std::move(*draft));
    if (!taken) co_return fail(taken.error());
    if (taken->by_key) {
        auto look = [&](db::Tx& tx) { return with_history(tx, *find_order(tx, taken->id), caller); };
        auto order = co_await desk.db.read(std::move(look));
        co_return http::replayed(http::data_of(std::move(order)));
    }
    if (taken->replayed)
        co_return fail(Code::conflict, "The same order is there already: number " + std::to_string(taken->id.value));
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto order = find_order(tx, taken->id);
        add_event(tx, make_event(order->id, desk.clock.now(), {Actor::Kind::person, caller.name}, "by_hand"));
        return http::Reply<json::object>{http::data_of(with_history(tx, *order, caller)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct NewNote {
    OrderId id;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(NewNote, (), (id, text))

// POST /api/v1/orders/{id}/notes: a line in its history; it changes nothing that anybody decides on.
Async<Result<json::object>> add_note(OrderDesk& desk, Caller caller, NewNote in)
{
    constexpr std::size_t longest = 500;
    auto text = std::string(trimmed(in.text));
    if (text.empty() || code_points(text) > longest)
        co_return fail_field("text", "The text field must have 1 to 500 characters.");
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto order = find_order(tx, in.id);
        if (!order || !caller.may_see(order->site_id)) return fail(Code::not_found, "There is no such order.");
        auto event = make_event(order->id, desk.clock.now(), {Actor::Kind::person, caller.name}, "note");
        event.detail = text;
        add_event(tx, std::move(event));
        tx.announce({"orders", order->id.value, order->site_id.value, order->version, caller.name});
        return http::data_of(with_history(tx, *order, caller));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit {
    OrderId id;
    std::int64_t version = 0;
    std::optional<std::string> notes;
};
BOOST_DESCRIBE_STRUCT(Edit, (), (id, version, notes))

// PATCH /api/v1/orders/{id}: the shop's own note on the order; nothing else of it is changed by hand.
Async<Result<json::object>> change(OrderDesk& desk, Caller caller, Edit in)
{
    constexpr std::size_t longest = 10'000;
    auto notes = std::string(trimmed(in.notes.value_or("")));
    if (code_points(notes) > longest) co_return fail_field("notes", "The notes field is too long.");
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        Decision seen;
        seen.id = in.id;
        seen.version = in.version;
        auto order = order_for_decision(tx, caller, seen);
        if (!order) return fail(order.error());
        auto value = notes.empty() ? std::optional<std::string>() : std::optional(notes);
        auto changed = update_order(tx, desk.clock.now(), *order, {set(tx, "notes", value)});
        if (!changed) return fail(changed.error());
        add_event(tx, make_event(order->id, desk.clock.now(), {Actor::Kind::person, caller.name}, "notes_changed"));
        return http::data_of(with_history(tx, *changed, caller));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Unmapped {
    std::string supplier_id;
    std::int64_t orders = 0;
    Time last_at;
};
BOOST_DESCRIBE_STRUCT(Unmapped, (), (supplier_id, orders, last_at))

// GET /api/v1/supplier-mappings/unmapped: supplier ids of orders that could not be sent because nobody knows the supplier;
// of the latest ten thousand refused orders, so that it stays quick.
Async<Result<json::object>> unmapped(OrderDesk& desk)
{
    constexpr int looked_at = 10'000;
    auto look = [&](db::Tx& tx) {
        return tx.query<Unmapped>(
            "SELECT supplier_id, COUNT(*), MAX(created_at) FROM (SELECT supplier_id, reason, created_at FROM orders WHERE "
            "phase "
            "= ? ORDER BY updated_at DESC LIMIT ?) AS refused WHERE reason = 'no_mapping' AND supplier_id IS NOT NULL AND "
            "supplier_id NOT IN (SELECT supplier_id FROM supplier_api_mappings) GROUP BY supplier_id ORDER BY supplier_id",
            Phase::notaccepted, looked_at);
    };
    auto rows = co_await desk.db.read(std::move(look));
    co_return http::data_of(json::from(rows));
}

// As the API reference shows it.
struct ByHand : CreateOrder {
    SiteId site_id;
};
BOOST_DESCRIBE_STRUCT(ByHand, (CreateOrder), (site_id))

}  // namespace

http::Routes hand_routes(OrderDesk& desk)
{
    return {
        {Method::POST, "/api/v1/orders", Access::manager, http::bind<add_by_hand>(desk),
         http::about("Adds an order by hand, as if the shop had sent it")
             .takes<ByHand>()
             .gives<Data<OrderWithHistory>>(201)
             .idempotent()
             .example(
                 R"({"site_id":1,"wp_order_number":"hand-1","product_service":"Telegram members","quantity":500,"url":"https://t.me/example","client_email":"buyer@example.com","total_amount":"120.00","supplier_id":"1","supplier_service_id":"101"})")},
        {Method::PATCH, "/api/v1/orders/{id}", Access::manager, http::bind<change>(desk),
         http::about("Changes the note on an order")
             .gives<Data<OrderWithHistory>>()
             .example(R"({"version":1,"notes":"The customer called."})")},
        {Method::POST, "/api/v1/orders/{id}/notes", Access::user, http::bind<add_note>(desk),
         http::about("Adds a line to an order's history")
             .gives<Data<OrderWithHistory>>()
             .example(R"({"text":"The customer was told."})")},
        {Method::GET, "/api/v1/supplier-mappings/unmapped", Access::admin, http::bind<unmapped>(desk),
         http::about("Supplier ids of refused orders that lead to no supplier").gives<List<Unmapped>>()},
    };
}

}  // namespace smg::orders
