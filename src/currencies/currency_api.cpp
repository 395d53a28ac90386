#include "currencies/currency_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "currencies/currency_store.hpp"
#include "http/bind.hpp"

namespace smg::currencies {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

void note(db::Tx& tx, const CurrencyDesk& desk, const Caller& caller, std::string_view action, const Currency& currency)
{
    auto detail = fmt::format("{} UAH", currency.exchange_rate.text());
    audit::note(tx, desk.clock.now(), audit::actor_of(caller), action, "currency " + currency.code, detail);
}

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such currency."); }

// GET /api/v1/currencies
Async<Result<json::object>> list(CurrencyDesk& desk)
{
    auto look = [](db::Tx& tx) { return http::data_of(json::from(all_currencies(tx))); };
    co_return co_await desk.db.read(std::move(look));
}

// POST /api/v1/currencies
Async<Result<http::Reply<json::object>>> add(CurrencyDesk& desk, Caller caller, CurrencyChange in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto added = add_currency(tx, desk.clock.now(), in);
        if (!added) return fail(added.error());
        note(tx, desk, caller, "currency.add", *added);
        return http::Reply<json::object>{http::data_of(json::from(*added)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit : CurrencyChange {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Edit, (CurrencyChange), (id))

// PATCH /api/v1/currencies/{id}
Async<Result<json::object>> change(CurrencyDesk& desk, Caller caller, Edit in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto currency = find_currency(tx, in.id);
        if (!currency) return unknown();
        auto changed = change_currency(tx, desk.clock.now(), *currency, in);
        if (!changed) return fail(changed.error());
        note(tx, desk, caller, "currency.change", *changed);
        return http::data_of(json::from(*changed));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneCurrency {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneCurrency, (), (id))

// DELETE /api/v1/currencies/{id}
Async<Result<void>> remove(CurrencyDesk& desk, Caller caller, OneCurrency in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto currency = find_currency(tx, in.id);
        if (!currency) return unknown();
        if (auto removed = remove_currency(tx, in.id); !removed) return removed;
        note(tx, desk, caller, "currency.remove", *currency);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes currency_routes(CurrencyDesk& desk)
{
    return {
        {Method::GET, "/api/v1/currencies", Access::user, http::bind<list>(desk),
         http::about("Currencies with their rates in UAH").gives<List<Currency>>()},
        {Method::POST, "/api/v1/currencies", Access::admin, http::bind<add>(desk),
         http::about("Adds a currency")
             .gives<Data<Currency>>(201)
             .example(R"({"name":"Norwegian krone","code":"NOK","symbol":"kr","exchange_rate":"4.1"})")},
        {Method::PATCH, "/api/v1/currencies/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a currency, or its rate").gives<Data<Currency>>().example(R"({"exchange_rate":"4.15"})")},
        {Method::DELETE, "/api/v1/currencies/{id}", Access::admin, http::bind<remove>(desk),
         http::about("Removes a currency that no site and no order is in")},
    };
}

}  // namespace smg::currencies
