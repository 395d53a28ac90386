#include "suppliers/loose_json.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.hpp"

namespace smg::suppliers {
namespace {

constexpr int max_exponent = 30;
constexpr std::size_t max_digits = 60;
constexpr std::size_t decimals = 8;

// `-1.25e-3` as sign, digits and the place of the point.
struct Decimal {
    bool negative = false;
    std::string digits;
    int point = 0;  // how many digits stand before it; may be negative or beyond the end
};

std::optional<Decimal> read_decimal(std::string_view text)
{
    Decimal out;
    if (text.starts_with('-') || text.starts_with('+')) {
        out.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    int exponent = 0;
    if (auto e = text.find_first_of("eE"); e != std::string_view::npos) {
        auto power = text.substr(e + 1);
        if (power.starts_with('+')) power.remove_prefix(1);
        auto [stop, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
        if (power.empty() || error != std::errc{} || stop != power.data() + power.size()) return std::nullopt;
        if (exponent > max_exponent || exponent < -max_exponent) return std::nullopt;
        text = text.substr(0, e);
    }
    auto dot = text.find('.');
    out.digits = std::string(text.substr(0, dot));
    out.point = static_cast<int>(out.digits.size()) + exponent;
    if (dot != std::string_view::npos) out.digits += text.substr(dot + 1);
    bool only_digits = std::ranges::all_of(out.digits, [](char c) { return c >= '0' && c <= '9'; });
    if (out.digits.empty() || out.digits.size() > max_digits || !only_digits) return std::nullopt;
    return out;
}

}  // namespace

std::optional<std::int64_t> loose_integer(const json::value* in)
{
    if (!in) return std::nullopt;
    if (auto number = json::as_integer(*in)) return number;
    auto money = loose_money(in);
    if (!money || money->units % Money::scale != 0) return std::nullopt;
    return money->units / Money::scale;
}

std::optional<Money> loose_money(const json::value* in)
{
    auto decimal = read_decimal(loose_text(in));
    if (!decimal) return std::nullopt;
    auto& [negative, digits, point] = *decimal;
    if (point < 0) digits.insert(0, static_cast<std::size_t>(-point), '0'), point = 0;
    auto before = static_cast<std::size_t>(point);
    if (digits.size() < before + decimals + 1) digits.append(before + decimals + 1 - digits.size(), '0');
    bool round_up = digits[before + decimals] >= '5';
    auto whole = digits.substr(0, before);
    auto text = (negative ? "-" : "") + (whole.empty() ? "0" : whole) + "." + digits.substr(before, decimals);
    auto money = Money::parse(text);
    if (!money || !round_up) return money;
    using Limits = std::numeric_limits<std::int64_t>;
    if (money->units == (negative ? Limits::min() : Limits::max())) return std::nullopt;
    money->units += negative ? -1 : 1;
    return money;
}

std::string loose_text(const json::value* in)
{
    auto text = in ? json::as_text(*in) : std::nullopt;
    return text ? std::string(trimmed(*text)) : "";
}

bool loose_flag(const json::value* in) { return in && json::as_boolean(*in).value_or(false); }

bool denies(const json::value& in)
{
    constexpr std::string_view words[] = {"error", "fail", "failed", "failure", "false", "0"};
    if (in.is_bool()) return !in.get_bool();
    return std::ranges::find(words, lowered(loose_text(&in))) != std::end(words);
}

std::string given_error(const json::object& object)
{
    auto error = object.if_contains("error");
    if (!error || error->is_null() || (error->is_bool() && !error->get_bool())) return "";
    if (auto text = loose_text(error); !text.empty()) return text;
    if (error->is_object())
        if (auto text = told_in(error->get_object()); !text.empty()) return text;
    return json::text_of(*error);
}

std::string told_in(const json::object& object)
{
    for (std::string_view name : {"message", "msg", "description"})
        if (auto text = loose_text(object.if_contains(name)); !text.empty()) return text;
    return "";
}

std::string error_in(const json::object& object)
{
    if (auto text = given_error(object); !text.empty()) return text;
    auto says_no = [&](std::string_view name) {
        auto found = object.if_contains(name);
        return found && denies(*found);
    };
    if (!says_no("status") && !says_no("success")) return "";
    auto text = told_in(object);
    return text.empty() ? "The supplier did not say why." : text;
}

}  // namespace smg::suppliers
