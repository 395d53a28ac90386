#pragma once

#include <boost/describe/class.hpp>

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "currencies/currency_store.hpp"
#include "http/caller.hpp"
#include "orders/attempt_store.hpp"
#include "orders/event_store.hpp"
#include "orders/order.hpp"

namespace smg::orders {

/// An order as a shop may see it: never cost, supplier, attempts or the supplier's words.
json::object for_shop(const Order& order, const std::string& currency);

/// What a person's view of orders needs beside them; read once for a whole page.
class Surroundings {
public:
    /// Of one transaction.
    explicit Surroundings(db::Tx& tx) : tx_(tx) {}

    const currencies::Currency& currency(std::int64_t id);
    std::optional<currencies::Currency> currency(const std::string& code);
    const std::string& site_name(SiteId id);
    const std::string& supplier_name(ProviderId id);

private:
    db::Tx& tx_;
    std::map<std::int64_t, currencies::Currency> currencies_;
    std::map<std::string, std::optional<currencies::Currency>> by_code_;
    std::map<SiteId, std::string> sites_;
    std::map<ProviderId, std::string> suppliers_;
};

/// An order as people see it, with the decisions that the caller may take now. Cost and profit, in the order's currency
/// where the rates are known, are for managers and administrators.
json::object for_person(const Order& order, Surroundings& around, http::Role role);

/// The whole of it: with its history, and for those who decide with what was tried and what came to light.
json::object with_history(db::Tx& tx, const Order& order, const http::Caller& caller);

/// What an order that is `launching` waits for beside its turn: a supplier that is paused or has no funds. Null: its turn.
json::value waits_for(db::Tx& tx, const Order& order);

/// The suppliers that were asked for it, in their order, each once.
json::array suppliers_tried(db::Tx& tx, const std::vector<Attempt>& attempts);

json::array shown(const std::vector<Attempt>& attempts);

/// A person with the role `user` does not see the suppliers' own words: they may name prices.
json::array shown(const std::vector<Event>& events, http::Role role);

}  // namespace smg::orders
