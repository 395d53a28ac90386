#pragma once

#include "db/tx.hpp"
#include "jobs/job.hpp"
#include "orders/attempt_store.hpp"
#include "orders/order.hpp"
#include "orders/upkeep.hpp"
#include "settings/settings.hpp"
#include "suppliers/provider_store.hpp"

// What a supplier without funds (suppliers/funds.hpp) means for orders.
namespace smg::orders {

/// It refused this order for want of funds: its lane waits from now on. True when people must hear of it, tell_of_funds().
bool park_for_funds(db::Tx& tx, Time now, const Order& order, const Attempt& attempt, const settings::Settings& settings);

/// One notice for each outage: the balance, and how many orders wait for how much.
void tell_of_funds(db::Tx& tx, Time now, ProviderId provider, const settings::Settings& settings);

/// The same notice with the figures of now, for its reminders.
void reword_funds(db::Tx& tx, const suppliers::Provider& provider, const settings::Settings& settings);

/// Job `supplier.funds_back`: sends again what was refused, the oldest first; or tells of each, when the supplier refused
/// although the money was there.
Async<jobs::Outcome> after_funds(UpkeepDesk desk, jobs::Job job);

/// When nothing waits that could find out whether there is money again, the oldest refused order does.
Result<void> probe_with_refused(db::Tx& tx, Time now);

}  // namespace smg::orders
