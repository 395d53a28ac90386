#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smg {

/// An amount in units of 10⁻⁸, eight digits because suppliers quote rates per 1000. Never through binary floating point.
/// The currency stands beside it in its own column.
struct Money {
    static constexpr std::int64_t scale = 100'000'000;
    std::int64_t units = 0;

    /// Reads `-12.5`, `0.00027819`, `1e-5`'s plain relatives; nothing when it is not a decimal number, has more than eight
    /// significant decimals, or does not fit (about ±92 billion).
    static std::optional<Money> parse(std::string_view text);

    /// The shortest exact form with at least two decimals: `12.50`, `0.27819`.
    std::string text() const;

    /// All eight decimals, as MariaDB's DECIMAL(20,8) takes and gives it.
    std::string exact() const;

    constexpr auto operator<=>(const Money&) const = default;
};

/// An amount in another currency: both rates say what one unit costs in a third. Rounded half away from zero; nothing when a
/// rate is not positive, or on overflow.
std::optional<Money> converted(Money amount, Money rate_from, Money rate_to);

/// `price` per 1000 pieces times `quantity`, rounded up to the next unit; nothing on overflow.
std::optional<Money> price_for(Money per_thousand, std::int64_t quantity);

}  // namespace smg
