#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orders/reconcile.hpp"
#include "orders/send_journal_testing.hpp"
#include "orders/testing.hpp"

// For tests only: orders, and the journal of a process that sent them.
namespace smg::orders {

// Each test is the next start after a process that ended as it says.
class Reconcile : public Orders {
protected:
    Result<Reconciled> try_start() { return reconcile_journals(desk()); }

    Reconciled start()
    {
        auto done = try_start();
        if (!done) throw std::runtime_error(done.error().message);
        return *done;
    }

    ReconcileDesk desk() { return {db(), clock, settings(), folder.path(), "node"}; }

    JournalGo go_for(const Attempt& attempt)
    {
        auto sent = order(attempt.order_id);
        return {attempt.id,
                sent.id,
                sent.site_id,
                sent.identity,
                sent.wp_order_number,
                attempt.api_provider_id,
                "77",
                attempt.quantity,
                attempt.link_key,
                now};
    }

    /// The order has been taken and the attempt begun by the process whose journal this is.
    Attempt send(const std::string& number) { return begin(add(number).id, journal_boot); }

    void forget_everything_since(std::int64_t attempts_before, std::int64_t orders_before)
    {
        write([&](db::Tx& tx) -> Result<void> {
            for (const char* table : {"order_events", "idempotency", "attempts"})
                tx.execute(std::string("DELETE FROM ") + table + " WHERE order_id > ?", orders_before);
            tx.execute("DELETE FROM attempts WHERE id > ?", attempts_before);
            tx.execute("DELETE FROM jobs");
            tx.execute("DELETE FROM orders WHERE id > ?", orders_before);
            return {};
        });
    }

    // As if the database had been put back to a moment at which the order was in `phase`, unsent.
    void forget_send(const Attempt& attempt, Phase phase)
    {
        write([&](db::Tx& tx) -> Result<void> {
            tx.execute("DELETE FROM attempts WHERE id = ?", attempt.id);
            tx.execute(
                "UPDATE orders SET phase = ?, status = ?, version = version + 1, api_provider_id = NULL, "
                "supplier_order_number = NULL WHERE id = ?",
                phase, status_of(phase), attempt.order_id);
            return {};
        });
    }

    Attempt only_attempt(OrderId id)
    {
        auto all = attempts(id);
        EXPECT_EQ(all.size(), 1U);
        return all.at(0);
    }

    JournalFolder folder;
    ManualClock clock{now};
};
}  // namespace smg::orders
