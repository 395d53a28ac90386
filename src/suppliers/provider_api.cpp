#include "suppliers/provider_api.hpp"

#include "base/text.hpp"
#include "http/bind.hpp"
#include "jobs/job.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::suppliers {
namespace {

using http::Access;
using http::Caller;
using http::Method;

json::object shown(const Provider& provider)
{
    json::object out;
    out["id"] = provider.id.value;
    out["name"] = provider.name;
    out["api_url"] = provider.api_url;
    out["flavor"] = word(provider.flavor);
    out["is_active"] = provider.is_active;
    out["api_balance"] = json::from(provider.api_balance);
    out["currency"] = json::from(provider.currency);
    out["balance_at"] = json::from(provider.balance_at);
    out["answered_at"] = json::from(provider.answered_at);
    out["paused_at"] = json::from(provider.paused_at);
    out["paused_reason"] = json::from(provider.paused_reason);
    return out;
}

// GET /api/v1/suppliers
Async<Result<json::object>> list(ProviderDesk& desk)
{
    auto look = [](db::Tx& tx) {
        json::array data;
        for (const auto& provider : active_providers(tx)) data.push_back(shown(provider));
        json::object out;
        out["data"] = std::move(data);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

struct Lane {
    ProviderId id;
    bool paused = false;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Lane, (), (id, paused, reason))

// POST /api/v1/suppliers/{id}/lane: a person stops sending to a supplier, or lets it go on.
Async<Result<json::object>> change_lane(ProviderDesk& desk, Caller caller, Lane in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto now = desk.clock.now();
        if (!find_provider(tx, in.id)) return fail(Code::not_found, "There is no such supplier.");
        if (in.paused) pause_provider(tx, now, in.id, in.reason.value_or("by " + caller.name));
        else if (release_provider(tx, in.id)) jobs::hurry_lane(tx, now, lane_of(in.id));
        json::object out;
        out["data"] = shown(*find_provider(tx, in.id));
        return out;
    };
    co_return co_await desk.db.write(std::move(write));
}

struct ReplyText {
    std::string text;
    Reason reason = Reason::none;
};
BOOST_DESCRIBE_STRUCT(ReplyText, (), (text, reason))

// POST /api/v1/suppliers/reply-texts: what an error text that the program does not know means, from now on.
Async<Result<void>> classify_reply(ProviderDesk& desk, Caller caller, ReplyText in)
{
    if (trimmed(in.text).empty()) co_return fail_field("text", "The text field is required.");
    if (in.reason == Reason::none) co_return fail_field("reason", "The reason must say why the supplier refused.");
    auto write = [&](db::Tx& tx) -> Result<void> {
        classify_text(tx, desk.clock.now(), in.text, in.reason, caller.name);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes provider_routes(ProviderDesk& desk)
{
    return {
        {Method::GET, "/api/v1/suppliers", Access::manager, http::bind<list>(desk)},
        {Method::POST, "/api/v1/suppliers/{id}/lane", Access::manager, http::bind<change_lane>(desk)},
        {Method::POST, "/api/v1/suppliers/reply-texts", Access::admin, http::bind<classify_reply>(desk)},
    };
}

}  // namespace smg::suppliers
