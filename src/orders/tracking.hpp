#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "jobs/job.hpp"
#include "net/http_client.hpp"
#include "orders/order_store.hpp"
#include "settings/settings.hpp"
#include "suppliers/provider_store.hpp"
#include "suppliers/status.hpp"
#include "suppliers/traffic.hpp"

namespace smg::orders {

inline constexpr std::string_view poll_job = "order.poll";      // payload {"provider":3}: the statuses that are due there
inline constexpr std::string_view refill_job = "order.refill";  // payload {"order":41}
inline constexpr std::string_view cancel_job = "order.cancel";  // payload {"order":41}

/// What a supplier said of one order, written to it: a move when the word says so, else the figures. True when something
/// that people see has changed.
Result<bool> apply_status(db::Tx& tx, Time now, const Order& order, const suppliers::OrderStatus& status,
                          const settings::Settings& settings);

/// Asks the supplier to cancel, or to refill, in a job of its own; what comes of it is seen by the next statuses.
Result<Order> ask_cancel(db::Tx& tx, Time now, const Order& order, const Actor& who);
Result<Order> ask_refill(db::Tx& tx, Time now, const Order& order, const Actor& who);

/// Asks the supplier for the status soon, not only when its turn comes. Code::conflict when nothing runs there.
Result<Order> ask_refresh(db::Tx& tx, Time now, const Order& order, const Actor& who);

/// Follows orders at their suppliers. At most 100 orders a call, `statuses.parallel` calls at once, and no more calls a
/// second than the supplier's row allows.
class Tracking {
public:
    Tracking(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings,
             net::HttpClient& http, suppliers::Traffic& traffic);

    /// Task `statuses`: one poll job for each supplier that has orders due.
    Async<jobs::Outcome> enqueue_polls(jobs::Job job);

    Async<jobs::Outcome> poll(jobs::Job job);
    Async<jobs::Outcome> refill(jobs::Job job);
    Async<jobs::Outcome> cancel(jobs::Job job);

private:
    struct Visit {
        suppliers::Provider provider;
        suppliers::Endpoint endpoint;
        std::vector<Order> orders;
    };
    Async<Result<Visit>> visit_for(std::int64_t order) const;
    Result<Visit> next_visit(db::Tx& tx, ProviderId id, bool refills, int most) const;
    Async<bool> poll_together(Visit visit) const;
    Async<std::optional<std::string>> poll_statuses(Visit visit) const;
    Async<std::optional<std::string>> poll_refills(Visit visit) const;
    using ChangesFor = std::function<std::vector<Change>(db::Tx&, const Order&)>;
    Async<void> write_answer(const Visit& visit, std::string kind, std::string detail, ChangesFor changes) const;
    Async<void> visit_refills(ProviderId provider);
    Async<int> visit_statuses(ProviderId provider, int most);

    db::Database& db_;
    const Clock& clock_;
    const MasterKey& master_;
    const settings::Settings& settings_;
    net::HttpClient& http_;
    suppliers::Traffic& traffic_;
};

}  // namespace smg::orders
