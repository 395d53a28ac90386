#include "webhooks/delivery_store.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "jobs/backoff.hpp"
#include "webhooks/webhook_store.hpp"

namespace smg::webhooks {
namespace {

constexpr std::size_t longest_error = 500, longest_answer = 1024;
constexpr std::string_view lane_prefix = "webhook:";
constexpr int gone = 410;

void enqueue(db::Tx& tx, Time now, WebhookId webhook, DeliveryId id)
{
    jobs::NewJob job;
    job.kind = deliver_job;
    job.payload = fmt::format(R"({{"delivery":{}}})", id.value);
    job.dedup_key = fmt::format("{}:{}", deliver_job, id.value);
    job.lane = fmt::format("{}{}", lane_prefix, webhook.value);
    jobs::enqueue(tx, now, job);
}

bool wants(const Webhook& webhook, const jobs::News& news)
{
    if (!webhook.active || (webhook.site_id && webhook.site_id != news.site_id)) return false;
    const auto& events = webhook.events.as_array();
    return std::ranges::any_of(events, [&](const auto& one) { return one.as_string() == news.event; });
}

std::optional<std::string> null_when_empty(std::string text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

void end(db::Tx& tx, DeliveryId id, State state)
{
    tx.execute("UPDATE webhook_deliveries SET state = ?, next_at = NULL WHERE id = ? AND state = 'pending'", state, id);
}

}  // namespace

std::optional<int> lane_limit(std::string_view lane)
{
    if (!lane.starts_with(lane_prefix)) return std::nullopt;
    return at_once_to_one;
}

void publish(db::Tx& tx, Time now, const jobs::News& news)
{
    auto payload = json::text_of(news.payload);
    for (const auto& webhook : all_webhooks(tx))
        if (wants(webhook, news)) add_delivery(tx, now, webhook.id, news.event_id, news.event, payload);
}

Delivery add_delivery(db::Tx& tx, Time now, WebhookId webhook, const std::string& event_id, std::string_view event,
                      const std::string& payload)
{
    Delivery fresh;
    fresh.webhook_id = webhook;
    fresh.event_id = event_id;
    fresh.event = event;
    fresh.payload = payload;
    fresh.created_at = now;
    fresh.next_at = now;
    fresh.id = DeliveryId{tx.insert("webhook_deliveries", fresh)};
    enqueue(tx, now, webhook, fresh.id);
    return fresh;
}

void go_on(db::Tx& tx, Time now, WebhookId webhook)
{
    for (auto id : tx.query<DeliveryId>(
             "SELECT id FROM webhook_deliveries WHERE webhook_id = ? AND state = 'pending' ORDER BY id", webhook))
        enqueue(tx, now, webhook, id);
}

DeliveryId delivery_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("delivery") : nullptr;
    return DeliveryId{found ? json::as_integer(*found).value_or(0) : 0};
}

std::vector<DeliveryLine> list_deliveries(db::Tx& tx, const DeliveryFilter& filter)
{
    auto before = filter.before.value_or(INT64_MAX);
    if (!filter.state)
        return tx.select<DeliveryLine>("FROM webhook_deliveries WHERE webhook_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
                                       filter.webhook, before, filter.limit);
    return tx.select<DeliveryLine>(
        "FROM webhook_deliveries WHERE webhook_id = ? AND state = ? AND id < ? ORDER BY id DESC LIMIT ?", filter.webhook,
        *filter.state, before, filter.limit);
}

std::optional<Delivery> find_delivery(db::Tx& tx, DeliveryId id)
{
    return tx.find<Delivery>("FROM webhook_deliveries WHERE id = ?", id);
}

std::int64_t count_pending(db::Tx& tx, WebhookId webhook)
{
    constexpr int most = 10'000;  // beyond that the exact number says nothing more
    return *tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM (SELECT id FROM webhook_deliveries WHERE webhook_id = ? AND state = 'pending' LIMIT ?) AS "
        "bounded",
        webhook, most);
}

std::optional<Time> record(db::Tx& tx, Time now, const Delivery& delivery, const Outcome& outcome, const Patience& patience,
                           std::uint32_t random, const Tell& tell)
{
    auto first_tried = delivery.first_tried_at.value_or(now);
    bool written =
        tx.execute(
            "UPDATE webhook_deliveries SET tries = tries + 1, first_tried_at = ?, last_status = ?, last_error = ?, "
            "last_answer = ? WHERE id = ? AND state = 'pending'",
            first_tried, outcome.status, null_when_empty(cut(outcome.error, longest_error)),
            null_when_empty(cut(outcome.answer, longest_answer)), delivery.id) == 1;
    auto webhook = written ? find_webhook(tx, delivery.webhook_id) : std::nullopt;
    if (!webhook) return std::nullopt;
    if (outcome.error.empty()) {
        end(tx, delivery.id, State::delivered);
        tx.execute("UPDATE webhook_deliveries SET delivered_at = ? WHERE id = ?", now, delivery.id);
        return std::nullopt;
    }
    if (outcome.status == gone) {
        if (pause_webhook(tx, now, webhook->id, outcome.error))
            tell(tx, {Trouble::Kind::gone, *webhook, delivery.event, outcome.error});
        return std::nullopt;
    }
    if (now - first_tried >= patience.give_up_after) {
        end(tx, delivery.id, State::failed);
        tell(tx, {Trouble::Kind::given_up, *webhook, delivery.event, outcome.error});
        return std::nullopt;
    }
    auto pause = jobs::backoff(patience.first_delay, patience.last_delay, delivery.tries, random);
    pause = std::max(pause, std::min(outcome.asked_to_wait, patience.last_delay));
    tx.execute("UPDATE webhook_deliveries SET next_at = ? WHERE id = ?", now + pause, delivery.id);
    return now + pause;
}

std::int64_t prune_deliveries(db::Tx& tx, Time before, Time too_old, int at_most)
{
    tx.execute(
        "UPDATE webhook_deliveries SET state = 'discarded', next_at = NULL WHERE state = 'pending' AND created_at < ? AND "
        "webhook_id IN (SELECT id FROM webhooks WHERE active = 0)",
        too_old);
    return tx.execute(
        "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM (SELECT id FROM webhook_deliveries WHERE created_at < ? "
        "AND state <> 'pending' ORDER BY created_at LIMIT ?) AS old)",
        before, at_most);
}

}  // namespace smg::webhooks
