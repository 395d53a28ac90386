#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "http/metrics.hpp"
#include "jobs/job.hpp"
#include "net/blocking_pool.hpp"
#include "orders/attempt_store.hpp"
#include "orders/order.hpp"
#include "orders/send_journal.hpp"
#include "settings/settings.hpp"
#include "suppliers/api_client.hpp"
#include "suppliers/provider_store.hpp"
#include "suppliers/traffic.hpp"

namespace smg::orders {

inline constexpr std::string_view send_job = "order.send";

/// Puts an order that is `launching` on its supplier's lane, in the caller's transaction. Twice is once. `run_at` in the
/// past puts it before those that came since.
/// Of the job that sends an order.
std::string send_key(OrderId order);

void enqueue_send(db::Tx& tx, Time now, const Order& order, std::optional<Time> run_at = {});

struct DispatchOptions {
    // From the commit of step 3 to the first byte; well below the 120 s after which a boot counts as dead.
    Duration write_within = std::chrono::seconds(30);
    bool retry_on_timeout = false;  // tests: the mistake that their audit must find
};

/// The same for orders that this transaction has made; those in another phase are passed over.
void enqueue_first_sends(db::Tx& tx, Time now, std::span<const Order> orders);

/// Sends orders to suppliers: the send protocol of docs/decisions/0004-send-protocol.md.
///
///   1. one commit:  attempt `prepared`
///   2. connect, TLS
///   3. just before the first byte: one commit, attempt and order `sending`; then `go` in the send journal
///   4. write, read the reply, classify it
///   5. the reply into the send journal; one commit: the attempt's verdict, the order's next phase, notices
///
/// What dies between 3 and 5 is found by recovery: what the journal cannot prove is `unknown`, and never sent again without
/// a person.
class Dispatch {
public:
    Dispatch(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings,
             net::BlockingPool& senders, suppliers::Traffic& traffic, http::Metrics& metrics, SendJournal& journal,
             std::string boot_id, DispatchOptions options = {});

    /// The worker of `order.send`.
    Async<jobs::Outcome> send(jobs::Job job);

    /// From now on nothing is written to a supplier any more. From any thread.
    void close() { closed_ = true; }

    /// How many orders of a lane may be on their way at once: 0 while the supplier is paused or does not answer.
    int lane_limit(std::string_view lane) const;

    /// Reads pauses and limits anew: at start, when a provider was changed here, and now and then for other nodes.
    Async<void> refresh_lanes();

private:
    struct Prepared {
        Order order;
        Attempt attempt;
        suppliers::Endpoint endpoint;
        std::vector<std::pair<std::string, std::string>> fields;
    };
    /// Nothing to send: why, and when to look again if at all.
    struct Nothing {
        jobs::Outcome outcome;
    };
    using Preparation = std::variant<Prepared, Nothing>;

    Result<Preparation> prepare(db::Tx& tx, OrderId id) const;
    suppliers::AddOutcome ask_supplier(const Prepared& prepared) const;
    void note_reply(const Prepared& prepared, const suppliers::AddOutcome& outcome) const;
    bool mark_sending(const Prepared& prepared) const;
    bool say_go(const Prepared& prepared, Duration begun) const;
    Result<void> commit_sending(const Prepared& prepared) const;
    Async<void> save(const Prepared& prepared, suppliers::AddOutcome outcome, const jobs::Job& job) const;

    db::Database& db_;
    const Clock& clock_;
    const MasterKey& master_;
    const settings::Settings& settings_;
    net::BlockingPool& senders_;
    suppliers::Traffic& traffic_;
    http::Metrics& metrics_;
    SendJournal& journal_;
    std::string boot_id_;
    const DispatchOptions options_;
    std::atomic<bool> closed_ = false;

    mutable std::mutex lanes_mutex_;
    std::map<ProviderId, int> lanes_;
};

/// Writes what became of an attempt, in one transaction: closes it, moves the order, tells people, pauses the lane after too
/// many lost answers. Idempotent: an attempt that is closed already is left as it is.
Result<void> record_outcome(db::Tx& tx, Time now, const Attempt& attempt, const suppliers::AddOutcome& outcome,
                            const settings::Settings& settings);

/// The attempt of a process that died while its request may have been on the wire: unknown, uncertain, told.
Result<void> record_lost(db::Tx& tx, Time now, const Attempt& attempt, const settings::Settings& settings);

/// An order that cannot be sent as it is: refused for `reason`, told, and to be resent by a person.
Result<void> refuse_unsendable(db::Tx& tx, Time now, const Order& order, const std::string& reason, const std::string& text,
                               const settings::Settings& settings);

}  // namespace smg::orders
