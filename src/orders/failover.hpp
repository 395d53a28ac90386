#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "db/tx.hpp"
#include "jobs/job.hpp"
#include "orders/attempt_store.hpp"
#include "orders/order.hpp"
#include "orders/upkeep.hpp"
#include "settings/settings.hpp"
#include "suppliers/mapping_store.hpp"
#include "suppliers/provider_store.hpp"

// Which supplier gets an order, and to which one it goes when that one will not have it. Only proof leads on: a refusal, or
// nothing written. An order of which any request may have arrived stays where it is.
namespace smg::orders {

/// Whose fault a refusal is: another supplier helps against the supplier's own, never against the order's.
struct Blame {
    suppliers::Reason reason;
    bool suppliers_own = false;
    std::string_view why;
};
std::span<const Blame> blames();
bool suppliers_own(suppliers::Reason reason);

/// Where the order goes: by an earlier failover, else the mapping's first active supplier. Nothing: no supplier is mapped.
std::optional<suppliers::Offer> route_of(db::Tx& tx, const Order& order);

/// The supplier that the order goes to, and in the order (not in its row) what that one calls the service.
std::optional<suppliers::Provider> take_route(db::Tx& tx, Order& order);

/// The next supplier that a mapping names for an order which `from` will not have: active, knowing the service, taking
/// orders now, and never tried for it. Nothing as well when any attempt of the order is more than refused or not sent.
std::optional<suppliers::Offer> next_supplier(db::Tx& tx, const Order& order, ProviderId from);

/// After a proven refusal by `from`: the order, `notaccepted`, is resent and queued for the next supplier, with its event
/// and a notice a day for each supplier and reason. False when it stays refused.
Result<bool> fail_over(db::Tx& tx, Time now, const Order& order, ProviderId from, suppliers::Reason reason,
                       const settings::Settings& settings);

inline constexpr std::string_view divert_job = "order.divert";  // payload {"provider":3}

/// What waits for a supplier that has no funds may go to another one, where a mapping names it.
void enqueue_divert(db::Tx& tx, Time now, ProviderId provider);
Async<jobs::Outcome> divert_waiting(UpkeepDesk desk, jobs::Job job);

/// A mapping was changed, or a supplier switched on or off: what waits goes to the lane of the supplier that it goes to now.
Async<jobs::Outcome> follow_routes(UpkeepDesk desk, jobs::Job job);

}  // namespace smg::orders
