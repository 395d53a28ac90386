#include "orders/order_api.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "http/bind.hpp"
#include "orders/hand_api.hpp"
#include "orders/order_query.hpp"
#include "orders/order_store.hpp"
#include "orders/order_view.hpp"
#include "orders/shop_cancel_api.hpp"
#include "sites/site_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::Either;
using http::List;
using http::Method;
using http::Paged;

constexpr std::int64_t most_counted = 10'000;

// POST /api/v1/createOrder: what every shop calls, again and again until it has heard 200.
Async<Result<http::Response>> create_order(OrderDesk& desk, Caller caller, json::object body, const http::Request& request)
{
    auto site = co_await desk.callers.site(caller.site);
    if (!site) co_return fail(Code::unauthenticated, "the site is gone");
    auto draft = read_draft(body, request.header("idempotency-key"), *site, desk.clock.now());
    if (!draft) co_return fail(draft.error());
    if (draft->ignored_fields > 0)
        desk.metrics.counter("smgcrm_ignored_fields_total", "Fields of createOrder that nobody knows")
            .add(static_cast<double>(draft->ignored_fields));

    auto taken = co_await desk.intake.take(std::move(*draft));
    if (!taken) co_return fail(taken.error());
    http::Response response;
    response.body = std::move(taken->body);
    if (taken->replayed) response.headers.emplace_back("Idempotent-Replayed", "true");
    co_return response;
}

struct OneOrder {
    OrderId id;
};
BOOST_DESCRIBE_STRUCT(OneOrder, (), (id))

// A shop sees its order as it knows it, a person as they may.
json::object seen_by(const Caller& caller, const Order& order, Surroundings& around)
{
    if (caller.kind == Caller::Kind::site) return for_shop(order, around.currency(order.currency_id).code);
    return for_person(order, around, caller.role);
}

// GET /api/v1/orders/{id}
Async<Result<json::object>> show_order(OrderDesk& desk, Caller caller, OneOrder in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto order = find_order(tx, in.id);
        if (!order || !caller.may_see(order->site_id)) return fail(Code::not_found, "There is no such order.");
        json::object out;
        Surroundings around(tx);
        if (caller.kind == Caller::Kind::site) out["data"] = seen_by(caller, *order, around);
        else out["data"] = with_history(tx, *order, caller);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

std::string bounded(std::int64_t counted, std::int64_t most)
{
    return counted > most ? fmt::format("{}+", most) : std::to_string(counted);
}

// GET /api/v1/orders: newest first, the count never beyond 10,000.
Async<Result<json::object>> list(OrderDesk& desk, Caller caller, OrderQuery in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto filter = filter_of(tx, caller, in);
        if (!filter) return fail(filter.error());
        auto orders = list_orders(tx, *filter);
        bool more = std::ssize(orders) > filter->limit;
        if (more) orders.pop_back();
        json::array data;
        Surroundings around(tx);
        for (const auto& order : orders) data.push_back(seen_by(caller, order, around));
        json::object meta;
        meta["next_cursor"] = more ? json::value(orders.back().id.value) : json::value(nullptr);
        meta["count"] = bounded(count_orders(tx, *filter, most_counted), most_counted);
        json::object out;
        out["data"] = std::move(data);
        out["meta"] = std::move(meta);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

// GET /api/v1/orders/counts: what waits for people, for the menu.
Async<Result<json::object>> count(OrderDesk& desk, Caller caller)
{
    constexpr std::int64_t most = 1000;
    auto look = [&](db::Tx& tx) {
        auto of = [&](std::vector<Phase> phases) {
            Filter filter;
            filter.sites = caller.sites;
            filter.phases = std::move(phases);
            filter.archive = false;
            return bounded(count_orders(tx, filter, most), most);
        };
        json::object counts, out;
        counts["needs_decision"] = of({Phase::review, Phase::uncertain});
        counts["notaccepted"] = of({Phase::notaccepted});
        counts["executing"] = of({Phase::executing});
        out["data"] = std::move(counts);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

// GET /api/v1/orders/{id}/related: what else the same customer ordered, or others for the same link.
Async<Result<json::object>> related(OrderDesk& desk, Caller caller, OneOrder in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto order = find_order(tx, in.id);
        if (!order || !caller.may_see(order->site_id)) return fail(Code::not_found, "There is no such order.");
        json::array data;
        Surroundings around(tx);
        for (const auto& other : related_orders(tx, *order, caller.sites))
            data.push_back(for_person(other, around, caller.role));
        return http::data_of(std::move(data));
    };
    co_return co_await desk.db.read(std::move(look));
}

// `found` is written only after the supplier itself has answered for this number.
Async<Result<FoundProof>> verify(OrderDesk& desk, const Caller& caller, const Decision& decision)
{
    auto number = std::string(trimmed(decision.supplier_order_number.value_or("")));
    constexpr std::size_t longest_number = 20;
    if (number.empty() || number.size() > longest_number || number.find_first_not_of("0123456789") != std::string::npos)
        co_return fail_field("supplier_order_number",
                             "The supplier order number must be the supplier's number, digits only.");
    auto find_endpoint = [&](db::Tx& tx) -> Result<suppliers::Endpoint> {
        auto order = order_for_decision(tx, caller, decision);
        if (!order) return fail(order.error());
        auto attempt = unknown_attempt(tx, order->id);
        auto provider = attempt ? suppliers::find_provider(tx, attempt->api_provider_id) : std::nullopt;
        if (!provider) return fail(Code::conflict, "No attempt of this order is unknown.");
        return suppliers::endpoint_of(tx, desk.master, desk.settings, *provider);
    };
    auto endpoint = co_await desk.db.read(std::move(find_endpoint));
    if (!endpoint) co_return fail(endpoint.error());
    suppliers::ApiClient client(desk.http, *endpoint, desk.traffic);
    std::vector<std::string> numbers{number};
    auto answer = co_await client.status(std::move(numbers));
    if (!answer)
        co_return fail(Code::unavailable,
                       "The supplier could not be asked now, so nothing was decided: " + answer.error().message);
    auto status = answer->find(number);
    if (status == answer->end() || !status->second.error.empty())
        co_return fail_field("supplier_order_number", "The supplier does not know this order number.");
    co_return FoundProof{number, status->second.raw_word, status->second.charge};
}

// POST /api/v1/orders/{id}/decisions
Async<Result<json::object>> decide_order(OrderDesk& desk, Caller caller, Decision in)
{
    std::optional<FoundProof> proof;
    if (in.kind == DecisionKind::found) {
        auto verified = co_await verify(desk, caller, in);
        if (!verified) co_return fail(verified.error());
        proof = std::move(*verified);
    }
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto decided = decide(tx, desk.clock.now(), caller, in, desk.settings, desk.sender_is_gone, proof);
        if (!decided) return fail(decided.error());
        return http::data_of(with_history(tx, *decided, caller));
    };
    try {
        co_return co_await desk.db.write(std::move(write));
    } catch (const db::DuplicateKey&) {
        // Two people, two orders, one number: the other one was committed a moment ago.
        co_return fail_field("supplier_order_number", "The supplier order number belongs to another order.");
    }
}

// As the API reference shows it; a test compares it with what is answered.
struct Acknowledged {
    bool success = true;
    OrderId order_id;
    std::string wp_order_number, status;
};
BOOST_DESCRIBE_STRUCT(Acknowledged, (), (success, order_id, wp_order_number, status))

struct OrderPage : http::Cursor {
    std::string count;
};
BOOST_DESCRIBE_STRUCT(OrderPage, (http::Cursor), (count))

struct Waiting {
    std::string needs_decision, notaccepted, executing;
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (needs_decision, notaccepted, executing))

}  // namespace

http::Routes order_routes(OrderDesk& desk)
{
    http::Routes rows{
        {Method::POST, "/api/v1/createOrder", Access::site, http::bind<create_order>(desk),
         http::about("Takes an order of a shop")
             .more("What every shop calls, again and again until it has heard 200. A repeat of the same order gets the same "
                   "answer and makes no second order: it is known by `item_id`, or else by its content. Fields of the "
                   "`order_type` (`comments`, `usernames`, …) may stand beside these; fields that nobody knows are ignored.")
             .takes<CreateOrder>()
             .gives<Acknowledged>()
             .idempotent()
             .example(
                 R"({"wp_order_number":"10045","item_id":"1","product_service":"Telegram members","quantity":500,"url":"https://t.me/example","client_email":"buyer@example.com","total_amount":"120.00","currency":"UAH","supplier_id":"1","supplier_service_id":"101","type_payment":"monobank"})")},
        {Method::GET, "/api/v1/orders", Access::site_or_user, http::bind<list>(desk),
         http::about("Orders, the newest first")
             .more("A shop sees its own orders, without cost and supplier; a person those of their sites. `status`, `phase` "
                   "and `site_id` take several values with commas; `q` searches numbers, e-mail and link. The count goes up "
                   "to `10000+`.")
             .gives<Paged<Either<OrderForPerson, OrderForShop>, OrderPage>>()},
        {Method::GET, "/api/v1/orders/{id}", Access::site_or_user, http::bind<show_order>(desk),
         http::about("One order with its whole history").gives<Data<Either<OrderWithHistory, OrderForShop>>>()},
        {Method::GET, "/api/v1/orders/counts", Access::user, http::bind<count>(desk),
         http::about("How many orders wait for people").gives<Data<Waiting>>()},
        {Method::GET, "/api/v1/orders/{id}/related", Access::user, http::bind<related>(desk),
         http::about("What else the same customer ordered, or others for the same link").gives<List<OrderForPerson>>()},
        {Method::POST, "/api/v1/orders/{id}/decisions", Access::manager, http::bind<decide_order>(desk),
         http::about("Decides about an order")
             .more("`version` is the order's as the caller saw it: when it has moved on since, nothing is done (409). Which "
                   "kinds are possible now is in the order's `actions`.")
             .gives<Data<OrderWithHistory>>()
             .example(R"({"kind":"archive","version":1,"archive":true})")},
    };
    std::ranges::move(hand_routes(desk), std::back_inserter(rows));
    std::ranges::move(shop_cancel_routes(desk), std::back_inserter(rows));
    return rows;
}

}  // namespace smg::orders
