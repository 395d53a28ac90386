#include "sandbox/panel.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sandbox/catalogue.hpp"

namespace smg::sandbox {
namespace {

constexpr std::size_t max_ids = 100;
constexpr std::int64_t pending_share = 10, cancel_share = 5;  // of the way to the end: 1/10, 1/5

json::object error(std::string_view text) { return {{"error", text}}; }

// `1,10,100`; nothing when there are none or too many.
std::vector<std::string> ids_in(std::string_view text)
{
    std::vector<std::string> ids;
    while (!text.empty()) {
        auto comma = std::min(text.find(','), text.size());
        auto id = trimmed(text.substr(0, comma));
        if (!id.empty()) ids.emplace_back(id);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (ids.size() > max_ids) ids.clear();
    return ids;
}

std::int64_t start_count_of(std::int64_t order) { return 100 + order * 7919 % 5000; }

}  // namespace

Panel::Panel(const Clock& clock, PanelOptions options, Keep keep)
    : clock_(clock), options_(std::move(options)), keep_(std::move(keep))
{
}

void Panel::restore(LedgerEntry entry)
{
    auto scenario = find_scenario(entry.scenario);
    next_order_ = entry.order + 1;
    options_.balance.units -= entry.charge.units;
    unsettled_.push_back(ledger_.size());
    orders_.push_back({.scenario = scenario ? scenario : find_scenario("ok")});
    ledger_.push_back(std::move(entry));
}

json::value Panel::answer(const std::string& action, const Fields& fields, const Call& call)
{
    if (action == "add") return add(fields, call);
    if (action == "services") return services();
    if (action == "status") return status(fields);
    if (action == "refill") return refill(fields);
    if (action == "refill_status") return refill_status(fields);
    if (action == "cancel") return cancel(fields);
    if (action == "balance") return json::object{{"balance", balance().text()}, {"currency", options_.currency}};
    return error("Incorrect action");
}

json::value Panel::add(const Fields& fields, const Call& call)
{
    auto request = options_.request_id_field.empty() ? "" : field(fields, options_.request_id_field);
    if (auto before = requests_.find(request); before != requests_.end()) return json::object{{"order", before->second}};
    auto service = find_service(number(field(fields, "service")).value_or(0));
    if (!service) return error("Incorrect service ID");
    auto ordered = read_order(*service, fields);
    if (!ordered) return error(ordered.error());
    if (ordered->charge > options_.balance) settle();
    if (ordered->charge > options_.balance) return error("Not enough funds on balance");

    LedgerEntry entry;
    entry.order = next_order_;
    entry.time = clock_.now();
    entry.service = service->service;
    entry.type = service->type;
    entry.link = ordered->link;
    entry.quantity = ordered->quantity;
    entry.charge = ordered->charge;
    entry.scenario = call.scenario->name;
    entry.connection = call.connection;
    entry.request = call.request;
    entry.fields = fields;
    entry.fields.erase("key");
    if (keep_) keep_(entry);
    auto number_of_it = entry.order;
    if (!request.empty()) requests_[request] = number_of_it;
    restore(std::move(entry));
    return json::object{{"order", number_of_it}};
}

json::value Panel::services() const
{
    json::array list;
    for (const auto& row : catalogue())
        list.push_back({{"service", row.service},
                        {"name", row.name},
                        {"type", row.type},
                        {"category", row.category},
                        {"rate", row.rate},
                        {"min", std::to_string(row.min)},
                        {"max", std::to_string(row.max)},
                        {"refill", row.refill},
                        {"cancel", row.cancel}});
    return list;
}

json::value Panel::status(const Fields& fields) const
{
    if (auto one = field(fields, "order"); !one.empty()) return status_of(one);
    auto ids = ids_in(field(fields, "orders"));
    if (ids.empty()) return error("Incorrect request");
    json::object all;
    for (const auto& id : ids) all[id] = status_of(id);
    return all;
}

json::value Panel::status_of(const std::string& id) const
{
    auto at = find(id);
    if (!at) return error("Incorrect order ID");
    auto now = progress(*at);
    return json::object{{"charge", now.charge.text()},
                        {"start_count", now.status == "Pending" ? "0" : std::to_string(start_count_of(ledger_[*at].order))},
                        {"status", now.status},
                        {"remains", std::to_string(now.remains)},
                        {"currency", options_.currency}};
}

json::value Panel::refill(const Fields& fields)
{
    if (auto one = field(fields, "order"); !one.empty()) {
        auto refilled = refill_of(one);
        if (refilled.is_object()) return refilled;
        return json::object{{"refill", std::to_string(refilled.as_int64())}};
    }
    auto ids = ids_in(field(fields, "orders"));
    if (ids.empty()) return error("Incorrect request");
    json::array all;
    for (const auto& id : ids) all.push_back({{"order", number(id).value_or(0)}, {"refill", refill_of(id)}});
    return all;
}

json::value Panel::refill_of(const std::string& id)
{
    auto at = find(id);
    if (!at) return error("Incorrect order ID");
    auto service = find_service(ledger_[*at].service);
    if (!service || !service->refill) return error("Refill is disabled for this service");
    if (progress(*at).status != "Completed") return error("The order is not completed");
    refills_.push_back({ledger_[*at].order, clock_.now()});
    return static_cast<std::int64_t>(refills_.size());
}

json::value Panel::refill_status(const Fields& fields) const
{
    if (auto one = field(fields, "refill"); !one.empty()) {
        auto status = refill_status_of(one);
        return status.is_object() ? status : json::object{{"status", status}};
    }
    auto ids = ids_in(field(fields, "refills"));
    if (ids.empty()) return error("Incorrect request");
    json::array all;
    for (const auto& id : ids) all.push_back({{"refill", number(id).value_or(0)}, {"status", refill_status_of(id)}});
    return all;
}

json::value Panel::refill_status_of(const std::string& id) const
{
    auto at = number(id).value_or(0);
    if (at < 1 || at > static_cast<std::int64_t>(refills_.size())) return error("Refill not found");
    auto age = clock_.now() - refills_[static_cast<std::size_t>(at - 1)].asked;
    if (age >= options_.completes_after) return "Completed";
    return age * pending_share < options_.completes_after ? "Pending" : "In progress";
}

// The panel knows only the bulk form.
json::value Panel::cancel(const Fields& fields)
{
    auto ids = ids_in(field(fields, "orders"));
    if (ids.empty()) return error("Incorrect request");
    json::array all;
    for (const auto& id : ids) all.push_back({{"order", number(id).value_or(0)}, {"cancel", cancel_of(id)}});
    return all;
}

json::value Panel::cancel_of(const std::string& id)
{
    auto at = find(id);
    if (!at) return error("Incorrect order ID");
    auto service = find_service(ledger_[*at].service);
    if (!service || !service->cancel || progress(*at).ended) return error("The order cannot be canceled");
    auto& order = orders_[*at];
    if (!order.canceled_at) order.canceled_at = clock_.now() + options_.completes_after / cancel_share;
    return 1;
}

std::optional<std::size_t> Panel::find(const std::string& id) const
{
    auto order = number(id);
    auto found = std::ranges::lower_bound(ledger_, order.value_or(0), {}, &LedgerEntry::order);
    if (!order || found == ledger_.end() || found->order != *order) return std::nullopt;
    return static_cast<std::size_t>(found - ledger_.begin());
}

Panel::Progress Panel::progress(std::size_t at) const
{
    const auto& entry = ledger_[at];
    const auto& order = orders_[at];
    bool subscription = entry.type == "Subscriptions";
    auto now = std::min(clock_.now(), order.canceled_at.value_or(Time::max()));
    auto age = std::clamp<Duration>(now - entry.time, Duration(0), options_.completes_after);
    bool pending = age * pending_share < options_.completes_after;
    auto whole = std::max<std::int64_t>(options_.completes_after.count(), 1);
    auto delivered = static_cast<std::int64_t>(static_cast<double>(entry.quantity) * static_cast<double>(age.count()) /
                                               static_cast<double>(whole));
    auto left = pending ? entry.quantity : std::max<std::int64_t>(entry.quantity - delivered, 1);
    auto cost_of = [&](std::int64_t remains) {
        auto share = static_cast<__int128>(entry.charge.units) * (entry.quantity - remains) /
                     std::max<std::int64_t>(entry.quantity, 1);
        return Money{static_cast<std::int64_t>(share)};
    };

    if (order.canceled_at && clock_.now() >= *order.canceled_at) {
        if (pending) return {"Canceled", entry.quantity, Money{}, true};
        return {"Partial", left, cost_of(left), true};
    }
    if (age < options_.completes_after || order.scenario->end == End::never) {
        std::string_view word = subscription ? "Active" : pending ? "Pending" : "In progress";
        return {word, left, entry.charge, false};
    }
    switch (order.scenario->end) {
        case End::partial: {
            auto remains = std::max<std::int64_t>(entry.quantity / 4, 1);
            return {"Partial", remains, cost_of(remains), true};
        }
        case End::canceled: return {"Canceled", entry.quantity, Money{}, true};
        case End::refunded: return {"Refunded", entry.quantity, Money{}, true};
        case End::completed:
        case End::never: break;
    }
    return {"Completed", 0, entry.charge, true};
}

// Gives back what ended orders did not cost. Orders are looked at once after their end.
void Panel::settle()
{
    std::erase_if(unsettled_, [&](std::size_t at) {
        auto now = progress(at);
        if (now.ended) options_.balance.units += ledger_[at].charge.units - now.charge.units;
        return now.ended;
    });
}

Money Panel::balance()
{
    settle();
    return options_.balance;
}

bool Panel::active(std::string_view link) const
{
    for (std::size_t at = 0; at < ledger_.size(); ++at)
        if (ledger_[at].link == link && !progress(at).ended) return true;
    return false;
}

// Numbers of orders go on: a client may know the old ones.
void Panel::reset()
{
    settle();
    ledger_.clear();
    orders_.clear();
    unsettled_.clear();
    refills_.clear();
    requests_.clear();
}

void Panel::change(PanelOptions options) { options_ = std::move(options); }

}  // namespace smg::sandbox
