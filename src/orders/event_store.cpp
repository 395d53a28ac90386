#include "orders/event_store.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "orders/order_news.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t max_value_bytes = 255, max_detail_bytes = 1000;
constexpr int most_shown = 500;

void fit(std::optional<std::string>& text, std::size_t bytes)
{
    if (text) *text = cut(*text, bytes);
}

void fit(Event& event)
{
    event.actor = cut(event.actor, max_value_bytes);
    fit(event.from_value, max_value_bytes);
    fit(event.to_value, max_value_bytes);
    fit(event.detail, max_detail_bytes);
    fit(event.reply, max_reply_bytes);
}

}  // namespace

Event make_event(OrderId order, Time at, const Actor& actor, std::string kind)
{
    Event event;
    event.order_id = order;
    event.at = at;
    event.actor_kind = word(actor.kind);
    event.actor = actor.name;
    event.kind = std::move(kind);
    return event;
}

void add_event(db::Tx& tx, Event event)
{
    fit(event);
    tx.insert("order_events", event);
    tell_outside(tx, std::span(&event, 1));
}

void add_events(db::Tx& tx, std::vector<Event> events)
{
    for (auto& event : events) fit(event);
    tx.insert_all<Event>("order_events", events);
    tell_outside(tx, events);
}

std::vector<Event> events_of(db::Tx& tx, OrderId order)
{
    auto events = tx.select<Event>("FROM order_events WHERE order_id = ? ORDER BY id DESC LIMIT ?", order, most_shown);
    std::ranges::reverse(events);
    return events;
}

std::optional<Event> last_event(db::Tx& tx, OrderId order)
{
    return tx.find<Event>("FROM order_events WHERE order_id = ? ORDER BY id DESC LIMIT 1", order);
}

}  // namespace smg::orders
