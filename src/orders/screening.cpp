#include "orders/screening.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <unordered_map>

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

// What a rule for an address or a domain must say to concern this one.
std::vector<std::string> concerned(const Order& order)
{
    auto values = with_parents(domain_of(order.client_email));
    values.push_back(order.email_key);
    return values;
}

// Filled up to a power of two, so that few statements are prepared.
std::string marks_for(std::vector<std::string> values, db::Dialect dialect, std::vector<db::Param>& params)
{
    values.resize(std::bit_ceil(values.size()), values.back());
    std::string marks;
    for (const auto& value : values) {
        marks += marks.empty() ? "?" : ", ?";
        params.push_back(db::to_param(dialect, value));
    }
    return marks;
}

using RuleRow = std::tuple<Verdict, RuleKind, std::string>;

// Rules for addresses and domains, by their value. Both verdicts are named so that the index of all three is used.
std::multimap<std::string, EmailRule> exact_rules(db::Tx& tx, std::span<const Draft> drafts)
{
    std::set<std::string> values;
    for (const auto& draft : drafts)
        for (auto& value : concerned(draft.order)) values.insert(std::move(value));
    std::vector<db::Param> params;
    auto marks = marks_for({values.begin(), values.end()}, tx.dialect(), params);
    std::multimap<std::string, EmailRule> rules;
    for (auto& [verdict, kind, value] : tx.query_with<RuleRow>(
             "SELECT verdict, kind, value FROM email_rules WHERE verdict IN ('hold', 'pass') AND kind IN ('address', "
             "'domain') AND value IN (" +
                 marks + ")",
             params))
        rules.emplace(value, EmailRule{verdict, kind, value});
    return rules;
}

std::vector<EmailRule> patterns(db::Tx& tx)
{
    constexpr int most = 1000;
    std::vector<EmailRule> rules;
    for (auto& [verdict, kind, value] : tx.query<RuleRow>(
             "SELECT verdict, kind, value FROM email_rules WHERE verdict IN ('hold', 'pass') AND kind = 'pattern' "
             "ORDER BY id LIMIT ?",
             most))
        rules.push_back({verdict, kind, std::move(value)});
    return rules;
}

/// How often each key came, in the database and so far among the drafts; never more rows are read than `most` of each, or
/// `read_together` of all.
class Counted {
public:
    Counted(std::string column, Time since, std::int64_t most) : column_(std::move(column)), since_(since), most_(most) {}

    void ask_for(const std::string& key) { counts_.try_emplace(key, 0); }

    // Few statements for many keys: on MariaDB each is a round trip.
    void look(db::Tx& tx)
    {
        constexpr std::size_t at_once = 64;
        std::vector<std::string> keys;
        for (const auto& [key, count] : counts_) keys.push_back(key);
        for (std::size_t from = 0; from < keys.size(); from += at_once) {
            std::vector<std::string> some(keys.begin() + static_cast<std::ptrdiff_t>(from),
                                          keys.begin() + static_cast<std::ptrdiff_t>(std::min(keys.size(), from + at_once)));
            if (!count_together(tx, some)) count_each(tx, std::move(some));
        }
    }

    int another(const std::string& key) { return static_cast<int>(std::min(counts_.at(key)++, most_)); }

private:
    // Nearly always these are all. False when there are so many that some may be missing.
    bool count_together(db::Tx& tx, const std::vector<std::string>& keys)
    {
        std::vector<db::Param> params;
        auto marks = marks_for(keys, tx.dialect(), params);
        params.push_back(db::to_param(tx.dialect(), since_));
        params.push_back(db::to_param(tx.dialect(), read_together));
        std::int64_t read = 0;
        for (auto& [key, count] : tx.query_with<std::tuple<std::string, std::int64_t>>(
                 "SELECT of_key, COUNT(*) FROM (SELECT " + column_ + " AS of_key FROM orders WHERE " + column_ + " IN (" +
                     marks + ") AND created_at >= ? LIMIT ?) AS bounded GROUP BY of_key",
                 params)) {
            counts_[key] = count;
            read += count;
        }
        return read < read_together;
    }

    void count_each(db::Tx& tx, std::vector<std::string> keys)
    {
        keys.resize(std::bit_ceil(keys.size()), keys.back());
        std::string sql;
        std::vector<db::Param> params;
        for (const auto& key : keys) {
            sql += (sql.empty() ? "SELECT " : " UNION ALL SELECT ") + std::to_string(&key - keys.data()) +
                   ", COUNT(*) FROM (SELECT 1 FROM orders WHERE " + column_ + " = ? AND created_at >= ? LIMIT ?) AS bounded";
            params.push_back(db::to_param(tx.dialect(), key));
            params.push_back(db::to_param(tx.dialect(), since_));
            params.push_back(db::to_param(tx.dialect(), most_));
        }
        for (auto [at, count] : tx.query_with<std::tuple<std::size_t, std::int64_t>>(sql, params)) counts_[keys[at]] = count;
    }

    static constexpr std::int64_t read_together = 1000;
    const std::string column_;
    const Time since_;
    const std::int64_t most_;
    std::unordered_map<std::string, std::int64_t> counts_;
};

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

std::vector<Background> backgrounds_of(db::Tx& tx, Time now, std::span<const Draft> drafts,
                                       const settings::Settings& settings)
{
    auto since = now - settings.seconds("suspicious.velocity_window_s");
    Counted emails("email_key", since, settings.integer("suspicious.velocity_email_count"));
    Counted links("link_key", since, settings.integer("suspicious.velocity_link_count"));
    for (const auto& draft : drafts) {
        emails.ask_for(draft.order.email_key);
        if (!draft.order.link_key.empty()) links.ask_for(draft.order.link_key);
    }
    emails.look(tx);
    links.look(tx);
    auto exact = exact_rules(tx, drafts);
    auto by_pattern = patterns(tx);

    std::vector<Background> all;
    for (const auto& draft : drafts) {
        auto& background = all.emplace_back();
        if (!exact.empty())
            for (const auto& value : concerned(draft.order))
                for (auto [rule, end] = exact.equal_range(value); rule != end; ++rule)
                    background.rules.push_back(rule->second);
        background.rules.insert(background.rules.end(), by_pattern.begin(), by_pattern.end());
        background.velocity.by_email = emails.another(draft.order.email_key);
        background.velocity.by_link = draft.order.link_key.empty() ? 0 : links.another(draft.order.link_key);
    }
    return all;
}

void screen(Order& order, const Background& background, const SuspicionWeights& weights, const DisposableDomains& disposable)
{
    auto suspicion = suspicion_of(order.client_email, background.rules, background.velocity, weights, disposable);
    order.suspicion = suspicion.score;
    order.suspicion_reasons = json::from(suspicion.reasons);
    order.phase = suspicion.held ? Phase::review : Phase::launching;
    order.status = status_of(order.phase);
}

void screen_together(db::Tx& tx, Time now, std::span<Draft> drafts, const settings::Settings& settings,
                     const DisposableDomains& disposable)
{
    auto weights = weights_of(settings);
    auto backgrounds = backgrounds_of(tx, now, drafts, settings);
    for (std::size_t i = 0; i < drafts.size(); ++i) screen(drafts[i].order, backgrounds[i], weights, disposable);
}

}  // namespace smg::orders
