#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "db/tx.hpp"
#include "orders/event_store.hpp"
#include "orders/order.hpp"

namespace smg::orders {

std::optional<Order> find_order(db::Tx& tx, OrderId id);

/// A column that changes together with the phase.
struct Change {
    std::string_view column;
    db::Param value;
};

template <class T>
Change set(db::Tx& tx, std::string_view column, const T& value)
{
    return {column, db::to_param(tx.dialect(), value)};
}

/// What the history says of a move beside from and to.
struct Because {
    std::string detail = {};
    std::string reply = {};  // the supplier's own words
};

/// The only way an order's phase changes: from `order.phase` at `order.version`, with its event, in the caller's
/// transaction. Who comes second gets Code::conflict and nothing is written.
Result<Order> move_order(db::Tx& tx, Time now, const Order& order, Move move, const Actor& actor,
                         const Because& because = {}, std::vector<Change> changes = {});

/// Changes columns without moving the phase, guarded by the version like a move; writes no event.
Result<Order> update_order(db::Tx& tx, Time now, const Order& order, std::vector<Change> changes);

struct Filter {
    std::optional<std::vector<SiteId>> sites;  // what the caller may see; no value = all
    std::optional<SiteId> site_id;
    std::vector<std::string> statuses = {};  // any of them; empty = all
    std::optional<std::string> supplier_id, wp_order_number, type_payment, q;
    std::optional<ProviderId> provider;
    bool q_in_supplier_numbers = true;  // not for shops: they may not learn them, by searching neither
    std::vector<Phase> phases = {};     // any of them; empty = all
    std::optional<Time> from, to;       // of created_at: [from, to)
    std::optional<bool> archive;
    std::optional<std::int64_t> before_id;  // the cursor: newest first
    int limit = 50;
};

/// At most `limit + 1` orders, newest first, so that the caller sees whether there are more.
std::vector<Order> list_orders(db::Tx& tx, const Filter& filter);

/// Other orders of the same customer or for the same link, newest first, at most 20; of the sites that may be seen.
std::vector<Order> related_orders(db::Tx& tx, const Order& order, const std::optional<std::vector<SiteId>>& visible);

/// How many there are, counted no further than `most`.
std::int64_t count_orders(db::Tx& tx, const Filter& filter, std::int64_t most);

}  // namespace smg::orders
