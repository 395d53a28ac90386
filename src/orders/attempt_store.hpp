#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "db/tx.hpp"
#include "orders/order.hpp"

namespace smg::orders {

/// What is known of one try to place an order at a supplier.
enum class AttemptState {
    prepared,         // nothing written yet
    sending,          // the request may be on the wire
    accepted,         // the supplier gave its number
    rejected,         // the supplier said no
    unknown,          // written, and no proof of either
    not_sent,         // proven: nothing was written
    resolved_found,   // was unknown; a person found it at the supplier
    resolved_absent,  // was unknown; a person found that the supplier has it not
};
BOOST_DESCRIBE_ENUM(AttemptState, prepared, sending, accepted, rejected, unknown, not_sent, resolved_found, resolved_absent)

/// The database allows one attempt per order that is with a supplier or on its way there (UNIQUE open_key).
struct Attempt {
    AttemptId id;
    OrderId order_id;
    int n = 1;
    ProviderId api_provider_id;
    std::string supplier_service_id, link_key;
    std::int64_t quantity = 0;
    AttemptState state = AttemptState::prepared;
    std::string boot_id;
    Time prepared_at;
    std::optional<Time> sending_at, done_at;
    std::optional<int> http_status;
    std::optional<std::string> body_sha256, body, supplier_order_id;
    std::optional<Money> estimated_charge;
    std::optional<std::string> reason, detail;
    bool by_restart = false;  // lost because our own process ended: no fault of the supplier
};
BOOST_DESCRIBE_STRUCT(Attempt, (),
                      (id, order_id, n, api_provider_id, supplier_service_id, link_key, quantity, state, boot_id,
                       prepared_at, sending_at, done_at, http_status, body_sha256, body, supplier_order_id, estimated_charge,
                       reason, detail, by_restart))

std::optional<Attempt> find_attempt(db::Tx& tx, AttemptId id);
/// The newest 200, oldest first.
std::vector<Attempt> attempts_of(db::Tx& tx, OrderId order);

/// The attempt of an uncertain order that is still unknown.
std::optional<Attempt> unknown_attempt(db::Tx& tx, OrderId order);

/// A new attempt, `prepared`. One left `prepared` by another process is closed as `not_sent` first: should that process only
/// be frozen, its own step to `sending` fails from then on. Code::conflict when an attempt is already beyond that.
Result<Attempt> prepare_attempt(db::Tx& tx, Time now, const Order& order, ProviderId provider, const std::string& boot_id);

/// Another order for the same link is on its way to this supplier right now.
bool link_is_busy(db::Tx& tx, const Order& order, ProviderId provider);

/// From one state to another, guarded by the state; false when it was not in `from`.
bool move_attempt(db::Tx& tx, const Attempt& attempt, AttemptState from, AttemptState to);

/// Writes the evidence fields of `attempt` (reply, reason, times) as they are in the struct.
void save_evidence(db::Tx& tx, const Attempt& attempt);

/// Unknown attempts at a supplier since a moment, leaving out those that our own restarts caused.
std::int64_t unknowns_since(db::Tx& tx, ProviderId provider, Time since);

}  // namespace smg::orders
