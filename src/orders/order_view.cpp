#include "orders/order_view.hpp"

#include <algorithm>

#include "orders/decisions.hpp"
#include "orders/evidence_store.hpp"
#include "orders/failover.hpp"
#include "sites/site_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t most_fields = 64;  // of one order: a page of them grows no tables

// What the supplier charged, and what is left of what the customer paid.
void add_money(json::object& out, const Order& order, const currencies::Currency& currency, Surroundings& around)
{
    out["provider_price"] = json::from(order.provider_price);
    out["provider_currency"] = json::from(order.provider_currency);
    std::optional<Money> cost, profit;
    if (order.provider_price && order.provider_currency == currency.code) cost = order.provider_price;
    else if (auto charged = order.provider_currency ? around.currency(*order.provider_currency) : std::nullopt;
             charged && order.provider_price)
        cost = converted(*order.provider_price, charged->exchange_rate, currency.exchange_rate);
    if (cost && order.total_amount) profit = Money{order.total_amount->units - cost->units};
    out["cost"] = json::from(cost);
    out["profit"] = json::from(profit);
}

}  // namespace

json::object for_shop(const Order& order, const std::string& currency)
{
    json::object out;
    out.reserve(most_fields);
    out["id"] = order.id.value;
    out["wp_order_number"] = order.wp_order_number;
    out["item_id"] = json::from(order.item_id);
    out["status"] = order.status;
    out["date"] = iso(order.date);
    out["product_service"] = order.product_service;
    out["quantity"] = order.quantity;
    out["url"] = order.url;
    out["url_site"] = json::from(order.url_site);
    out["telegram"] = json::from(order.telegram);
    out["client_email"] = order.client_email;
    out["total_amount"] = json::from(order.total_amount);
    out["currency"] = currency;
    out["type_payment"] = json::from(order.type_payment);
    out["supplier_order_number"] = json::from(order.supplier_order_number);
    out["order_type"] = order.order_type;
    out["params"] = order.params;
    out["remains"] = json::from(order.remains);
    out["start_count"] = json::from(order.start_count);
    out["is_archive"] = order.is_archive;
    out["created_at"] = iso(order.created_at);
    out["updated_at"] = iso(order.updated_at);
    out["finished_at"] = json::from(order.finished_at);
    return out;
}

const currencies::Currency& Surroundings::currency(std::int64_t id)
{
    auto [at, fresh] = currencies_.try_emplace(id);
    if (fresh)
        if (auto found = currencies::find_currency(tx_, id)) at->second = std::move(*found);
    return at->second;
}

std::optional<currencies::Currency> Surroundings::currency(const std::string& code)
{
    auto [at, fresh] = by_code_.try_emplace(code);
    if (fresh) at->second = currencies::find_currency(tx_, code);
    return at->second;
}

const std::string& Surroundings::site_name(SiteId id)
{
    auto [at, fresh] = sites_.try_emplace(id);
    if (fresh)
        if (auto site = sites::find_site(tx_, id)) at->second = std::move(site->name);
    return at->second;
}

const std::string& Surroundings::supplier_name(ProviderId id)
{
    auto [at, fresh] = suppliers_.try_emplace(id);
    if (fresh)
        if (auto provider = suppliers::find_provider(tx_, id)) at->second = std::move(provider->name);
    return at->second;
}

json::object for_person(const Order& order, Surroundings& around, http::Role role)
{
    const auto& currency = around.currency(order.currency_id);
    auto out = for_shop(order, currency.code);
    out["site_id"] = order.site_id.value;
    out["site_name"] = around.site_name(order.site_id);
    out["phase"] = word(order.phase);
    out["version"] = order.version;
    out["api_type"] = json::from(order.api_type);
    out["supplier_id"] = json::from(order.supplier_id);
    out["supplier_service_id"] = json::from(order.supplier_service_id);
    out["api_provider_id"] = json::from(order.api_provider_id);
    out["supplier_name"] = order.api_provider_id ? json::value(around.supplier_name(*order.api_provider_id)) : nullptr;
    out["route_provider_id"] = json::from(order.route_provider_id);
    out["route_service_id"] = json::from(order.route_service_id);
    out["supplier_status"] = json::from(order.supplier_status);
    out["remains_status"] = order.remains_status;
    out["reason"] = json::from(order.reason);
    out["reason_text"] = json::from(order.reason_text);
    out["suspicion"] = order.suspicion;
    out["suspicion_reasons"] = order.suspicion_reasons;
    out["refill_number"] = json::from(order.refill_number);
    out["refill_status"] = json::from(order.refill_status);
    out["notes"] = json::from(order.notes);
    out["answered_at"] = json::from(order.answered_at);
    out["actions"] = role == http::Role::user ? json::array() : json::from(decisions_on(order)).get_array();
    if (role != http::Role::user) add_money(out, order, currency, around);
    return out;
}

json::value waits_for(db::Tx& tx, const Order& order)
{
    if (order.phase != Phase::launching) return nullptr;
    auto route = route_of(tx, order);
    if (!route || route->takes()) return nullptr;
    auto provider = suppliers::find_provider(tx, route->provider);
    json::object out;
    out["reason"] = route->paused ? "paused" : "no_funds";
    out["api_provider_id"] = route->provider.value;
    out["supplier"] = route->provider_name;
    out["since"] = json::from(route->paused ? provider->paused_at : provider->funds_out_at);
    return out;
}

// The first of the two people that sending a large amount again takes; their answer is about the attempt that is unknown.
json::value first_of_two(db::Tx& tx, const Order& order, const http::Caller& caller)
{
    auto attempt = order.phase == Phase::uncertain ? unknown_attempt(tx, order.id) : std::nullopt;
    if (!attempt) return nullptr;
    auto asked = tx.find<Event>(
        "FROM order_events WHERE order_id = ? AND kind = 'send_again_asked' AND from_value = ? ORDER BY id LIMIT 1",
        order.id, std::to_string(attempt->id.value));
    if (!asked) return nullptr;
    json::object out;
    out["actor"] = asked->actor;
    out["at"] = iso(asked->at);
    out["own"] = asked->to_value == caller.key();
    return out;
}

json::array suppliers_tried(db::Tx& tx, const std::vector<Attempt>& attempts)
{
    std::vector<ProviderId> seen;
    json::array names;
    for (const auto& attempt : attempts) {
        if (std::ranges::find(seen, attempt.api_provider_id) != seen.end()) continue;
        seen.push_back(attempt.api_provider_id);
        auto provider = suppliers::find_provider(tx, attempt.api_provider_id);
        names.push_back(provider ? json::value(provider->name) : json::value(attempt.api_provider_id.value));
    }
    return names;
}

json::array shown(const std::vector<Attempt>& attempts)
{
    json::array out;
    for (const auto& attempt : attempts) {
        auto one = json::from(attempt);
        one.as_object().erase("boot_id");
        out.push_back(std::move(one));
    }
    return out;
}

json::array shown(const std::vector<Event>& events, http::Role role)
{
    json::array out;
    for (const auto& event : events) {
        auto one = json::from(event);
        one.as_object().erase("order_id");
        if (role == http::Role::user) one.as_object().erase("reply");
        out.push_back(std::move(one));
    }
    return out;
}

// What came to light about an order is for those who decide about it.
json::object with_history(db::Tx& tx, const Order& order, const http::Caller& caller)
{
    Surroundings around(tx);
    auto out = for_person(order, around, caller.role);
    auto attempts = attempts_of(tx, order.id);
    out["waits_for"] = waits_for(tx, order);
    out["send_again_asked"] = first_of_two(tx, order, caller);
    out["suppliers_tried"] = suppliers_tried(tx, attempts);
    out["events"] = shown(events_of(tx, order.id), caller.role);
    if (caller.role == http::Role::user) return out;
    out["attempts"] = shown(attempts);
    out["evidence"] = shown(evidence_of(tx, order.id));
    return out;
}

}  // namespace smg::orders
