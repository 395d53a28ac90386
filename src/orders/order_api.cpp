#include "orders/order_api.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "currencies/currency_store.hpp"
#include "http/bind.hpp"
#include "orders/evidence_store.hpp"
#include "orders/order_store.hpp"
#include "orders/order_view.hpp"
#include "sites/site_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Caller;
using http::Method;

constexpr int default_page = 50, largest_page = 500;
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

std::string currency_code(db::Tx& tx, std::int64_t id)
{
    auto currency = currencies::find_currency(tx, id);
    return currency ? currency->code : "";
}

// What came to light about an order is for those who decide about it.
json::object with_history(db::Tx& tx, const Order& order, const Caller& caller)
{
    auto out = for_person(order, currency_code(tx, order.currency_id));
    auto attempts = attempts_of(tx, order.id);
    out["waits_for"] = waits_for(tx, order);
    out["suppliers_tried"] = suppliers_tried(tx, attempts);
    out["attempts"] = shown(attempts);
    out["events"] = shown(events_of(tx, order.id));
    if (caller.role != http::Role::user) out["evidence"] = shown(evidence_of(tx, order.id));
    return out;
}

// GET /api/v1/orders/{id}
Async<Result<json::object>> show_order(OrderDesk& desk, Caller caller, OneOrder in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto order = find_order(tx, in.id);
        if (!order || !caller.may_see(order->site_id)) return fail(Code::not_found, "There is no such order.");
        json::object out;
        if (caller.kind == Caller::Kind::site) out["data"] = for_shop(*order, currency_code(tx, order->currency_id));
        else out["data"] = with_history(tx, *order, caller);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

struct ListOrders {
    std::optional<SiteId> site_id;
    std::optional<std::string> status, phase, supplier_id, wp_order_number, q, from, to;
    std::optional<bool> archive;
    std::optional<std::int64_t> cursor;
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(ListOrders, (),
                      (site_id, status, phase, supplier_id, wp_order_number, q, from, to, archive, cursor, per_page))

Result<Filter> filter_of(const Caller& caller, const ListOrders& in)
{
    Filter filter;
    filter.sites = caller.sites;
    filter.site_id = in.site_id;
    filter.status = in.status;
    filter.supplier_id = in.supplier_id;
    filter.wp_order_number = in.wp_order_number;
    filter.q = in.q;
    filter.archive = in.archive;
    filter.before_id = in.cursor;
    filter.limit = in.per_page.value_or(default_page);
    std::vector<FieldError> wrong;
    if (filter.limit < 1 || filter.limit > largest_page)
        wrong.push_back({"per_page", fmt::format("The per page field must be between 1 and {}.", largest_page)});
    bool shop = caller.kind == Caller::Kind::site;
    filter.q_in_supplier_numbers = !shop;
    if (shop && in.supplier_id) wrong.push_back({"supplier_id", "The supplier id field is not known here."});
    if (shop && in.phase) wrong.push_back({"phase", "The phase field is not known here."});
    else if (in.phase) {
        filter.phase = from_word<Phase>(*in.phase);
        if (!filter.phase) wrong.push_back({"phase", "The selected phase is invalid."});
    }
    auto date = [&](const std::optional<std::string>& text, const char* field) -> std::optional<Time> {
        if (!text) return std::nullopt;
        auto time = parse_date(*text, "Europe/Kyiv");
        if (!time) wrong.push_back({field, fmt::format("The {} field must be a valid date.", field)});
        return time;
    };
    filter.from = date(in.from, "from");
    filter.to = date(in.to, "to");
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return filter;
}

// GET /api/v1/orders: newest first, the count never beyond 10,000.
Async<Result<json::object>> list(OrderDesk& desk, Caller caller, ListOrders in)
{
    auto filter = filter_of(caller, in);
    if (!filter) co_return fail(filter.error());
    auto look = [&](db::Tx& tx) {
        auto orders = list_orders(tx, *filter);
        bool more = std::ssize(orders) > filter->limit;
        if (more) orders.pop_back();
        json::array data;
        std::map<std::int64_t, std::string> codes;
        for (const auto& order : orders) {
            auto [code, fresh] = codes.try_emplace(order.currency_id);
            if (fresh) code->second = currency_code(tx, order.currency_id);
            data.push_back(caller.kind == Caller::Kind::site ? for_shop(order, code->second)
                                                             : for_person(order, code->second));
        }
        auto counted = count_orders(tx, *filter, most_counted);
        json::object meta;
        meta["next_cursor"] = more ? json::value(orders.back().id.value) : json::value(nullptr);
        meta["count"] = counted > most_counted ? fmt::format("{}+", most_counted) : std::to_string(counted);
        json::object out;
        out["data"] = std::move(data);
        out["meta"] = std::move(meta);
        return out;
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
        json::object out;
        out["data"] = with_history(tx, *decided, caller);
        return out;
    };
    try {
        co_return co_await desk.db.write(std::move(write));
    } catch (const db::DuplicateKey&) {
        // Two people, two orders, one number: the other one was committed a moment ago.
        co_return fail_field("supplier_order_number", "The supplier order number belongs to another order.");
    }
}

}  // namespace

http::Routes order_routes(OrderDesk& desk)
{
    return {
        {Method::POST, "/api/v1/createOrder", Access::site, http::bind<create_order>(desk)},
        {Method::GET, "/api/v1/orders", Access::site_or_user, http::bind<list>(desk)},
        {Method::GET, "/api/v1/orders/{id}", Access::site_or_user, http::bind<show_order>(desk)},
        {Method::POST, "/api/v1/orders/{id}/decisions", Access::manager, http::bind<decide_order>(desk)},
    };
}

}  // namespace smg::orders
