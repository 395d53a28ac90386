#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "db/tx.hpp"

namespace smg::orders {

/// Who did it.
struct Actor {
    enum class Kind { system, person, site, supplier };
    BOOST_DESCRIBE_NESTED_ENUM(Kind, system, person, site, supplier)
    Kind kind = Kind::system;
    std::string name = "SMG CRM";
};

/// One line of an order's history; rows are only ever added.
struct Event {
    std::int64_t id = 0;
    OrderId order_id;
    Time at;
    std::string actor_kind, actor;
    std::string kind;
    std::optional<std::string> from_value, to_value, detail;
    std::optional<std::string> reply;  // the supplier's own words, at most 4 KiB
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, order_id, at, actor_kind, actor, kind, from_value, to_value, detail, reply))

constexpr std::size_t max_reply_bytes = 4096;

/// Cuts what is too long for its column.
Event make_event(OrderId order, Time at, const Actor& actor, std::string kind);
void add_event(db::Tx& tx, Event event);
void add_events(db::Tx& tx, std::vector<Event> events);

/// The newest 500, oldest first.
std::vector<Event> events_of(db::Tx& tx, OrderId order);
std::optional<Event> last_event(db::Tx& tx, OrderId order);

}  // namespace smg::orders
