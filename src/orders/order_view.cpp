#include "orders/order_view.hpp"

#include <algorithm>

#include "orders/failover.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t most_fields = 64;  // of one order: a page of them grows no tables

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

json::object for_person(const Order& order, const std::string& currency)
{
    auto out = for_shop(order, currency);
    out["site_id"] = order.site_id.value;
    out["phase"] = word(order.phase);
    out["version"] = order.version;
    out["api_type"] = json::from(order.api_type);
    out["supplier_id"] = json::from(order.supplier_id);
    out["supplier_service_id"] = json::from(order.supplier_service_id);
    out["api_provider_id"] = json::from(order.api_provider_id);
    out["route_provider_id"] = json::from(order.route_provider_id);
    out["route_service_id"] = json::from(order.route_service_id);
    out["supplier_order_number"] = json::from(order.supplier_order_number);
    out["supplier_status"] = json::from(order.supplier_status);
    out["provider_price"] = json::from(order.provider_price);
    out["provider_currency"] = json::from(order.provider_currency);
    out["remains_status"] = order.remains_status;
    out["reason"] = json::from(order.reason);
    out["reason_text"] = json::from(order.reason_text);
    out["suspicion"] = order.suspicion;
    out["suspicion_reasons"] = order.suspicion_reasons;
    out["refill_number"] = json::from(order.refill_number);
    out["refill_status"] = json::from(order.refill_status);
    out["notes"] = json::from(order.notes);
    out["answered_at"] = json::from(order.answered_at);
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

json::array shown(const std::vector<Event>& events)
{
    json::array out;
    for (const auto& event : events) {
        auto one = json::from(event);
        one.as_object().erase("order_id");
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace smg::orders
