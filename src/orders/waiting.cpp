#include "orders/waiting.hpp"

#include <map>
#include <tuple>

#include "currencies/currency_store.hpp"

namespace smg::orders {
namespace {

constexpr int most_counted = 10'000;

// The shops' supplier ids whose first active supplier is this one; parameter: the supplier, twice.
constexpr std::string_view goes_there =
    "(route_provider_id = ? OR (route_provider_id IS NULL AND supplier_id IN (SELECT m.supplier_id FROM "
    "supplier_api_mappings m WHERE m.api_provider_id = ? AND NOT EXISTS (SELECT 1 FROM supplier_api_mappings o JOIN "
    "api_providers p ON p.id = o.api_provider_id AND p.is_active = 1 WHERE o.supplier_id = m.supplier_id AND "
    "o.priority < m.priority))))";

constexpr std::string_view was_refused =
    "phase = 'notaccepted' AND updated_at >= ? AND reason = 'no_funds' AND api_provider_id = ? AND is_archive = 0";

using Sum = std::tuple<std::int64_t, std::int64_t, Money>;  // currency, orders, shops' total

}  // namespace

std::vector<Order> waiting_for(db::Tx& tx, ProviderId provider, OrderId after, int most)
{
    return tx.select<Order>(
        "FROM orders WHERE phase = 'launching' AND id > ? AND " + std::string(goes_there) + " ORDER BY id LIMIT ?", after,
        provider, provider, most);
}

std::vector<Order> refused_for_funds(db::Tx& tx, ProviderId provider, Time since, int most)
{
    return tx.select<Order>("FROM orders WHERE " + std::string(was_refused) + " ORDER BY id LIMIT ?", since, provider, most);
}

Demand demand_for(db::Tx& tx, ProviderId provider, Time since)
{
    const std::string sum =
        "SELECT currency_id, COUNT(*), COALESCE(SUM(total_amount), 0) FROM (SELECT currency_id, total_amount FROM orders "
        "WHERE ";
    const std::string each = " LIMIT ?) AS bounded GROUP BY currency_id";
    auto sums =
        tx.query<Sum>(sum + "phase = 'launching' AND " + std::string(goes_there) + each, provider, provider, most_counted);
    auto refused = tx.query<Sum>(sum + std::string(was_refused) + each, since, provider, most_counted);
    sums.insert(sums.end(), refused.begin(), refused.end());
    Demand demand;
    std::map<std::int64_t, Money> totals;
    for (const auto& [currency, count, total] : sums) {
        demand.count += count;
        totals[currency].units += total.units;
    }
    for (const auto& [id, total] : totals) {
        auto currency = currencies::find_currency(tx, id);
        demand.amount += (demand.amount.empty() ? "" : ", ") + total.text() + (currency ? " " + currency->code : "");
    }
    return demand;
}

std::int64_t number_in(std::string_view payload, std::string_view name)
{
    auto json = json::parse(payload);
    auto found = json && json->is_object() ? json->get_object().if_contains(name) : nullptr;
    return found ? json::as_integer(*found).value_or(0) : 0;
}

}  // namespace smg::orders
