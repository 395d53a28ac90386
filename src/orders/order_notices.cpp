#include "orders/order_notices.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "notices/notice_store.hpp"
#include "sites/site_store.hpp"

namespace smg::orders {
namespace {

using notices::Kind;
using notices::Level;

std::string site_name(db::Tx& tx, SiteId id)
{
    auto site = sites::find_site(tx, id);
    return site ? site->name : std::to_string(id.value);
}

std::string supplier_name(db::Tx& tx, const Order& order)
{
    auto provider = order.api_provider_id ? suppliers::find_provider(tx, *order.api_provider_id) : std::nullopt;
    return provider ? provider->name : order.supplier_id.value_or("");
}

std::string signals_of(const Order& order)
{
    std::string list;
    if (!order.suspicion_reasons.is_array()) return list;
    for (const auto& reason : order.suspicion_reasons.get_array()) {
        auto signal = reason.is_object() ? reason.get_object().if_contains("signal") : nullptr;
        if (!signal || !signal->is_string()) continue;
        list += list.empty() ? "" : ", ";
        list += std::string_view(signal->get_string());
    }
    return list;
}

notices::NewNotice about(db::Tx& tx, const Order& order, Kind kind, Level level)
{
    notices::NewNotice notice;
    notice.kind = kind;
    notice.level = level;
    // One notice for each time that the order comes to this state: the version tells them apart.
    notice.dedup_key = fmt::format("{}:{}:{}", word(kind), order.id.value, order.version);
    notice.site_id = order.site_id;
    notice.order_id = order.id;
    notice.provider_id = order.api_provider_id;
    notice.values = {{"order", order.wp_order_number}, {"site", site_name(tx, order.site_id)}};
    return notice;
}

notices::NewNotice of_uncertain(db::Tx& tx, const Order& order)
{
    auto notice = about(tx, order, Kind::uncertain, Level::alarm);
    notice.values.insert(notice.values.end(), {{"supplier", supplier_name(tx, order)},
                                               {"reason", order.reason_text.value_or("")},
                                               {"amount", order.total_amount ? order.total_amount->text() : ""}});
    return notice;
}

notices::NewNotice of_funds(const suppliers::Provider& provider, const Demand& demand)
{
    notices::NewNotice notice;
    notice.kind = Kind::out_of_funds;
    notice.level = Level::alarm;
    notice.dedup_key = fmt::format("out_of_funds:{}:{}", provider.id.value, stored(provider.funds_since.value_or(Time{})));
    notice.provider_id = provider.id;
    auto balance = provider.api_balance ? provider.api_balance->text() + " " + provider.currency.value_or("") : "";
    notice.values = {{"supplier", provider.name},
                     {"balance", balance},
                     {"count", std::to_string(demand.count)},
                     {"amount", demand.amount}};
    return notice;
}

void raise(db::Tx& tx, Time now, const settings::Settings& settings, const notices::NewNotice& notice)
{
    notices::raise(tx, now, notices::language_of(settings), notice);
}

}  // namespace

void raise_suspicious(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings)
{
    auto notice = about(tx, order, Kind::suspicious, Level::warning);
    notice.values.insert(
        notice.values.end(),
        {{"email", order.client_email}, {"score", std::to_string(order.suspicion)}, {"reasons", signals_of(order)}});
    raise(tx, now, settings, notice);
}

void raise_notaccepted(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings)
{
    bool unmapped = order.reason == "no_mapping";
    auto notice = about(tx, order, unmapped ? Kind::no_mapping : Kind::notaccepted, Level::warning);
    // The task `errors` may send it again and again: for one reason people are told once a day.
    notice.dedup_key =
        fmt::format("notaccepted:{}:{}:{}", order.id.value, order.reason.value_or(""), stored(now).substr(0, 10));
    notice.values.insert(notice.values.end(),
                         {{"supplier", supplier_name(tx, order)},
                          {"reason", order.reason_text.value_or("")},
                          {"service", fmt::format("{} ({}/{})", order.product_service, order.supplier_id.value_or("-"),
                                                  order.supplier_service_id.value_or("-"))}});
    raise(tx, now, settings, notice);
}

void raise_uncertain(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings)
{
    raise(tx, now, settings, of_uncertain(tx, order));
}

void reword_uncertain(db::Tx& tx, const Order& order, const std::vector<std::string>& evidence,
                      const settings::Settings& settings)
{
    auto notice = of_uncertain(tx, order);
    notice.lines = evidence;
    notices::reword(tx, notices::language_of(settings), notice);
}

void raise_out_of_funds(db::Tx& tx, Time now, const suppliers::Provider& provider, const Demand& demand,
                        const settings::Settings& settings)
{
    raise(tx, now, settings, of_funds(provider, demand));
}

void reword_out_of_funds(db::Tx& tx, const suppliers::Provider& provider, const Demand& demand,
                         const settings::Settings& settings)
{
    notices::reword(tx, notices::language_of(settings), of_funds(provider, demand));
}

void raise_failover(db::Tx& tx, Time now, ProviderId from, const std::string& from_name, const std::string& to_name,
                    std::string_view reason, const settings::Settings& settings)
{
    notices::NewNotice notice;
    notice.kind = Kind::decision_needed;
    notice.dedup_key = fmt::format("failover:{}:{}:{}", from.value, reason, stored(now).substr(0, 10));
    notice.provider_id = from;
    notice.values = {{"subject", fmt::format("orders of supplier {} go to {}", from_name, to_name)},
                     {"reason", std::string(reason)}};
    raise(tx, now, settings, notice);
}

void raise_lane_paused(db::Tx& tx, Time now, const suppliers::Provider& provider, std::int64_t lost,
                       const std::string& reason, const settings::Settings& settings)
{
    notices::NewNotice notice;
    notice.kind = Kind::lane_paused;
    notice.level = Level::alarm;
    notice.dedup_key = fmt::format("lane_paused:{}:{}", provider.id.value, stored(now));
    notice.provider_id = provider.id;
    notice.values = {{"supplier", provider.name}, {"count", std::to_string(lost)}, {"reason", reason}};
    raise(tx, now, settings, notice);
}

void raise_supplier_silent(db::Tx& tx, Time now, const suppliers::Provider& provider, Time since,
                           const settings::Settings& settings)
{
    auto hour = std::chrono::floor<std::chrono::hours>(now);
    notices::NewNotice notice;
    notice.kind = Kind::supplier_silent;
    notice.level = Level::alarm;
    notice.dedup_key =
        fmt::format("supplier_silent:{}:{}", provider.id.value, stored(std::chrono::time_point_cast<Duration>(hour)));
    notice.provider_id = provider.id;
    auto minutes = std::chrono::floor<std::chrono::minutes>(now - since).count();
    notice.values = {{"supplier", provider.name}, {"minutes", std::to_string(minutes)}};
    raise(tx, now, settings, notice);
}

void raise_accepted_late(db::Tx& tx, Time now, const Order& order, const std::string& number,
                         const settings::Settings& settings)
{
    auto notice = about(tx, order, Kind::decision_needed, Level::alarm);
    notice.dedup_key = fmt::format("accepted_late:{}:{}", order.id.value, number);
    notice.values.insert(notice.values.end(),
                         {{"subject", fmt::format("order {} is {} here", order.wp_order_number, order.status)},
                          {"reason", fmt::format("the supplier took it after all, under the number {}", number)}});
    raise(tx, now, settings, notice);
}

void raise_no_status(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings)
{
    auto notice = about(tx, order, Kind::decision_needed, Level::warning);
    notice.dedup_key = fmt::format("no_status:{}:{}", order.id.value, stored(now).substr(0, 10));
    notice.values.insert(notice.values.end(),
                         {{"subject", fmt::format("the supplier gives no status for order {}", order.wp_order_number)},
                          {"reason", order.supplier_status.value_or("")}});
    raise(tx, now, settings, notice);
}

void raise_unknown_status(db::Tx& tx, Time now, const Order& order, const std::string& said,
                          const settings::Settings& settings)
{
    auto notice = about(tx, order, Kind::decision_needed, Level::warning);
    notice.dedup_key = fmt::format("status_word:{}:{}:{}", order.api_provider_id.value_or(ProviderId{}).value,
                                   sha256_hex(said).substr(0, 16), stored(now).substr(0, 10));
    notice.values.insert(notice.values.end(), {{"subject", fmt::format("supplier {} says of order {} what nobody knows",
                                                                       supplier_name(tx, order), order.wp_order_number)},
                                               {"reason", said}});
    raise(tx, now, settings, notice);
}

void raise_shop_cancel(db::Tx& tx, Time now, const Order& order, const std::string& told, const settings::Settings& settings)
{
    auto notice = about(tx, order, Kind::decision_needed, Level::warning);
    notice.dedup_key = fmt::format("shop_cancel:{}:{}", order.id.value, stored(now));
    notice.values.insert(notice.values.end(),
                         {{"subject", fmt::format("order {} is {} here", order.wp_order_number, order.status)},
                          {"reason", fmt::format("the shop says: {}", told)}});
    raise(tx, now, settings, notice);
}

void raise_not_sent(db::Tx& tx, Time now, const Order& order, const std::string& reason, const settings::Settings& settings)
{
    auto notice = about(tx, order, Kind::decision_needed, Level::warning);
    auto hour = std::chrono::floor<std::chrono::hours>(now);
    notice.dedup_key =
        fmt::format("not_sent:{}:{}", order.supplier_id.value_or("-"), stored(std::chrono::time_point_cast<Duration>(hour)));
    notice.values.insert(
        notice.values.end(),
        {{"subject", fmt::format("order {} cannot be sent to supplier {}", order.wp_order_number, supplier_name(tx, order))},
         {"reason", reason}});
    raise(tx, now, settings, notice);
}

}  // namespace smg::orders
