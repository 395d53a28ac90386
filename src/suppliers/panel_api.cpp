#include "suppliers/panel_api.hpp"

#include "http/bind.hpp"
#include "suppliers/balance_jobs.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::suppliers {
namespace {

using http::Access;
using http::Data;
using http::Method;
using http::Paged;

struct OneSupplier {
    ProviderId id;
};
BOOST_DESCRIBE_STRUCT(OneSupplier, (), (id))

struct Callable {
    Provider provider;
    Endpoint endpoint;
};

Async<Result<Callable>> callable(ProviderDesk& desk, ProviderId id)
{
    auto look = [&](db::Tx& tx) -> Result<Callable> {
        auto provider = find_provider(tx, id);
        if (!provider) return fail(Code::not_found, "There is no such supplier.");
        auto endpoint = endpoint_of(tx, desk.master, desk.settings, *provider);
        if (!endpoint) return fail(Code::conflict, endpoint.error().message);
        endpoint->retry_percent = 0;  // a person waits
        return Callable{std::move(*provider), std::move(*endpoint)};
    };
    co_return co_await desk.db.read(std::move(look));
}

struct Findings {
    bool works = false;
    std::string reason;  // a word of Reason, `not_understood`, or `none`
    std::string message;
};
BOOST_DESCRIBE_STRUCT(Findings, (), (works, reason, message))

// In our words alone: what an address answers that somebody entered is not for their eyes, it may be an address within.
Findings findings_of(const Error& error)
{
    if (error.code == Code::unavailable) return {false, "unreachable", error.message};  // the client's own words
    if (error.code == Code::limited)
        return {false, "rate_limit", "The supplier says that these are too many requests. Try again shortly."};
    auto reason = known_reason(error.message);
    if (reason == Reason::account_suspended) return {false, "account_suspended", "The supplier has suspended this account."};
    if (reason == Reason::not_allowed) return {false, "not_allowed", "The supplier does not allow this server's address."};
    if (error.code == Code::unauthenticated) return {false, "bad_key", "The supplier does not know this API key."};
    return {false, "not_understood", "Something answers there, but not as a supplier's API does."};
}

// POST /api/v1/suppliers/{id}/test: whether address and key are right, by asking for the balance.
Async<Result<json::object>> test(ProviderDesk& desk, OneSupplier in)
{
    auto found = co_await callable(desk, in.id);
    if (!found) co_return fail(found.error());
    found->endpoint.probe = true;  // a person wants to know, and an answer lets the rest go on
    auto balance = co_await ask_balance(desk, std::move(found->provider), std::move(found->endpoint));
    Findings findings{true, "none", "The supplier answers."};
    if (!balance) findings = findings_of(balance.error());
    json::object out;
    out["data"] = json::from(findings);
    co_return out;
}

// Without descriptions, which may be ten times the rest.
json::object row_of(const OfferedService& service)
{
    auto row = json::from(service).get_object();
    row.erase("description");
    return row;
}

// GET /api/v1/suppliers/{id}/services: what the supplier offers right now.
Async<Result<json::object>> services(ProviderDesk& desk, OneSupplier in)
{
    auto found = co_await callable(desk, in.id);
    if (!found) co_return fail(found.error());
    ApiClient client(desk.http, std::move(found->endpoint), desk.traffic);
    auto catalogue = co_await client.services();
    // Never 401 or 429 to the person: it is not they whom the supplier refuses.
    if (!catalogue)
        co_return fail(Code::unavailable, "The supplier could not be asked now. " + findings_of(catalogue.error()).message);
    json::array data;
    for (const auto& service : catalogue->services) data.push_back(row_of(service));
    json::object meta, out;
    meta["unreadable"] = catalogue->unreadable;
    out["data"] = std::move(data);
    out["meta"] = std::move(meta);
    co_return out;
}

// As the API reference shows it; a test compares it with what is answered.
struct OfferedRow : OfferedService {
    static constexpr auto left_out = std::to_array<std::string_view>({"description"});
    BOOST_DESCRIBE_CLASS(OfferedRow, (OfferedService), (), (), ())
};

struct CatalogueMeta {
    std::int64_t unreadable = 0;
};
BOOST_DESCRIBE_STRUCT(CatalogueMeta, (), (unreadable))

}  // namespace

http::Routes panel_routes(ProviderDesk& desk)
{
    return {
        {Method::GET, "/api/v1/suppliers/{id}/services", Access::manager, http::bind<services>(desk),
         http::about("What a supplier offers right now").gives<Paged<OfferedRow, CatalogueMeta>>()},
        {Method::POST, "/api/v1/suppliers/{id}/test", Access::admin, http::bind<test>(desk),
         http::about("Whether a supplier's address and key are right, by asking for the balance").gives<Data<Findings>>()},
    };
}

}  // namespace smg::suppliers
