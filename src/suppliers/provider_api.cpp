#include "suppliers/provider_api.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "audit/audit_log.hpp"
#include "base/text.hpp"
#include "http/bind.hpp"
#include "jobs/job.hpp"
#include "notices/notice_store.hpp"
#include "suppliers/funds.hpp"
#include "suppliers/mapping_api.hpp"
#include "suppliers/panel_api.hpp"
#include "suppliers/provider_change.hpp"
#include "suppliers/reply_text_store.hpp"

namespace smg::suppliers {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

// Of the secrets people see only whether they are there; of the key its end, by which two keys are told apart.
json::object shown(const ProviderDesk& desk, const Provider& provider)
{
    auto out = json::from(provider).get_object();
    auto key = key_of(desk.master, provider);
    out["api_key"] = key ? json::value(key->last_four()) : json::value(nullptr);
    out.erase("password");
    out["has_password"] = provider.password.has_value();
    out["circuit"] = json::from(desk.traffic.circuits.of(provider.id));
    return out;
}

json::object data_of(const ProviderDesk& desk, const Provider& provider) { return http::data_of(shown(desk, provider)); }

// GET /api/v1/suppliers: those that are switched off as well.
Async<Result<json::object>> list(ProviderDesk& desk)
{
    auto look = [&](db::Tx& tx) {
        json::array data;
        for (const auto& provider : all_providers(tx)) data.push_back(shown(desk, provider));
        return http::data_of(std::move(data));
    };
    co_return co_await desk.db.read(std::move(look));
}

// null takes away as an empty text does, where something may be taken away.
json::object with_nulls_emptied(json::object in)
{
    for (std::string_view name : {"login", "password", "currency", "trigger_price", "request_id_field"})
        if (auto found = in.if_contains(name); found && found->is_null()) *found = "";
    return in;
}

// POST /api/v1/suppliers: no supplier id leads to it yet.
Async<Result<http::Reply<json::object>>> create(ProviderDesk& desk, Caller caller, json::object body)
{
    auto in = json::to<ProviderChange>(with_nulls_emptied(std::move(body)), json::Extra::refused);
    if (!in) co_return fail(in.error());
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto now = desk.clock.now();
        auto created = create_provider(tx, desk.master, now, *in);
        if (!created) return fail(created.error());
        audit::note(tx, now, audit::actor_of(caller), "supplier.add", subject_of(created->provider.id), created->detail);
        return http::Reply<json::object>{data_of(desk, created->provider), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit : ProviderChange {
    ProviderId id;
};
BOOST_DESCRIBE_STRUCT(Edit, (ProviderChange), (id))

// PATCH /api/v1/suppliers/{id}
Async<Result<json::object>> change(ProviderDesk& desk, Caller caller, json::object body)
{
    auto in = json::to<Edit>(with_nulls_emptied(std::move(body)), json::Extra::refused);
    if (!in) co_return fail(in.error());
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto now = desk.clock.now();
        auto provider = find_provider(tx, in->id);
        if (!provider) return fail(Code::not_found, "There is no such supplier.");
        auto changed = change_provider(tx, desk.master, now, *provider, *in);
        if (!changed) return fail(changed.error());
        if (!changed->detail.empty())
            audit::note(tx, now, audit::actor_of(caller), "supplier.change", subject_of(provider->id), changed->detail);
        return data_of(desk, changed->provider);
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Lane {
    ProviderId id;
    bool paused = false;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Lane, (), (id, paused, reason))

void change_lane_of(db::Tx& tx, Time now, const Caller& caller, const Lane& in)
{
    if (in.paused) {
        auto reason = in.reason.value_or("by " + caller.name);
        if (pause_provider(tx, now, in.id, reason))
            audit::note(tx, now, audit::actor_of(caller), "supplier.pause", subject_of(in.id), reason);
        return;
    }
    bool funds = release_funds(tx, now, in.id, FundsBack::seen, caller.name);
    if (!release_provider(tx, in.id) && !funds) return;
    jobs::hurry_lane(tx, now, lane_of(in.id));
    notices::mark_provider_seen(tx, now, in.id, notices::Kind::lane_paused, caller.name);
    audit::note(tx, now, audit::actor_of(caller), "supplier.release", subject_of(in.id));
}

// POST /api/v1/suppliers/{id}/lane: a person stops sending to a supplier, or lets it go on.
Async<Result<json::object>> change_lane(ProviderDesk& desk, Caller caller, Lane in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        if (!find_provider(tx, in.id)) return fail(Code::not_found, "There is no such supplier.");
        change_lane_of(tx, desk.clock.now(), caller, in);
        return data_of(desk, *find_provider(tx, in.id));
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
        auto now = desk.clock.now();
        classify_text(tx, now, in.text, in.reason, caller.name);
        tx.announce({"providers"});
        audit::note(tx, now, audit::actor_of(caller), "supplier.reply_text", "reply texts",
                    fmt::format("{}: {}", word(in.reason), in.text));
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownProvider : Provider {
    static constexpr auto left_out = std::to_array<std::string_view>({"password"});
    bool has_password = false;
    Circuit circuit;
};
BOOST_DESCRIBE_STRUCT(ShownProvider, (Provider), (has_password, circuit))

}  // namespace

http::Routes provider_routes(ProviderDesk& desk)
{
    http::Routes rows{
        {Method::GET, "/api/v1/suppliers", Access::manager, http::bind<list>(desk),
         http::about("All suppliers, those that are switched off as well").gives<List<ShownProvider>>()},
        {Method::POST, "/api/v1/suppliers", Access::admin, http::bind<create>(desk),
         http::about("Adds a supplier; no supplier id leads to it yet")
             .takes<ProviderChange>()
             .gives<Data<ShownProvider>>(201)
             .example(R"({"name":"Panel","api_url":"https://panel.example.com/api/v2","api_key":"0123456789abcdef"})")},
        {Method::PATCH, "/api/v1/suppliers/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a supplier")
             .more("null takes away what may be missing.")
             .takes<Edit>()
             .gives<Data<ShownProvider>>()
             .example(R"({"trigger_price":"50"})")},
        {Method::POST, "/api/v1/suppliers/{id}/lane", Access::manager, http::bind<change_lane>(desk),
         http::about("Stops sending to a supplier, or lets it go on")
             .gives<Data<ShownProvider>>()
             .example(R"({"paused":true,"reason":"Prices are being checked"})")},
        {Method::POST, "/api/v1/suppliers/reply-texts", Access::admin, http::bind<classify_reply>(desk),
         http::about("Says what an unknown error text of suppliers means, from now on")
             .example(R"({"text":"Service is resting","reason":"maintenance"})")},
    };
    std::ranges::move(panel_routes(desk), std::back_inserter(rows));
    std::ranges::move(mapping_routes(desk), std::back_inserter(rows));
    return rows;
}

}  // namespace smg::suppliers
