#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "db/tx.hpp"
#include "orders/order.hpp"
#include "settings/settings.hpp"

// What speaks for or against an uncertain order being with its supplier.
namespace smg::orders {

enum class EvidenceKind {
    candidate,       // an order at the supplier that is ours by its key and nobody's here
    scan,            // what the search among the supplier's order numbers came to
    balance,         // what the books say
    duplicate_link,  // the supplier refused another order because one for this link is active
    asked_again,     // what came of a repeat that the supplier takes for the same order
};
BOOST_DESCRIBE_ENUM(EvidenceKind, candidate, scan, balance, duplicate_link, asked_again)

enum class Strength { weak, strong };
BOOST_DESCRIBE_ENUM(Strength, weak, strong)

struct EvidenceRow {
    std::int64_t id = 0;
    OrderId order_id;
    AttemptId attempt_id;
    EvidenceKind kind = EvidenceKind::scan;
    Strength strength = Strength::weak;
    std::optional<std::string> supplier_order_id;
    std::string detail;
    Time at;
};
BOOST_DESCRIBE_STRUCT(EvidenceRow, (), (id, order_id, attempt_id, kind, strength, supplier_order_id, detail, at))

/// Keeps it; what is known already of this attempt, kind and number is brought up to date.
void keep_evidence(db::Tx& tx, EvidenceRow row);

/// Candidates that proved to be somebody else's go.
void drop_candidates(db::Tx& tx, AttemptId attempt, const std::vector<std::string>& but);

/// The oldest first, at most 200.
std::vector<EvidenceRow> evidence_of(db::Tx& tx, OrderId order);
json::array shown(const std::vector<EvidenceRow>& evidence);

/// In a line each, the strong first: for a notice.
std::vector<std::string> lines_of(const std::vector<EvidenceRow>& evidence);

/// A supplier has an active order for the link of an order whose attempt there is unknown or was decided to be absent.
void note_duplicate_link(db::Tx& tx, Time now, OrderId order, ProviderId provider, const std::string& detail);

inline constexpr std::string_view evidence_job = "order.evidence";  // payload {"order":41}

/// Evidence is gathered `evidence.after_s` from now, or soon where the supplier takes repeats; and again until the order is
/// decided.
void enqueue_evidence(db::Tx& tx, Time now, OrderId order, ProviderId provider, const settings::Settings& settings);
/// Now.
void enqueue_evidence_now(db::Tx& tx, Time now, OrderId order);

}  // namespace smg::orders
