// Decimals: what is read is what was written, digit by digit; text and back changes nothing; suppliers' looser spelling
// agrees wherever the strict one reads.
#include <algorithm>

#include "base/json.hpp"
#include "base/money.hpp"
#include "suppliers/loose_json.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

constexpr std::size_t decimals = 8;
constexpr std::size_t most_loose_digits = 60;

// Worked on the digits alone: sign, no leading zeros, eight decimals.
std::string canonical(std::string_view text)
{
    bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    auto point = text.find('.');
    std::string whole(text.substr(0, point));
    std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
    while (fraction.size() > decimals && fraction.ends_with('0')) fraction.pop_back();
    fraction.resize(std::max(fraction.size(), decimals), '0');
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    if (whole.empty()) whole = "0";
    bool zero = whole == "0" && fraction.find_first_not_of('0') == std::string::npos;
    return (negative && !zero ? "-" : "") + whole + "." + fraction;
}

void check_price(Money per_thousand, std::int64_t quantity)
{
    auto price = price_for(per_thousand, quantity);
    auto product = static_cast<__int128>(per_thousand.units) * quantity;
    if (!price) return;
    auto rest = static_cast<__int128>(price->units) * 1000 - product;
    must(rest >= 0 && rest < 1000, "a price is rounded up to the next unit");
}

}  // namespace

void one_input(std::string_view input)
{
    auto text = std::string(first_line(input));
    json::value as_json(text);
    auto money = Money::parse(text);
    auto loose = suppliers::loose_money(&as_json);
    if (loose) must(Money::parse(loose->text()) == loose, text);
    if (!money) return;

    must(money->exact() == canonical(text), text + " is " + money->exact());
    must(Money::parse(money->text()) == money, text);
    must(Money::parse(money->exact()) == money, text);
    if (text.size() <= most_loose_digits) must(loose == money, text);

    json::value quantity{std::string(input)};
    if (auto number = json::as_integer(quantity)) check_price(*money, *number);
}

}  // namespace smg::fuzz
