#pragma once

#include <string>

#include "db/tx.hpp"
#include "orders/order.hpp"
#include "orders/waiting.hpp"
#include "settings/settings.hpp"
#include "suppliers/provider_store.hpp"

// What people are told of orders, in the transaction in which it happens.
namespace smg::orders {

void raise_suspicious(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings);
void raise_notaccepted(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings);
void raise_uncertain(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings);
void raise_lane_paused(db::Tx& tx, Time now, const suppliers::Provider& provider, std::int64_t lost,
                       const std::string& reason, const settings::Settings& settings);
void raise_supplier_silent(db::Tx& tx, Time now, const suppliers::Provider& provider, Time since,
                           const settings::Settings& settings);
/// The supplier has an order that was given up, or sent again, meanwhile.
void raise_accepted_late(db::Tx& tx, Time now, const Order& order, const std::string& number,
                         const settings::Settings& settings);
/// Once for each outage of a supplier's funds; reword_… puts the figures of now into it.
void raise_out_of_funds(db::Tx& tx, Time now, const suppliers::Provider& provider, const Demand& demand,
                        const settings::Settings& settings);
void reword_out_of_funds(db::Tx& tx, const suppliers::Provider& provider, const Demand& demand,
                         const settings::Settings& settings);
/// What has come to light about an uncertain order, into its notice: its reminders say it.
void reword_uncertain(db::Tx& tx, const Order& order, const std::vector<std::string>& evidence,
                      const settings::Settings& settings);
/// Orders go to another supplier: once a day for each supplier and reason.
void raise_failover(db::Tx& tx, Time now, ProviderId from, const std::string& from_name, const std::string& to_name,
                    std::string_view reason, const settings::Settings& settings);
/// The supplier gives no status for it.
void raise_no_status(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings);
/// The supplier says something of an order that nobody knows, so that it would be followed for ever: once a day for each
/// supplier and word.
void raise_unknown_status(db::Tx& tx, Time now, const Order& order, const std::string& said,
                          const settings::Settings& settings);
/// The customer has their money back, or wants nothing any more, while the order may be with a supplier.
void raise_shop_cancel(db::Tx& tx, Time now, const Order& order, const std::string& told,
                       const settings::Settings& settings);
void raise_not_sent(db::Tx& tx, Time now, const Order& order, const std::string& reason, const settings::Settings& settings);

}  // namespace smg::orders
