#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "db/tx.hpp"
#include "http/caller.hpp"
#include "orders/event_store.hpp"
#include "orders/order.hpp"
#include "settings/settings.hpp"

namespace smg::orders {

/// What a person decides about an order.
enum class DecisionKind {
    approve,
    reject,
    found,
    send_again,
    recheck,  // gather evidence now
    cancel,
    paid_back,  // refused, and the customer has the money back
    refill,
    resend,
    refresh,  // ask the supplier for the status now
    status,
    archive
};
BOOST_DESCRIBE_ENUM(DecisionKind, approve, reject, found, send_again, recheck, cancel, paid_back, refill, resend, refresh,
                    status, archive)

/// What may be decided about an order as it stands, the likeliest first. Whether it succeeds may depend on more:
/// `send_again` also takes time, `refill` a supplier that grants it.
std::vector<DecisionKind> decisions_on(const Order& order);

/// The body of POST /api/v1/orders/{id}/decisions. `version` is the order's as the person saw it.
struct Decision {
    OrderId id;
    DecisionKind kind = DecisionKind::approve;
    std::int64_t version = 0;
    std::optional<std::string> supplier_order_number;             // found
    std::optional<bool> confirm;                                  // send_again, found: yes, I have looked at the supplier
    std::optional<std::string> supplier_id, supplier_service_id;  // resend: elsewhere
    std::optional<std::string> status;                            // status: the word
    std::optional<bool> archive;                                  // archive: in or out
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Decision, (),
                      (id, kind, version, supplier_order_number, confirm, supplier_id, supplier_service_id, status, archive,
                       note))

/// What a lookup at the supplier proved, before `found` is written.
struct FoundProof {
    std::string number;
    std::string status;
    std::optional<Money> charge;
};

/// Whether another boot's attempt may still be alive: a frozen sender could wake up.
using SenderIsGone = std::function<bool(db::Tx&, const std::string& boot_id)>;

/// The order as the caller may decide on it: Code::not_found when it is not theirs to see, Code::conflict naming who and
/// when when it has moved on since `version`.
Result<Order> order_for_decision(db::Tx& tx, const http::Caller& caller, const Decision& decision);

/// Writes the decision with its event and what follows from it; `proof` for `found` alone.
Result<Order> decide(db::Tx& tx, Time now, const http::Caller& caller, const Decision& decision,
                     const settings::Settings& settings, const SenderIsGone& sender_is_gone,
                     const std::optional<FoundProof>& proof);

}  // namespace smg::orders
