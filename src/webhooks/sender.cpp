#include "webhooks/sender.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "jobs/job_store.hpp"
#include "settings/settings.hpp"
#include "webhooks/webhook_store.hpp"

namespace smg::webhooks {
namespace {

constexpr int receivers_at_once = 32;
constexpr int without_end = 1'000'000;  // a delivery counts its own tries

struct Going {
    Webhook webhook;
    Delivery delivery;
};

// Nothing when there is nothing to do: delivered meanwhile, removed, or switched off, which switching on makes good.
std::optional<Going> going(db::Tx& tx, DeliveryId id)
{
    auto delivery = find_delivery(tx, id);
    if (!delivery || delivery->state != State::pending) return std::nullopt;
    auto webhook = find_webhook(tx, delivery->webhook_id);
    if (!webhook || (!webhook->active && delivery->event != ping_event)) return std::nullopt;
    return Going{std::move(*webhook), std::move(*delivery)};
}

net::HttpRequest request_of(const Webhook& webhook, const Delivery& delivery, const Secret& secret, Time now)
{
    auto timestamp = std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    net::HttpRequest request;
    request.url = webhook.url;
    request.allow_private = webhook.allow_private;
    request.body = delivery.payload;
    request.headers = {{"Content-Type", "application/json"},
                       {"User-Agent", "SMG-CRM-Webhooks"},
                       {"X-SMG-Event", delivery.event},
                       {"X-SMG-Delivery", std::to_string(delivery.id.value)},
                       {"X-SMG-Timestamp", timestamp},
                       {"X-SMG-Signature", signature_of(secret.reveal(), timestamp, delivery.payload)}};
    return request;
}

Outcome outcome_of(const net::HttpResult& result)
{
    Outcome out;
    if (!result) {
        out.error = fmt::format("{}: {}", word(result.error().kind), result.error().message);
        return out;
    }
    constexpr int first_good = 200, first_not_good = 300;
    out.status = result->status;
    out.answer = result->body;
    out.asked_to_wait = std::chrono::seconds(result->retry_after_s);
    if (result->status < first_good || result->status >= first_not_good) out.error = fmt::format("HTTP {}", result->status);
    return out;
}

}  // namespace

std::string signature_of(std::string_view secret, std::string_view timestamp, std::string_view body)
{
    return "sha256=" + hex(hmac_sha256(secret, fmt::format("{}.{}", timestamp, body)));
}

Sender::Sender(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings, Send send,
               Tell tell)
    : db_(db), clock_(clock), master_(master), settings_(settings), send_(std::move(send)), tell_(std::move(tell))
{
}

std::vector<jobs::Kind> Sender::kinds()
{
    jobs::Kind news{.name = jobs::news_job, .concurrency = 4, .max_tries = without_end};
    news.work = [this](jobs::Job job) { return spread(std::move(job)); };
    jobs::Kind one{.name = deliver_job, .concurrency = receivers_at_once, .max_tries = without_end};
    one.work = [this](jobs::Job job) { return deliver(std::move(job)); };
    return {news, one};
}

// In one transaction with the end of the job: no webhook is told the same twice, and none is passed over.
Async<jobs::Outcome> Sender::spread(jobs::Job job)
{
    auto news = jobs::news_in(job);
    if (!news) {
        log::error("webhooks: job {} tells nothing that can be read", job.id.value);
        co_return jobs::Done{};
    }
    auto write = [this, &job, &news](db::Tx& tx) -> Result<void> {
        auto now = clock_.now();
        publish(tx, now, *news);
        if (!jobs::finish(tx, now, job)) return fail(Code::conflict, "someone else has this job");
        return {};
    };
    co_await db_.write(std::move(write));
    co_return jobs::Settled{};
}

Async<jobs::Outcome> Sender::deliver(jobs::Job job)
{
    auto look = [id = delivery_in(job)](db::Tx& tx) { return going(tx, id); };
    auto found = co_await db_.read(std::move(look));
    if (!found) co_return jobs::Done{};
    auto outcome = co_await attempt(found->webhook, found->delivery);
    if (!outcome.error.empty())
        log::warning("webhooks: delivery {} to {}: {}", found->delivery.id.value, found->webhook.name, outcome.error);
    auto random = random_below(UINT32_MAX);
    auto write = [this, &found, &outcome, random](db::Tx& tx) -> Result<std::optional<Time>> {
        return record(tx, clock_.now(), found->delivery, outcome, patience(), random, tell_);
    };
    auto next = co_await db_.write(std::move(write));
    if (next && *next) co_return jobs::Park{outcome.error, **next};
    co_return jobs::Done{};
}

Async<Outcome> Sender::attempt(Webhook webhook, Delivery delivery)
{
    auto secret = secret_of(master_, webhook);
    if (!secret) {
        Outcome closed;
        closed.error = "secret: it cannot be opened, enter it again";
        co_return closed;
    }
    auto request = request_of(webhook, delivery, *secret, clock_.now());
    request.timeout = settings_.seconds("webhooks.timeout_s");
    request.connect_timeout = std::min(request.connect_timeout, request.timeout);
    auto result = co_await send_(std::move(request));
    co_return outcome_of(result);
}

Patience Sender::patience() const
{
    return {settings_.seconds("webhooks.first_delay_s"), settings_.seconds("webhooks.last_delay_s"),
            std::chrono::hours(settings_.integer("webhooks.give_up_hours"))};
}

}  // namespace smg::webhooks
