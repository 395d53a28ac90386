#include "orders/batch_api.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "audit/audit_log.hpp"
#include "currencies/currency_store.hpp"
#include "http/bind.hpp"
#include "orders/batch_store.hpp"
#include "orders/decisions.hpp"
#include "orders/import_api.hpp"
#include "orders/order_query.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;
using enum DecisionKind;

// What takes a look at each order for itself is not done to many.
constexpr auto for_many = std::to_array({approve, reject, resend, cancel, paid_back, refill, refresh, status, archive});

struct NewBatch {
    DecisionKind kind = DecisionKind::archive;
    std::optional<std::vector<OrderId>> ids;
    std::optional<json::value> filter;  // or all that a list shows
    std::optional<std::string> status, note, supplier_id, supplier_service_id;
    std::optional<bool> archive, preview;
};
BOOST_DESCRIBE_STRUCT(NewBatch, (), (kind, ids, filter, status, note, supplier_id, supplier_service_id, archive, preview))

Result<std::vector<Order>> by_ids(db::Tx& tx, const Caller& caller, const std::vector<OrderId>& ids)
{
    std::vector<Order> orders;
    for (auto id : ids)
        if (auto order = find_order(tx, id); order && caller.may_see(order->site_id)) orders.push_back(std::move(*order));
    return orders;
}

Result<std::vector<Order>> by_filter(db::Tx& tx, const Caller& caller, const json::value& in)
{
    auto query = json::to<OrderQuery>(in, json::Extra::refused);
    if (!query) return fail(query.error());
    query->cursor.reset();
    query->per_page.reset();
    auto filter = filter_of(tx, caller, *query);
    if (!filter) return fail(filter.error());
    filter->limit = static_cast<int>(most_in_batch);
    return list_orders(tx, *filter);
}

Result<std::vector<Order>> meant(db::Tx& tx, const Caller& caller, const NewBatch& in)
{
    if (in.ids.has_value() == in.filter.has_value())
        return fail_field("ids", "Name the orders by ids or by filter, and not by both.");
    if (in.ids && in.ids->size() > most_in_batch)
        return fail_field("ids", fmt::format("At most {} orders at once.", most_in_batch));
    auto orders = in.ids ? by_ids(tx, caller, *in.ids) : by_filter(tx, caller, *in.filter);
    if (orders && orders->size() > most_in_batch)
        return fail_field("filter", fmt::format("These are more than {} orders: narrow the filter.", most_in_batch));
    return orders;
}

bool may(const Order& order, DecisionKind kind)
{
    auto kinds = decisions_on(order);
    return std::ranges::find(kinds, kind) != kinds.end();
}

// What would happen: how many, with how much money, and why not the others.
json::object preview_of(db::Tx& tx, const std::vector<Order>& orders, DecisionKind kind)
{
    std::map<std::string, std::int64_t> refused;
    std::map<std::int64_t, Money> amounts;
    std::int64_t allowed = 0;
    for (const auto& order : orders) {
        if (!may(order, kind)) {
            ++refused[order.status];
            continue;
        }
        ++allowed;
        amounts[order.currency_id].units += order.total_amount.value_or(Money{}).units;
    }
    json::array refusals, sums;
    for (const auto& [status, count] : refused) refusals.push_back(json::object{{"status", status}, {"count", count}});
    for (const auto& [currency, sum] : amounts) {
        auto found = currencies::find_currency(tx, currency);
        sums.push_back(json::object{{"currency", found ? found->code : ""}, {"sum", sum.text()}});
    }
    json::object out;
    out["matching"] = std::ssize(orders);
    out["allowed"] = allowed;
    out["refused"] = std::move(refusals);
    out["amount"] = std::move(sums);
    return out;
}

// The decision as it is written for each; the order and its version are put in when its turn comes.
json::object params_of(const NewBatch& in)
{
    json::object out;
    out["id"] = 1;
    out["version"] = 0;
    out["kind"] = word(in.kind);
    auto put = [&](std::string_view name, const auto& value) {
        if (value) out[name] = *value;
    };
    put("status", in.status);
    put("note", in.note);
    put("supplier_id", in.supplier_id);
    put("supplier_service_id", in.supplier_service_id);
    put("archive", in.archive);
    return out;
}

// POST /api/v1/order-batches
Async<Result<http::Reply<json::object>>> begin(BatchDesk& desk, Caller caller, NewBatch in, const http::Request& request)
{
    if (std::ranges::find(for_many, in.kind) == for_many.end())
        co_return fail_field("kind", "This decision takes a look at each order for itself.");
    bool preview = in.preview.value_or(false);
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto orders = meant(tx, caller, in);
        if (!orders) return fail(orders.error());
        return preview_of(tx, *orders, in.kind);
    };
    if (preview) {
        auto seen = co_await desk.db.read(std::move(look));
        if (!seen) co_return fail(seen.error());
        co_return http::Reply<json::object>{http::data_of(std::move(*seen)), 200};
    }
    auto key = key_of(caller, request);
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto before = begun_before(tx, key);
        if (!before) return fail(before.error());
        if (*before) return http::replayed(http::data_of(shown(tx, **before)));
        auto orders = meant(tx, caller, in);
        if (!orders) return fail(orders.error());
        std::vector<BatchLine> lines;
        for (const auto& order : *orders)
            if (may(order, in.kind)) lines.push_back({.order_id = order.id});
        if (lines.empty()) return fail(Code::conflict, "None of these orders allows it now.");
        auto count = lines.size();
        auto batch =
            begin_batch(tx, desk.clock.now(), caller, std::string(word(in.kind)), params_of(in), std::move(lines), key);
        if (!batch) return fail(batch.error());
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "order.batch", fmt::format("batch {}", batch->id),
                    fmt::format("{} of {} orders", word(in.kind), count));
        return http::Reply<json::object>{http::data_of(shown(tx, *batch)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

// GET /api/v1/batches
Async<Result<json::object>> list(BatchDesk& desk, Caller caller)
{
    auto look = [&](db::Tx& tx) {
        json::array rows;
        for (const auto& batch : recent_batches(tx, desk.clock.now(), caller)) rows.push_back(shown(tx, batch));
        return http::data_of(std::move(rows));
    };
    co_return co_await desk.db.read(std::move(look));
}

struct OneBatch {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneBatch, (), (id))

Result<Batch> own(db::Tx& tx, const Caller& caller, std::int64_t id)
{
    auto batch = find_batch(tx, id);
    bool theirs = batch && (caller.role == http::Role::admin || (batch->user_id && *batch->user_id == caller.user));
    if (!theirs) return fail(Code::not_found, "There is no such batch.");
    return std::move(*batch);
}

// GET /api/v1/batches/{id}
Async<Result<json::object>> show(BatchDesk& desk, Caller caller, OneBatch in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto batch = own(tx, caller, in.id);
        if (!batch) return fail(batch.error());
        return http::data_of(shown(tx, *batch));
    };
    co_return co_await desk.db.read(std::move(look));
}

// DELETE /api/v1/batches/{id}: what is done stays done.
Async<Result<json::object>> stop(BatchDesk& desk, Caller caller, OneBatch in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto batch = own(tx, caller, in.id);
        if (!batch) return fail(batch.error());
        if (!end_batch(tx, desk.clock.now(), in.id, BatchState::canceled))
            return fail(Code::conflict, "The batch has ended already.");
        return http::data_of(shown(tx, *find_batch(tx, in.id)));
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct Refusal {
    std::string status;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Refusal, (), (status, count))

struct Sum {
    std::string currency;
    Money sum;
};
BOOST_DESCRIBE_STRUCT(Sum, (), (currency, sum))

struct BatchPreview {
    std::int64_t matching = 0, allowed = 0;
    std::vector<Refusal> refused;
    std::vector<Sum> amount;
};
BOOST_DESCRIBE_STRUCT(BatchPreview, (), (matching, allowed, refused, amount))

}  // namespace

json::object shown(db::Tx& tx, const Batch& batch)
{
    ShownBatch out{batch.id,     batch.kind, batch.state,      batch.total,       batch.done,
                   batch.failed, batch.who,  batch.created_at, batch.finished_at, {}};
    for (const auto& line : failed_lines(tx, batch.id))
        out.problems.push_back({line.position, line.order_id, line.problem.value_or("")});
    return json::from(out).get_object();
}

http::Routes batch_routes(BatchDesk& desk)
{
    http::Routes rows{
        {Method::POST, "/api/v1/order-batches", Access::manager, http::bind<begin>(desk),
         http::about("Takes the same decision about many orders")
             .more("They are named by `ids`, or by `filter` as in `GET /api/v1/orders`. With `preview` nothing is done, and "
                   "the answer (200) says what would be; else it goes on line by line (201).")
             .gives<Data<ShownBatch>>(201)
             .or_gives<Data<BatchPreview>>(200)
             .idempotent()
             .example(R"({"kind":"archive","archive":true,"filter":{}})")},
        {Method::GET, "/api/v1/batches", Access::manager, http::bind<list>(desk),
         http::about("Batches of the last day, one's own; an admin sees all").gives<List<ShownBatch>>()},
        {Method::GET, "/api/v1/batches/{id}", Access::manager, http::bind<show>(desk),
         http::about("How far a batch is, and what failed").gives<Data<ShownBatch>>()},
        {Method::DELETE, "/api/v1/batches/{id}", Access::manager, http::bind<stop>(desk),
         http::about("Stops a batch; what is done stays done").gives<Data<ShownBatch>>(200)},
    };
    std::ranges::move(import_routes(desk), std::back_inserter(rows));
    return rows;
}

}  // namespace smg::orders
