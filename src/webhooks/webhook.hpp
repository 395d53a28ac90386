#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"

// What other programs are told by HTTP: where to, and each delivery until it arrived or was given up.
namespace smg::webhooks {

using WebhookId = Id<struct WebhookTag>;
using DeliveryId = Id<struct WebhookDeliveryTag>;

/// What can be subscribed to. Who tells it: orders/order_news.cpp, notices/notice_store.cpp.
inline constexpr auto known_events =
    std::to_array<std::string_view>({"order.created", "order.status_changed", "order.needs_decision", "notice.raised"});

/// Asked for by a person, to see whether the receiver is there; nobody subscribes to it.
constexpr std::string_view ping_event = "ping";

struct Webhook {
    WebhookId id;
    std::string name, url;
    json::value events;                 // an array of known_events
    std::optional<SiteId> site_id;      // what is of this site alone; none: everything
    std::optional<std::string> secret;  // sealed
    bool allow_private = false;
    bool active = true;
    std::optional<std::string> paused_reason;
    bool automatic = false;  // kept for a shop by the program itself
    Time created_at, updated_at;
};
BOOST_DESCRIBE_STRUCT(Webhook, (),
                      (id, name, url, events, site_id, secret, allow_private, active, paused_reason, automatic, created_at,
                       updated_at))

enum class State {
    pending,
    delivered,
    failed,     // tried for days in vain
    discarded,  // too old when its webhook was switched on again, or never was
};
BOOST_DESCRIBE_ENUM(State, pending, delivered, failed, discarded)

/// A line of the log.
struct DeliveryLine {
    DeliveryId id;
    WebhookId webhook_id;
    std::string event_id, event;
    Time created_at;
    State state = State::pending;
    int tries = 0;
    std::optional<Time> next_at, first_tried_at;
    std::optional<int> last_status;
    std::optional<std::string> last_error;
    std::optional<std::string> last_answer;  // how the receiver's answer began
    std::optional<Time> delivered_at;
};
BOOST_DESCRIBE_STRUCT(DeliveryLine, (),
                      (id, webhook_id, event_id, event, created_at, state, tries, next_at, first_tried_at, last_status,
                       last_error, last_answer, delivered_at))

struct Delivery : DeliveryLine {
    std::string payload;  // byte for byte as it is sent and signed
};
BOOST_DESCRIBE_STRUCT(Delivery, (DeliveryLine), (payload))

/// `sha256=` and the hex of HMAC-SHA256 over `timestamp.body`; docs/webhooks.md tells receivers how to check it.
std::string signature_of(std::string_view secret, std::string_view timestamp, std::string_view body);

}  // namespace smg::webhooks
