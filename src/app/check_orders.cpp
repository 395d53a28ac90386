#include <fmt/core.h>

#include <array>

#include "app/check.hpp"
#include "orders/attempt_store.hpp"

namespace smg {
namespace {

constexpr std::size_t shown = 20;

/// A rule, and the ids that break it.
struct Rule {
    std::string_view broken;
    std::string sql;
};

template <class Enum>
std::string words_of()
{
    std::string list;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
        [&](auto one) { list += fmt::format("{}'{}'", list.empty() ? "" : ", ", one.name); });
    return list;
}

constexpr std::string_view open_states = "'prepared', 'sending', 'unknown', 'accepted', 'resolved_found'";

std::vector<Rule> rules(db::Dialect dialect)
{
    auto send_key = dialect == db::Dialect::sqlite ? "'order.send:' || o.id" : "CONCAT('order.send:', o.id)";
    auto attempt_in = [](std::string_view state) {
        return fmt::format("EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = o.id AND a.state = '{}')", state);
    };
    return {
        {"orders in a phase that there is not",
         fmt::format("SELECT o.id FROM orders o WHERE o.phase NOT IN ({})", words_of<orders::Phase>())},
        {"orders with a status that there is not",
         "SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_statuses s WHERE s.status_value = o.status)"},
        {"orders executing without a supplier's number",
         "SELECT o.id FROM orders o WHERE o.phase = 'executing' AND o.supplier_order_number IS NULL"},
        {"orders sending without an attempt that is sending",
         "SELECT o.id FROM orders o WHERE o.phase = 'sending' AND NOT " + attempt_in("sending")},
        {"orders uncertain without an attempt that is unknown",
         "SELECT o.id FROM orders o WHERE o.phase = 'uncertain' AND NOT " + attempt_in("unknown")},
        {"orders launching without a job that sends them (the task `orders` gives them one)",
         fmt::format("SELECT o.id FROM orders o WHERE o.phase = 'launching' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE "
                     "j.dedup_key = {})",
                     send_key)},
        {"orders with two attempts that may be with a supplier",
         fmt::format("SELECT a.order_id FROM attempts a WHERE a.state IN ({}) GROUP BY a.order_id HAVING COUNT(*) > 1",
                     open_states)},
        {"orders not sending whose attempt is",
         "SELECT o.id FROM attempts a JOIN orders o ON o.id = a.order_id WHERE a.state = 'sending' AND o.phase <> "
         "'sending'"},
        {"orders launching whose attempt may be with a supplier",
         "SELECT o.id FROM attempts a JOIN orders o ON o.id = a.order_id WHERE a.state IN ('unknown', 'accepted', "
         "'resolved_found') AND o.phase = 'launching'"},
        {"attempts in a state that there is not",
         fmt::format("SELECT a.id FROM attempts a WHERE a.state NOT IN ({})", words_of<orders::AttemptState>())},
        {"attempts of no order",
         "SELECT a.id FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = a.order_id)"},
        {"orders whose number is not the one that the supplier gave",
         "SELECT o.id FROM attempts a JOIN orders o ON o.id = a.order_id WHERE a.state IN ('accepted', 'resolved_found') "
         "AND "
         "o.phase = 'executing' AND o.supplier_order_number <> a.supplier_order_id"},
    };
}

}  // namespace

Findings check_orders(db::Session& snapshot)
{
    Findings out;
    for (const auto& rule : rules(snapshot.dialect())) {
        auto rows = snapshot.fetch(fmt::format("{} LIMIT {}", rule.sql, shown + 1), {}, 1);
        if (rows.empty()) continue;
        std::string ids;
        for (std::size_t i = 0; i < rows.size() && i < shown; ++i)
            ids += fmt::format("{}{}", i ? ", " : "", rows[i][0].value_or("?"));
        out.push_back(fmt::format("{}: {}{}", rule.broken, ids, rows.size() > shown ? " and more" : ""));
    }
    return out;
}

}  // namespace smg
