#pragma once

#include <boost/describe/class.hpp>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "currencies/currency_store.hpp"
#include "http/caller.hpp"
#include "orders/attempt_store.hpp"
#include "orders/decisions.hpp"
#include "orders/event_store.hpp"
#include "orders/evidence_store.hpp"
#include "orders/order.hpp"

namespace smg::orders {

/// What the views below give, for the API reference; a test compares them with what is answered.
struct OrderForShop {
    OrderId id;
    std::string wp_order_number;
    std::optional<std::string> item_id;
    std::string status;
    Time date;
    std::string product_service;
    std::int64_t quantity = 0;
    std::string url;
    std::optional<std::string> url_site, telegram;
    std::string client_email;
    std::optional<Money> total_amount;
    std::string currency;
    std::optional<std::string> type_payment;
    std::optional<std::string> supplier_order_number;
    std::string order_type;
    json::object params;
    std::optional<std::int64_t> remains, start_count;
    bool is_archive = false;
    Time created_at, updated_at;
    std::optional<Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(OrderForShop, (),
                      (id, wp_order_number, item_id, status, date, product_service, quantity, url, url_site, telegram,
                       client_email, total_amount, currency, type_payment, supplier_order_number, order_type, params,
                       remains, start_count, is_archive, created_at, updated_at, finished_at))

struct OrderForPerson : OrderForShop {
    SiteId site_id;
    std::string site_name;
    Phase phase = Phase::review;
    std::int64_t version = 0;
    std::optional<std::string> api_type, supplier_id, supplier_service_id;
    std::optional<ProviderId> api_provider_id;
    std::optional<std::string> supplier_name;
    std::optional<ProviderId> route_provider_id;
    std::optional<std::string> route_service_id, supplier_status;
    bool remains_status = false;
    std::optional<std::string> reason, reason_text;
    int suspicion = 0;
    json::array suspicion_reasons;
    std::optional<std::string> refill_number, refill_status, notes;
    std::optional<Time> answered_at;
    std::vector<DecisionKind> actions;
    std::optional<Money> provider_price;
    std::optional<std::string> provider_currency;
    std::optional<Money> cost, profit;
};
BOOST_DESCRIBE_STRUCT(OrderForPerson, (OrderForShop),
                      (site_id, site_name, phase, version, api_type, supplier_id, supplier_service_id, api_provider_id,
                       supplier_name, route_provider_id, route_service_id, supplier_status, remains_status, reason,
                       reason_text, suspicion, suspicion_reasons, refill_number, refill_status, notes, answered_at, actions,
                       provider_price, provider_currency, cost, profit))

struct WaitsFor {
    std::string reason;
    ProviderId api_provider_id;
    std::string supplier;
    std::optional<Time> since;
};
BOOST_DESCRIBE_STRUCT(WaitsFor, (), (reason, api_provider_id, supplier, since))

struct FirstOfTwo {
    std::string actor;
    Time at;
    bool own = false;
};
BOOST_DESCRIBE_STRUCT(FirstOfTwo, (), (actor, at, own))

struct ShownEvent : Event {
    static constexpr auto left_out = std::to_array<std::string_view>({"order_id"});
    BOOST_DESCRIBE_CLASS(ShownEvent, (Event), (), (), ())
};

struct ShownAttempt : Attempt {
    static constexpr auto left_out = std::to_array<std::string_view>({"boot_id"});
    BOOST_DESCRIBE_CLASS(ShownAttempt, (Attempt), (), (), ())
};

struct ShownEvidence : EvidenceRow {
    static constexpr auto left_out = std::to_array<std::string_view>({"order_id"});
    BOOST_DESCRIBE_CLASS(ShownEvidence, (EvidenceRow), (), (), ())
};

struct OrderWithHistory : OrderForPerson {
    std::optional<WaitsFor> waits_for;
    std::optional<FirstOfTwo> send_again_asked;
    json::array suppliers_tried;
    std::vector<ShownEvent> events;
    std::optional<std::vector<ShownAttempt>> attempts;
    std::optional<std::vector<ShownEvidence>> evidence;
};
BOOST_DESCRIBE_STRUCT(OrderWithHistory, (OrderForPerson),
                      (waits_for, send_again_asked, suppliers_tried, events, attempts, evidence))

/// An order as a shop may see it: its number at the supplier, but never cost, which supplier, attempts or the supplier's
/// words.
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
