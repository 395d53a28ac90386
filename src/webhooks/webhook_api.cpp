#include "webhooks/webhook_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "http/bind.hpp"
#include "webhooks/delivery_store.hpp"
#include "webhooks/webhook_store.hpp"

namespace smg::webhooks {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;
using http::Paged;

constexpr int default_page = 50, largest_page = 200;

std::string subject_of(WebhookId id) { return fmt::format("webhook {}", id.value); }

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such webhook."); }

// Of the secret its end, by which two are told apart.
json::object shown(const WebhookDesk& desk, const Webhook& webhook)
{
    auto out = json::from(webhook).get_object();
    auto secret = secret_of(desk.master, webhook);
    out.erase("secret");
    out["secret_end"] = secret ? json::value(secret->last_four()) : json::value(nullptr);
    return out;
}

// A secret that was made is in this answer and in no other.
json::object shown(const WebhookDesk& desk, const Changed& changed)
{
    auto out = shown(desk, changed.webhook);
    if (changed.made) out["secret"] = changed.made->reveal();
    return out;
}

// GET /api/v1/webhooks
Async<Result<json::object>> list(WebhookDesk& desk)
{
    auto look = [&](db::Tx& tx) {
        json::array data;
        for (const auto& webhook : all_webhooks(tx)) {
            auto one = shown(desk, webhook);
            one["pending"] = count_pending(tx, webhook.id);
            data.push_back(std::move(one));
        }
        return http::data_of(std::move(data));
    };
    co_return co_await desk.db.read(std::move(look));
}

// null takes the site away.
json::object with_null_site(json::object in)
{
    if (auto site = in.if_contains("site_id"); site && site->is_null()) *site = 0;
    return in;
}

// POST /api/v1/webhooks
Async<Result<http::Reply<json::object>>> add(WebhookDesk& desk, Caller caller, json::object body)
{
    auto in = json::to<WebhookChange>(with_null_site(std::move(body)), json::Extra::refused);
    if (!in) co_return fail(in.error());
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto now = desk.clock.now();
        auto added = add_webhook(tx, desk.master, now, *in);
        if (!added) return fail(added.error());
        audit::note(tx, now, audit::actor_of(caller), "webhook.add", subject_of(added->webhook.id), added->detail);
        return http::Reply<json::object>{http::data_of(shown(desk, *added)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit : WebhookChange {
    WebhookId id;
};
BOOST_DESCRIBE_STRUCT(Edit, (WebhookChange), (id))

// PATCH /api/v1/webhooks/{id}
Async<Result<json::object>> change(WebhookDesk& desk, Caller caller, json::object body)
{
    auto in = json::to<Edit>(with_null_site(std::move(body)), json::Extra::refused);
    if (!in) co_return fail(in.error());
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto now = desk.clock.now();
        auto webhook = find_webhook(tx, in->id);
        if (!webhook) return unknown();
        auto changed = change_webhook(tx, desk.master, now, *webhook, *in);
        if (!changed) return fail(changed.error());
        if (!changed->detail.empty())
            audit::note(tx, now, audit::actor_of(caller), "webhook.change", subject_of(in->id), changed->detail);
        return http::data_of(shown(desk, *changed));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneWebhook {
    WebhookId id;
};
BOOST_DESCRIBE_STRUCT(OneWebhook, (), (id))

// DELETE /api/v1/webhooks/{id}
Async<Result<void>> remove(WebhookDesk& desk, Caller caller, OneWebhook in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto webhook = find_webhook(tx, in.id);
        if (!webhook) return unknown();
        remove_webhook(tx, in.id);
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "webhook.remove", subject_of(in.id), webhook->name);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// POST /api/v1/webhooks/{id}/test: also to one that is switched off.
Async<Result<http::Reply<json::object>>> test(WebhookDesk& desk, Caller caller, OneWebhook in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        if (!find_webhook(tx, in.id)) return unknown();
        auto now = desk.clock.now();
        auto event = jobs::fresh_event_id();
        json::object data;
        data["webhook_id"] = in.id.value;
        auto payload = json::text_of(jobs::payload_of(ping_event, event, now, std::move(data)));
        auto delivery = add_delivery(tx, now, in.id, event, ping_event, payload);
        audit::note(tx, now, audit::actor_of(caller), "webhook.test", subject_of(in.id));
        return http::Reply<json::object>{http::data_of(json::from(delivery)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct ListDeliveries {
    WebhookId id;
    std::optional<State> state;
    std::optional<std::int64_t> cursor;
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(ListDeliveries, (), (id, state, cursor, per_page))

// GET /api/v1/webhooks/{id}/deliveries: the newest first.
Async<Result<json::object>> log_of(WebhookDesk& desk, ListDeliveries in)
{
    auto page = in.per_page.value_or(default_page);
    if (page < 1 || page > largest_page)
        co_return fail_field("per_page", fmt::format("The per page field must be between 1 and {}.", largest_page));
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        if (!find_webhook(tx, in.id)) return unknown();
        auto rows = list_deliveries(tx, {in.id, in.state, in.cursor, page + 1});
        bool more = std::ssize(rows) > page;
        if (more) rows.pop_back();
        json::object meta, out;
        meta["next_cursor"] = more ? json::value(rows.back().id.value) : json::value(nullptr);
        out["data"] = json::from(rows);
        out["meta"] = std::move(meta);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

struct OneDelivery {
    DeliveryId id;
};
BOOST_DESCRIBE_STRUCT(OneDelivery, (), (id))

// GET /api/v1/webhook-deliveries/{id}
Async<Result<json::object>> show(WebhookDesk& desk, OneDelivery in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto delivery = find_delivery(tx, in.id);
        if (!delivery) return fail(Code::not_found, "There is no such delivery.");
        return http::data_of(json::from(*delivery));
    };
    co_return co_await desk.db.read(std::move(look));
}

// POST /api/v1/webhook-deliveries/{id}/replay: a new delivery of the same event.
Async<Result<http::Reply<json::object>>> replay(WebhookDesk& desk, Caller caller, OneDelivery in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto old = find_delivery(tx, in.id);
        if (!old) return fail(Code::not_found, "There is no such delivery.");
        auto webhook = find_webhook(tx, old->webhook_id);
        if (!webhook->active && old->event != ping_event)
            return fail(Code::conflict, "The webhook is switched off: switch it on first.");
        auto now = desk.clock.now();
        auto delivery = add_delivery(tx, now, old->webhook_id, old->event_id, old->event, old->payload);
        audit::note(tx, now, audit::actor_of(caller), "webhook.replay", subject_of(old->webhook_id),
                    fmt::format("delivery {} as {}", old->id.value, delivery.id.value));
        return http::Reply<json::object>{http::data_of(json::from(delivery)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownWebhook : Webhook {
    static constexpr auto left_out = std::to_array<std::string_view>({"secret"});
    std::optional<std::string> secret_end;
};
BOOST_DESCRIBE_STRUCT(ShownWebhook, (Webhook), (secret_end))

struct ListedWebhook : ShownWebhook {
    std::int64_t pending = 0;
};
BOOST_DESCRIBE_STRUCT(ListedWebhook, (ShownWebhook), (pending))

struct ChangedWebhook : Webhook {
    std::optional<std::string> secret_end;
};
BOOST_DESCRIBE_STRUCT(ChangedWebhook, (Webhook), (secret_end))

}  // namespace

http::Routes webhook_routes(WebhookDesk& desk)
{
    return {
        {Method::GET, "/api/v1/webhooks", Access::admin, http::bind<list>(desk),
         http::about("Webhooks with how many deliveries wait").gives<List<ListedWebhook>>()},
        {Method::POST, "/api/v1/webhooks", Access::admin, http::bind<add>(desk),
         http::about("Adds a webhook")
             .more("Without `secret` one is made; it is in this answer and in no other.")
             .takes<WebhookChange>()
             .gives<Data<ChangedWebhook>>(201)
             .example(R"({"name":"Shop","url":"https://shop.example.com/hook","events":["order.status_changed"]})")},
        {Method::PATCH, "/api/v1/webhooks/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a webhook")
             .more("An empty `secret` makes a new one.")
             .takes<Edit>()
             .gives<Data<ChangedWebhook>>()
             .example(R"({"active":false})")},
        {Method::DELETE, "/api/v1/webhooks/{id}", Access::admin, http::bind<remove>(desk),
         http::about("Removes a webhook with its log")},
        {Method::POST, "/api/v1/webhooks/{id}/test", Access::admin, http::bind<test>(desk),
         http::about("Sends a `ping` to a webhook, also to one that is switched off").gives<Data<Delivery>>(201)},
        {Method::GET, "/api/v1/webhooks/{id}/deliveries", Access::admin, http::bind<log_of>(desk),
         http::about("What was sent to a webhook, the newest first").gives<Paged<DeliveryLine, http::Cursor>>()},
        {Method::GET, "/api/v1/webhook-deliveries/{id}", Access::admin, http::bind<show>(desk),
         http::about("One delivery with its payload").gives<Data<Delivery>>()},
        {Method::POST, "/api/v1/webhook-deliveries/{id}/replay", Access::admin, http::bind<replay>(desk),
         http::about("Sends the same event once more").gives<Data<Delivery>>(201)},
    };
}

}  // namespace smg::webhooks
