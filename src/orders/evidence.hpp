#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job.hpp"
#include "net/blocking_pool.hpp"
#include "orders/attempt_store.hpp"
#include "orders/books.hpp"
#include "orders/evidence_store.hpp"
#include "orders/gap_scan.hpp"
#include "orders/order.hpp"
#include "suppliers/desk.hpp"

namespace smg::orders {

/// Finds out about uncertain orders what can be found out: a search among the supplier's order numbers (where its row allows
/// it), its balance against the books, and where the supplier takes repeats for repeats, the same request once more. All of
/// it is shown to people; only a search without any doubt, or the supplier's own answer to a repeat, settles an order.
class Evidence {
public:
    Evidence(suppliers::ProviderDesk& desk, net::BlockingPool& senders, std::function<bool()> may_send)
        : desk_(desk), senders_(senders), may_send_(std::move(may_send))
    {
    }

    /// The worker of `order.evidence`: comes again until the order is decided.
    Async<jobs::Outcome> gather(jobs::Job job);

private:
    struct Case {
        Order order;
        Attempt attempt;
        suppliers::Provider provider;
        suppliers::Endpoint endpoint;
        std::optional<Money> expected;
        std::optional<Gap> gap;
    };
    Result<Case> open(db::Tx& tx, OrderId id) const;
    Async<void> learn_price(Case& one) const;
    Async<std::optional<Scan>> search(const Case& one) const;
    Async<bool> look_into_books(const Case& one) const;

    Result<bool> settle(db::Tx& tx, const Case& one, const Scan& scan) const;
    std::optional<Books> read_books_of(db::Tx& tx, const Case& one) const;
    Claim claim_of(db::Tx& tx, const Case& one) const;
    void add_rivals(db::Tx& tx, const Case& one, Claim& claim) const;

    Async<bool> ask_again(const Case& one) const;
    Result<bool> may_ask_again(db::Tx& tx, const Case& one) const;
    bool still_a_repeat(const Case& one) const;
    Result<bool> note_repeat(db::Tx& tx, const Case& one, const suppliers::AddOutcome& outcome) const;

    suppliers::ProviderDesk& desk_;
    net::BlockingPool& senders_;
    const std::function<bool()> may_send_;
};

}  // namespace smg::orders
