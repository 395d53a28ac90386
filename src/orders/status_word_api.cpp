#include "orders/status_word_api.hpp"

#include "audit/audit_log.hpp"
#include "http/bind.hpp"
#include "orders/status_word_store.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

void note(db::Tx& tx, const StatusWordDesk& desk, const Caller& caller, std::string_view action, const StatusWord& word)
{
    audit::note(tx, desk.clock.now(), audit::actor_of(caller), action, "status " + word.status_value);
}

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such status."); }

// GET /api/v1/order-statuses
Async<Result<json::object>> list(StatusWordDesk& desk)
{
    auto look = [](db::Tx& tx) { return http::data_of(json::from(all_status_words(tx))); };
    co_return co_await desk.db.read(std::move(look));
}

// POST /api/v1/order-statuses
Async<Result<http::Reply<json::object>>> add(StatusWordDesk& desk, Caller caller, StatusWordChange in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto added = add_status_word(tx, desk.clock.now(), in);
        if (!added) return fail(added.error());
        note(tx, desk, caller, "order_status.add", *added);
        return http::Reply<json::object>{http::data_of(json::from(*added)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit : StatusWordChange {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Edit, (StatusWordChange), (id))

// PATCH /api/v1/order-statuses/{id}
Async<Result<json::object>> change(StatusWordDesk& desk, Caller caller, Edit in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto found = find_status_word(tx, in.id);
        if (!found) return unknown();
        auto changed = change_status_word(tx, desk.clock.now(), *found, in);
        if (!changed) return fail(changed.error());
        note(tx, desk, caller, "order_status.change", *changed);
        return http::data_of(json::from(*changed));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneWord {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneWord, (), (id))

// DELETE /api/v1/order-statuses/{id}
Async<Result<void>> remove(StatusWordDesk& desk, Caller caller, OneWord in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto found = find_status_word(tx, in.id);
        if (!found) return unknown();
        if (auto removed = remove_status_word(tx, *found); !removed) return removed;
        note(tx, desk, caller, "order_status.remove", *found);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes status_word_routes(StatusWordDesk& desk)
{
    return {
        {Method::GET, "/api/v1/order-statuses", Access::user, http::bind<list>(desk),
         http::about("The words that orders' statuses have, in their order").gives<List<StatusWord>>()},
        {Method::POST, "/api/v1/order-statuses", Access::admin, http::bind<add>(desk),
         http::about("Adds a status of one's own")
             .gives<Data<StatusWord>>(201)
             .example(R"({"status_value":"checked","name":"Перевірено","name_en":"Checked","color":"#8844aa"})")},
        {Method::PATCH, "/api/v1/order-statuses/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a status' names, colour or place")
             .gives<Data<StatusWord>>()
             .example(R"({"color":"#117755"})")},
        {Method::DELETE, "/api/v1/order-statuses/{id}", Access::admin, http::bind<remove>(desk),
         http::about("Removes a status that no order has; those of the system stay")},
    };
}

}  // namespace smg::orders
