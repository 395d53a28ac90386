#include "orders/suspicion.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "orders/email.hpp"

namespace smg::orders {
namespace {

// Relays that some lists wrongly call disposable.
constexpr auto relays = std::to_array<std::string_view>({"privaterelay.appleid.com",
                                                         "private.icloud.com",
                                                         "addy.io",
                                                         "anonaddy.com",
                                                         "anonaddy.me",
                                                         "duck.com",
                                                         "relay.firefox.com",
                                                         "mozmail.com",
                                                         "simplelogin.com",
                                                         "simplelogin.co",
                                                         "simplelogin.fr",
                                                         "simplelogin.io",
                                                         "aleeas.com",
                                                         "slmail.me",
                                                         "passmail.net",
                                                         "passmail.com",
                                                         "passinbox.com",
                                                         "8alias.com",
                                                         "8shield.net",
                                                         "dralias.com"});

// What people mean when they write something near it.
constexpr auto common_domains =
    std::to_array<std::string_view>({"gmail.com", "googlemail.com", "ukr.net", "meta.ua", "bigmir.net", "icloud.com",
                                     "outlook.com", "hotmail.com", "yahoo.com", "protonmail.com", "online.ua"});

// Real domains too near to those: nobody is told that his own is a mistake.
constexpr auto real_neighbours = std::to_array<std::string_view>(
    {"mail.com", "email.com", "ymail.com", "yahoo.ca", "yahoo.cn", "uk.net", "beta.ua", "mega.ua", "cloud.com", "kr.net"});

struct Typo {
    std::string_view written, meant;
};

// Mistakes farther than one step away, or too near a real domain to be found by distance.
constexpr auto typos = std::to_array<Typo>({
    {"gmai.con", "gmail.com"},   {"gmail.con", "gmail.com"},     {"gmial.con", "gmail.com"},
    {"gmail.ua", "gmail.com"},   {"gmail.ru", "gmail.com"},      {"gmail.com.ua", "gmail.com"},
    {"gmail.net", "gmail.com"},  {"gmaill.con", "gmail.com"},    {"gnail.con", "gmail.com"},
    {"gmeil.com", "gmail.com"},  {"jmail.com", "gmail.com"},     {"gmal.con", "gmail.com"},
    {"gmail.cm", "gmail.com"},   {"gmail.co", "gmail.com"},      {"gmail.om", "gmail.com"},
    {"gmil.con", "gmail.com"},   {"ukr.ner", "ukr.net"},         {"ukr.ua", "ukr.net"},
    {"ukrnet.ua", "ukr.net"},    {"ukr.com", "ukr.net"},         {"icloud.con", "icloud.com"},
    {"iclod.com", "icloud.com"}, {"iclould.com", "icloud.com"},  {"icloud.ua", "icloud.com"},
    {"icloud.co", "icloud.com"}, {"hotmail.con", "hotmail.com"}, {"yahoo.con", "yahoo.com"},
    {"yaho.con", "yahoo.com"},   {"outlook.con", "outlook.com"}, {"outlok.con", "outlook.com"},
    {"bigmir.ua", "bigmir.net"}, {"meta.net", "meta.ua"},
});

constexpr auto roles = std::to_array<std::string_view>({
    "abuse",      "admin",    "administrator", "billing", "contact", "contacts",      "help",    "helpdesk",
    "hostmaster", "hr",       "info",          "job",     "jobs",    "mailer-daemon", "manager", "marketing",
    "news",       "no-reply", "nobody",        "noreply", "office",  "postmaster",    "press",   "root",
    "sale",       "sales",    "security",      "shop",    "spam",    "support",       "test",    "webmaster",
});

/// `sub.example.com` and `example.com` lie under `example.com`.
bool lies_under(std::string_view domain, std::string_view parent)
{
    if (parent.empty() || !domain.ends_with(parent)) return false;
    return domain.size() == parent.size() || domain[domain.size() - parent.size() - 1] == '.';
}

/// At most one letter missing, added, other, or two neighbours swapped.
bool one_step_apart(std::string_view a, std::string_view b)
{
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1 || a == b) return false;
    auto from = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    if (a.size() < b.size()) return a.substr(from) == b.substr(from + 1);
    if (a.substr(from + 1) == b.substr(from + 1)) return true;
    return from + 1 < a.size() && a[from] == b[from + 1] && a[from + 1] == b[from] &&
           a.substr(from + 2) == b.substr(from + 2);
}

bool applies(const EmailRule& rule, const std::string& written, const std::string& key, const std::string& domain)
{
    auto value = lowered(trimmed(rule.value));
    switch (rule.kind) {
        case RuleKind::address: return value == written || email_key(value) == key;
        case RuleKind::domain: {
            auto start = value.find_first_not_of("@.*");
            return start != std::string::npos && lies_under(domain, std::string_view(value).substr(start));
        }
        case RuleKind::pattern: return glob_matches(value, written) || glob_matches(value, key);
    }
    return false;
}

const EmailRule* first_rule(const std::vector<EmailRule>& rules, Verdict verdict, std::string_view email)
{
    if (rules.empty()) return nullptr;
    auto parsed = parse_email(email);
    auto written = parsed ? parsed->local + "@" + parsed->domain : lowered(trimmed(email));
    auto key = email_key(email), domain = domain_of(email);
    for (const auto& rule : rules)
        if (rule.verdict == verdict && applies(rule, written, key, domain)) return &rule;
    return nullptr;
}

class Score {
public:
    void add(Signal signal, int weight, std::string detail)
    {
        if (weight <= 0) return;
        suspicion_.score += weight;
        suspicion_.reasons.push_back({signal, weight, std::move(detail)});
    }

    Suspicion judged(const SuspicionWeights& weights) &&
    {
        bool only_velocity = std::ranges::all_of(suspicion_.reasons, [](const Reason& reason) {
            return reason.signal == Signal::velocity_email || reason.signal == Signal::velocity_link;
        });
        suspicion_.held = suspicion_.score >= weights.threshold && !suspicion_.reasons.empty() &&
                          (!only_velocity || weights.velocity_alone_holds);
        return std::move(suspicion_);
    }

private:
    Suspicion suspicion_;
};

void judge_address(Score& score, const Email& email, const SuspicionWeights& weights, const DisposableDomains& disposable)
{
    auto listed = disposable.find(email.domain);
    if (listed) score.add(Signal::disposable, weights.disposable, *listed);
    if (auto meant = listed ? std::nullopt : meant_domain(email.domain)) score.add(Signal::typo, weights.typo, *meant);
    auto local = untagged_local(email);
    if (std::ranges::find(roles, local) != roles.end()) score.add(Signal::role, weights.role, local);
    if (!is_relay_domain(email.domain) && looks_random(local)) score.add(Signal::gibberish, weights.gibberish, local);
}

}  // namespace

DisposableDomains::DisposableDomains(std::string_view lines)
{
    for (auto& line : lines_of(lines)) domains_.insert(std::move(line));
}

std::optional<std::string> DisposableDomains::find(std::string_view domain) const
{
    if (is_relay_domain(domain)) return std::nullopt;
    for (auto parent = domain; parent.contains('.'); parent.remove_prefix(parent.find('.') + 1))
        if (auto found = domains_.find(parent); found != domains_.end()) return *found;
    return std::nullopt;
}

bool is_relay_domain(std::string_view domain)
{
    return std::ranges::any_of(relays, [&](std::string_view relay) { return lies_under(domain, relay); });
}

std::optional<std::string> meant_domain(std::string_view domain)
{
    if (auto typo = std::ranges::find(typos, domain, &Typo::written); typo != typos.end()) return std::string(typo->meant);
    auto known = [&](const auto& domains) { return std::ranges::find(domains, domain) != domains.end(); };
    if (known(common_domains) || known(real_neighbours)) return std::nullopt;
    for (auto common : common_domains)
        if (one_step_apart(domain, common)) return std::string(common);
    return std::nullopt;
}

bool looks_random(std::string_view local)
{
    constexpr int min_length = 8, max_consonants = 7, max_changes = 4, min_hex = 16;
    if (local.size() < min_length) return false;
    int consonants = 0, most_consonants = 0, changes = 0, digits = 0, hex_digits = 0;
    char before = 0;  // 'a' for a letter, '0' for a digit
    for (char c : local) {
        bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        if (!letter && !digit && static_cast<unsigned char>(c) >= 0x80) return false;  // we know no alphabet but the Latin
        bool vowel = std::string_view("aeiouy").contains(c);
        consonants = letter && !vowel ? consonants + 1 : 0;
        most_consonants = std::max(most_consonants, consonants);
        char now = letter ? 'a' : digit ? '0' : 0;
        changes += now && before && now != before;
        before = now;
        digits += digit;
        hex_digits += digit || (c >= 'a' && c <= 'f');
    }
    bool hex = hex_digits >= min_hex && hex_digits == static_cast<int>(local.size()) && digits < hex_digits;
    return most_consonants >= max_consonants || changes >= max_changes || hex;
}

bool glob_matches(std::string_view pattern, std::string_view text)
{
    constexpr auto none = std::string_view::npos;
    std::size_t p = 0, t = 0, star = none, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p, ++t;
        } else if (star != none) {  // the last star takes one more: no earlier one need ever be tried again
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Suspicion suspicion_of(std::string_view email, const std::vector<EmailRule>& rules, const Velocity& velocity,
                       const SuspicionWeights& weights, const DisposableDomains& disposable)
{
    if (first_rule(rules, Verdict::pass, email)) return {};
    Score score;
    if (auto parsed = parse_email(email)) judge_address(score, *parsed, weights, disposable);
    else score.add(Signal::invalid, weights.invalid, cut(trimmed(email), 100));
    if (auto rule = first_rule(rules, Verdict::hold, email)) score.add(Signal::blacklist, weights.blacklist, rule->value);
    if (velocity.by_email >= weights.velocity_email_count)
        score.add(Signal::velocity_email, weights.velocity_email, std::to_string(velocity.by_email));
    if (velocity.by_link >= weights.velocity_link_count)
        score.add(Signal::velocity_link, weights.velocity_link, std::to_string(velocity.by_link));
    return std::move(score).judged(weights);
}

}  // namespace smg::orders
