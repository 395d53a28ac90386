#include "chaos/audit.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace smg::test {
namespace {

constexpr std::chrono::minutes settling{5};       // longer than any backlog that a test leaves
constexpr std::size_t most_asked_again = 300;     // of the acknowledged orders
constexpr std::size_t most_histories_read = 300;  // beside those of the uncertain ones
constexpr std::size_t most_named = 10;            // of each kind of mistake

struct Found {
    std::string number, phase, supplier_number, url;
};

using Orders = std::map<std::int64_t, Found>;
using Ledger = std::map<std::string, std::vector<std::string>>;  // link → the supplier's numbers

bool nothing_is_being_sent(Installation& crm)
{
    for (const char* phase : {"launching", "sending"}) {
        auto page = crm.get(fmt::format("/api/v1/orders?phase={}&per_page=1", phase));
        if (page.status() != 200 || !page.list("data").empty()) return false;
    }
    return true;
}

Orders all_orders(Installation& crm)
{
    Orders orders;
    std::string cursor;
    do {
        auto page = crm.get("/api/v1/orders?per_page=500" + (cursor.empty() ? "" : "&cursor=" + cursor));
        if (page.status() != 200) throw std::runtime_error("the list of orders: " + page.http.body);
        for (const auto& row : page.list("data"))
            orders[std::stoll(text_at(row, "id"))] = {text_at(row, "wp_order_number"), text_at(row, "phase"),
                                                      text_at(row, "supplier_order_number"), text_at(row, "url")};
        cursor = page.text("meta.next_cursor");
    } while (!cursor.empty() && cursor != "null");
    return orders;
}

Ledger ledger_of(Supplier& supplier)
{
    Ledger ledger;
    for (const auto& entry : supplier.ledger()) ledger[text_at(entry, "link")].push_back(text_at(entry, "order"));
    return ledger;
}

// By a person: to send it once more.
bool was_decided(const Reply& order)
{
    return std::ranges::any_of(order.body.at("data").at("events").as_array(), [](const auto& event) {
        auto kind = text_at(event, "kind");
        return text_at(event, "actor_kind") == "person" && (kind == "absent" || kind == "resent");
    });
}

// Each acknowledged order is there under its number; some of them are asked for again, and the shop is told the same.
void look_for_missing(Installation& crm, const Orders& orders, const std::map<std::string, std::string>& acknowledged,
                      Audit& found)
{
    auto step = std::max<std::size_t>(1, acknowledged.size() / most_asked_again);
    std::size_t i = 0;
    for (const auto& [number, first] : acknowledged) {
        auto body = json::parse(first);
        auto order = body ? orders.find(std::stoll("0" + text_at(*body, "order_id"))) : orders.end();
        if (order == orders.end() || order->second.number != number) found.missing.push_back(number);
        else if (i++ % step == 0) {
            auto again = crm.create(order_of(number, {{"client_email", "buyer" + number + "@ukr.net"}}));
            if (!again.replayed() || again.http.body != first) found.missing.push_back(number + " (told otherwise)");
        }
    }
}

void look_at_adds(Installation& crm, const Orders& orders, const Ledger& ledger, Audit& found)
{
    std::map<std::string, std::int64_t> by_link;
    for (const auto& [id, order] : orders) by_link[order.url] = id;
    for (const auto& [link, numbers] : ledger) {
        found.adds += numbers.size();
        auto order = by_link.find(link);
        if (order == by_link.end()) {
            found.unexplained.push_back(link + " is with the supplier and no order is for it");
            continue;
        }
        const auto& row = orders.at(order->second);
        if (numbers.size() > 1 && !was_decided(crm.order(order->second)))
            found.doubled.push_back(fmt::format("{} ({} times)", row.number, numbers.size()));
        bool known = std::ranges::find(numbers, row.supplier_number) != numbers.end();
        if (!known && row.phase != "uncertain")
            found.unexplained.push_back(fmt::format("{} is {} and the supplier has it", row.number, row.phase));
    }
}

// The supplier's words for an order are no phases, nor are those that people give it.
bool is_move(const json::value& event)
{
    static const std::set<std::string, std::less<>> phases = {"review",    "launching",   "sending",   "executing",
                                                              "uncertain", "notaccepted", "completed", "partial",
                                                              "canceled",  "refunded"};
    auto kind = text_at(event, "kind");
    return kind != "status" && kind != "supplier_status" && phases.contains(text_at(event, "to_value"));
}

// The moves of an order are a chain.
std::string contradiction(const Reply& order)
{
    std::string at;
    for (const auto& event : order.body.at("data").at("events").as_array()) {
        if (!is_move(event)) continue;
        auto from = text_at(event, "from_value");
        if (!at.empty() && from != at) return fmt::format("{} from {} where it was {}", text_at(event, "kind"), from, at);
        at = text_at(event, "to_value");
    }
    return at == text_at(order.body, "data.phase") ? "" : fmt::format("it is not {}, where its history ends", at);
}

// Uncertain is what has no answer, and nothing else.
void look_at_one(const Found& row, const Reply& order, Audit& found)
{
    if (auto wrong = contradiction(order); !wrong.empty()) found.broken.push_back(row.number + ": " + wrong);
    if (row.phase != "uncertain") return;
    auto attempts = order.body.at("data").at("attempts").as_array();
    auto last = attempts.empty() ? json::value() : attempts.back();
    if (text_at(last, "state") != "unknown") found.unexplained.push_back(row.number + " without an unknown attempt");
    if (text_at(last, "supplier_order_id") != "null")
        found.unexplained.push_back(row.number + " with the supplier's answer");
}

void look_at_orders(Installation& crm, const Orders& orders, const Ledger& ledger, Audit& found)
{
    auto step = std::max<std::size_t>(1, orders.size() / most_histories_read);
    std::size_t i = 0;
    for (const auto& [id, row] : orders) {
        bool uncertain = row.phase == "uncertain";
        if (uncertain) ++found.uncertain;
        if (row.phase == "launching" || row.phase == "sending") found.stuck.push_back(row.number + " is " + row.phase);
        if (row.supplier_number != "null" && !ledger.contains(row.url))
            found.unexplained.push_back(row.number + " has a number that the supplier never gave");
        if (i++ % step == 0 || uncertain) look_at_one(row, crm.order(id), found);
    }
}

void look_at_journal(Installation& crm, Audit& found)
{
    auto status = crm.result_of({"journal", "status"});
    if (text_at(status, "open") != "0" || text_at(status, "damage") != "[]")
        found.broken.push_back("the send journal: " + json::text_of(status));
}

void name(std::string& text, std::string_view what, const std::vector<std::string>& which)
{
    if (which.empty()) return;
    std::vector<std::string> some(which.begin(), which.begin() + static_cast<long>(std::min(most_named, which.size())));
    text += fmt::format("\n  {} {}: {}", which.size(), what, fmt::join(some, "; "));
}

}  // namespace

bool Audit::clean() const
{
    return missing.empty() && doubled.empty() && unexplained.empty() && stuck.empty() && broken.empty();
}

std::string Audit::summary() const
{
    auto text = fmt::format(
        "{} orders, {} acknowledged, {} missing, {} adds, {} sent twice, {} uncertain, {} unexplained, {} stuck, {} broken",
        orders, acknowledged, missing.size(), adds, doubled.size(), uncertain, unexplained.size(), stuck.size(),
        broken.size());
    name(text, "missing", missing);
    name(text, "sent twice", doubled);
    name(text, "unexplained", unexplained);
    name(text, "stuck", stuck);
    name(text, "broken", broken);
    return text;
}

Audit audit(Installation& crm, const std::map<std::string, std::string>& acknowledged)
{
    Audit found;
    found.acknowledged = acknowledged.size();
    eventually([&] { return nothing_is_being_sent(crm); }, settling);
    auto orders = all_orders(crm);
    auto ledger = ledger_of(crm.supplier());
    found.orders = orders.size();
    look_at_adds(crm, orders, ledger, found);
    look_at_orders(crm, orders, ledger, found);
    look_for_missing(crm, orders, acknowledged, found);
    look_at_journal(crm, found);
    return found;
}

}  // namespace smg::test
