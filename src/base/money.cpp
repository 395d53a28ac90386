#include "base/money.hpp"

#include <fmt/core.h>

#include <limits>

namespace smg {
namespace {

constexpr int decimals = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Money> Money::parse(std::string_view text)
{
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    // The range of a signed integer has one more below zero.
    const auto most = static_cast<__int128>(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0);
    __int128 units = 0;
    int seen = 0, after_point = -1;
    for (char c : text) {
        if (c == '.' && after_point < 0) {
            after_point = 0;
            continue;
        }
        if (!is_digit(c)) return std::nullopt;
        ++seen;
        if (after_point >= 0 && ++after_point > decimals) {
            if (c != '0') return std::nullopt;
            continue;
        }
        units = units * 10 + (c - '0');
        if (units > most) return std::nullopt;
    }
    if (seen == 0 || (after_point >= 0 && text.back() == '.')) return std::nullopt;
    for (int i = after_point < 0 ? 0 : after_point; i < decimals; ++i) units *= 10;
    if (units > most) return std::nullopt;
    return Money{static_cast<std::int64_t>(negative ? -units : units)};
}

std::string Money::exact() const
{
    auto absolute = units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
    return fmt::format("{}{}.{:08}", units < 0 ? "-" : "", absolute / scale, absolute % scale);
}

std::string Money::text() const
{
    auto out = exact();
    auto shortest = out.find('.') + 3;
    while (out.size() > shortest && out.back() == '0') out.pop_back();
    return out;
}

std::optional<Money> converted(Money amount, Money rate_from, Money rate_to)
{
    if (rate_from.units <= 0 || rate_to.units <= 0) return std::nullopt;
    auto product = static_cast<__int128>(amount.units) * rate_from.units;
    auto half = static_cast<__int128>(rate_to.units) / 2;
    auto units = (product >= 0 ? product + half : product - half) / rate_to.units;
    if (units > std::numeric_limits<std::int64_t>::max() || units < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return Money{static_cast<std::int64_t>(units)};
}

std::optional<Money> price_for(Money per_thousand, std::int64_t quantity)
{
    auto product = static_cast<__int128>(per_thousand.units) * quantity;
    auto units = product / 1000 + (product % 1000 > 0 ? 1 : 0);
    if (units > std::numeric_limits<std::int64_t>::max() || units < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return Money{static_cast<std::int64_t>(units)};
}

}  // namespace smg
