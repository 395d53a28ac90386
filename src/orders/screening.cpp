#include "orders/screening.hpp"

#include <algorithm>

#include "orders/email.hpp"

namespace smg::orders {
namespace {

// The domain and all its parents: a rule for a domain holds for what is below it.
std::vector<std::string> with_parents(std::string domain)
{
    std::vector<std::string> all;
    while (!domain.empty()) {
        all.push_back(domain);
        auto dot = domain.find('.');
        domain = dot == std::string::npos ? "" : domain.substr(dot + 1);
    }
    return all;
}

std::vector<EmailRule> rules_for(db::Tx& tx, const Order& order)
{
    constexpr int most_patterns = 1000;
    auto domains = with_parents(domain_of(order.client_email));
    std::string marks = "?";
    std::vector<db::Param> params{db::to_param(tx.dialect(), order.email_key), db::to_param(tx.dialect(), "")};
    for (const auto& domain : domains) {
        marks += ", ?";
        params.push_back(db::to_param(tx.dialect(), domain));
    }
    auto rules = std::vector<EmailRule>{};
    using Row = std::tuple<Verdict, RuleKind, std::string>;
    auto exact = tx.query_with<Row>(
        "SELECT verdict, kind, value FROM email_rules WHERE (kind = 'address' AND value = ?) OR "
        "(kind = 'domain' AND value IN (" +
            marks + "))",
        std::move(params));
    auto patterns = tx.query<Row>("SELECT verdict, kind, value FROM email_rules WHERE kind = 'pattern' ORDER BY id LIMIT ?",
                                  most_patterns);
    for (const auto* found : {&exact, &patterns})
        for (const auto& [verdict, kind, value] : *found) rules.push_back({verdict, kind, value});
    return rules;
}

int counted_since(const std::vector<Time>& times, Time since)
{
    return static_cast<int>(std::ranges::count_if(times, [&](Time time) { return time >= since; }));
}

}  // namespace

SuspicionWeights weights_of(const settings::Settings& settings)
{
    auto number = [&](std::string_view key) { return static_cast<int>(settings.integer(key)); };
    SuspicionWeights weights;
    weights.threshold = number("suspicious.threshold");
    weights.disposable = number("suspicious.disposable");
    weights.blacklist = number("suspicious.blacklist");
    weights.invalid = number("suspicious.invalid");
    weights.typo = number("suspicious.typo");
    weights.role = number("suspicious.role");
    weights.gibberish = number("suspicious.gibberish");
    weights.velocity_email = number("suspicious.velocity_email");
    weights.velocity_link = number("suspicious.velocity_link");
    weights.velocity_email_count = number("suspicious.velocity_email_count");
    weights.velocity_link_count = number("suspicious.velocity_link_count");
    weights.velocity_alone_holds = settings.flag("suspicious.velocity_alone_holds");
    return weights;
}

Background background_of(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings)
{
    auto since = now - settings.seconds("suspicious.velocity_window_s");
    auto newest = [&](std::string_view column, const std::string& key, std::string_view most) {
        auto sql = "SELECT created_at FROM orders WHERE " + std::string(column) + " = ? ORDER BY id DESC LIMIT ?";
        return counted_since(tx.query<Time>(sql, key, settings.integer(most)), since);
    };
    Background background;
    background.rules = rules_for(tx, order);
    background.velocity.by_email = newest("email_key", order.email_key, "suspicious.velocity_email_count");
    background.velocity.by_link =
        order.link_key.empty() ? 0 : newest("link_key", order.link_key, "suspicious.velocity_link_count");
    return background;
}

void screen(Order& order, const Background& background, const SuspicionWeights& weights, const DisposableDomains& disposable)
{
    auto suspicion = suspicion_of(order.client_email, background.rules, background.velocity, weights, disposable);
    order.suspicion = suspicion.score;
    order.suspicion_reasons = json::from(suspicion.reasons);
    order.phase = suspicion.held ? Phase::review : Phase::launching;
    order.status = status_of(order.phase);
}

}  // namespace smg::orders
