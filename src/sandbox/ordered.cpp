#include "sandbox/ordered.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "sandbox/catalogue.hpp"

namespace smg::sandbox {
namespace {

constexpr std::int64_t max_count = 1'000'000'000;

enum class Count { given, one, comment_lines, username_lines, subscription };

struct TypeRule {
    std::string_view type;
    Count count = Count::given;
    std::array<std::string_view, 3> required = {};  // besides link and quantity
};

constexpr auto rules = std::to_array<TypeRule>({
    {"Default"},
    {"SEO", Count::given, {"keywords"}},
    {"Package", Count::one},
    {"Custom Comments", Count::comment_lines, {"comments"}},
    {"Custom Comments Package", Count::one, {"comments"}},
    {"Mentions", Count::given, {"usernames"}},
    {"Mentions with Hashtags", Count::given, {"usernames", "hashtags"}},
    {"Mentions Custom List", Count::username_lines, {"usernames"}},
    {"Mentions Hashtag", Count::given, {"hashtag"}},
    {"Mentions User Followers", Count::given, {"username"}},
    {"Mentions Media Likers", Count::given, {"media"}},
    {"Comment Likes", Count::given, {"username"}},
    {"Comment Replies", Count::comment_lines, {"username", "comments"}},
    {"Poll", Count::given, {"answer_number"}},
    {"Invites from Groups", Count::given, {"groups"}},
    {"Web Traffic", Count::given, {"country", "device", "type_of_traffic"}},
    {"Subscriptions", Count::subscription, {"username", "min", "max"}},
});

std::string text_of(const Fields& fields, std::string_view name)
{
    auto found = fields.find(std::string(name));
    return found == fields.end() ? std::string() : std::string(trimmed(found->second));
}

std::optional<std::int64_t> count_of(const Fields& fields, std::string_view name)
{
    auto text = text_of(fields, name);
    std::int64_t count = 0;
    auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || stop != text.data() + text.size() || count < 1 || count > max_count) return std::nullopt;
    return count;
}

std::int64_t lines_in(const Fields& fields, std::string_view name)
{
    return static_cast<std::int64_t>(lines_of(text_of(fields, name)).size());
}

// What the limits are checked against: one run's quantity.
std::optional<std::int64_t> quantity_of(const TypeRule& rule, const Fields& fields)
{
    switch (rule.count) {
        case Count::given: return count_of(fields, "quantity");
        case Count::one: return 1;
        case Count::comment_lines: return lines_in(fields, "comments");
        case Count::username_lines: return lines_in(fields, "usernames");
        case Count::subscription: return count_of(fields, "max");
    }
    return std::nullopt;
}

// Drip-feed: `quantity` is per run, and both fields must be there.
std::optional<std::int64_t> runs_of(const Fields& fields)
{
    if (text_of(fields, "runs").empty() && text_of(fields, "interval").empty()) return 1;
    auto runs = count_of(fields, "runs"), interval = count_of(fields, "interval");
    return runs && interval ? runs : std::nullopt;
}

}  // namespace

std::expected<Ordered, std::string> read_order(const CatalogueRow& service, const Fields& fields)
{
    auto rule = std::ranges::find(rules, service.type, &TypeRule::type);
    if (rule == rules.end()) return std::unexpected("Incorrect service ID");
    bool subscription = rule->count == Count::subscription;
    Ordered ordered{text_of(fields, subscription ? "username" : "link"), 0, {}};
    if (!subscription && ordered.link.empty()) return std::unexpected("Bad link");
    for (auto name : rule->required)
        if (!name.empty() && text_of(fields, name).empty()) return std::unexpected("Incorrect request");

    auto quantity = quantity_of(*rule, fields), runs = runs_of(fields);
    if (!quantity) return std::unexpected("Incorrect quantity");
    if (!runs || *runs > max_count / *std::max(quantity, std::optional<std::int64_t>(1)))
        return std::unexpected("Incorrect request");
    if (*quantity < service.min) return std::unexpected(fmt::format("Quantity less than minimal {}", service.min));
    if (*quantity > service.max) return std::unexpected(fmt::format("Quantity more than maximum {}", service.max));
    ordered.quantity = *quantity * *runs;

    auto rate = Money::parse(service.rate).value_or(Money{});
    auto charge = rule->count == Count::one ? rate : price_for(rate, ordered.quantity).value_or(Money{});
    ordered.charge = charge;
    return ordered;
}

}  // namespace smg::sandbox
