#include "orders/order_news.hpp"

#include <algorithm>

#include "jobs/news.hpp"
#include "orders/order_store.hpp"
#include "orders/order_view.hpp"

namespace smg::orders {
namespace {

constexpr std::string_view created = "order.created", status_changed = "order.status_changed",
                           needs_decision = "order.needs_decision";

bool waits_for_a_person(Phase phase)
{
    return phase == Phase::review || phase == Phase::uncertain || phase == Phase::notaccepted;
}

// Most of an order's history is nobody's business outside.
std::vector<std::string_view> meaning_of(const Event& event)
{
    if (!event.to_value) return {};
    if (event.kind == "status") return {status_changed};  // the word alone, given by a person
    auto to = from_word<Phase>(*event.to_value);
    auto from = event.from_value ? from_word<Phase>(*event.from_value) : std::nullopt;
    std::vector<std::string_view> out;
    if (event.kind == "received") out.push_back(created);
    else if (!from || !from_word<Move>(event.kind)) return {};
    else if (to && status_of(*from) != status_of(*to)) out.push_back(status_changed);
    if (to && waits_for_a_person(*to)) out.push_back(needs_decision);
    return out;
}

}  // namespace

void tell_outside(db::Tx& tx, std::span<const Event> events)
{
    std::optional<std::vector<std::string>> followed;
    std::optional<Surroundings> around;
    for (const auto& event : events) {
        auto meaning = meaning_of(event);
        if (meaning.empty()) continue;
        if (!followed) followed = jobs::followed(tx);
        std::erase_if(meaning, [&](auto one) { return std::ranges::find(*followed, one) == followed->end(); });
        auto order = meaning.empty() ? std::nullopt : find_order(tx, event.order_id);
        if (!order) continue;
        if (!around) around.emplace(tx);
        for (auto one : meaning)
            jobs::tell(tx, event.at, one, order->site_id, for_shop(*order, around->currency(order->currency_id).code));
    }
}

}  // namespace smg::orders
