#include "base/money.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace smg {
namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();

struct Amount {
    std::string_view written;
    std::int64_t units;
    std::string_view text, exact;
};

class MoneyIsRead : public testing::TestWithParam<Amount> {};

TEST_P(MoneyIsRead, exactly_and_shown_in_its_shortest_form)
{
    auto money = Money::parse(GetParam().written);
    ASSERT_TRUE(money) << GetParam().written;
    EXPECT_EQ(money->units, GetParam().units) << GetParam().written;
    EXPECT_EQ(money->text(), GetParam().text);
    EXPECT_EQ(money->exact(), GetParam().exact);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, MoneyIsRead,
    testing::Values(Amount{"0", 0, "0.00", "0.00000000"}, Amount{"-0", 0, "0.00", "0.00000000"},
                    Amount{"1", 100'000'000, "1.00", "1.00000000"}, Amount{"+7.5", 750'000'000, "7.50", "7.50000000"},
                    Amount{"12.50", 1'250'000'000, "12.50", "12.50000000"},
                    Amount{"-12.5", -1'250'000'000, "-12.50", "-12.50000000"},
                    Amount{"0.27819", 27'819'000, "0.27819", "0.27819000"},
                    Amount{"-0.00000001", -1, "-0.00000001", "-0.00000001"}, Amount{".5", 50'000'000, "0.50", "0.50000000"},
                    Amount{"007", 700'000'000, "7.00", "7.00000000"},
                    Amount{"1.000000000000", 100'000'000, "1.00", "1.00000000"},
                    Amount{"0.123456780", 12'345'678, "0.12345678", "0.12345678"},
                    Amount{"100.84292", 10'084'292'000, "100.84292", "100.84292000"},
                    Amount{"92233720368.54775807", most, "92233720368.54775807", "92233720368.54775807"},
                    Amount{"-92233720368.54775807", -most, "-92233720368.54775807", "-92233720368.54775807"},
                    Amount{"-92233720368.54775808", least, "-92233720368.54775808", "-92233720368.54775808"}));

class MoneyIsRefused : public testing::TestWithParam<std::string_view> {};

TEST_P(MoneyIsRefused, when_it_is_no_amount_that_can_be_kept_exactly)
{
    EXPECT_FALSE(Money::parse(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Rows, MoneyIsRefused,
                         testing::Values("", "-", "+", ".", "-.", "5.", "1.2.3", "--1", "+-1", "1-", " 1", "1 ", "1,5",
                                         "1 000", "1e5", "1e-5", "0x10", "NaN", "inf", "12a", "0.000000001", "0.123456789",
                                         "92233720368.54775808", "-92233720368.54775809", "92233720369",
                                         "9223372036854775807", "99999999999999999999999999999999999999999999999999",
                                         "\xD9\xA1", std::string_view("1\0", 2)));

TEST(Money, every_amount_comes_back_from_both_of_its_forms)
{
    std::mt19937_64 random(20261122);
    std::uniform_int_distribution<int> shift(0, 63);
    for (int i = 0; i < 50'000; ++i) {
        Money money{static_cast<std::int64_t>(random()) >> shift(random)};
        ASSERT_EQ(Money::parse(money.text()), money) << money.units;
        ASSERT_EQ(Money::parse(money.exact()), money) << money.units;
    }
    for (auto edge :
         {least, least + 1, -Money::scale, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, Money::scale, most - 1, most})
        EXPECT_EQ(Money::parse(Money{edge}.exact()), Money{edge}) << edge;
}

TEST(Money, amounts_compare_by_their_value)
{
    EXPECT_LT(*Money::parse("-1"), *Money::parse("0.5"));
    EXPECT_EQ(*Money::parse("1.50"), *Money::parse("1.5"));
    EXPECT_GT(*Money::parse("10"), *Money::parse("9.99999999"));
}

struct Price {
    std::string_view per_thousand;
    std::int64_t quantity;
    std::string_view price;  // empty: does not fit
};

class PriceFor : public testing::TestWithParam<Price> {};

TEST_P(PriceFor, is_rounded_up_and_never_overflows)
{
    auto price = price_for(*Money::parse(GetParam().per_thousand), GetParam().quantity);
    ASSERT_EQ(price.has_value(), !GetParam().price.empty());
    if (price) {
        EXPECT_EQ(*price, *Money::parse(GetParam().price)) << price->exact();
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, PriceFor,
                         testing::Values(Price{"0.90", 1000, "0.90"}, Price{"0.90", 1, "0.0009"},
                                         Price{"0.00000001", 1, "0.00000001"}, Price{"0.00000001", 1001, "0.00000002"},
                                         Price{"0.00000001", 1000, "0.00000001"}, Price{"1", 0, "0"},
                                         Price{"-0.00000001", 1, "0"}, Price{"-1", 1000, "-1"},
                                         Price{"92233720368.54775807", 1000, "92233720368.54775807"},
                                         Price{"92233720368.54775807", 1001, ""}, Price{"-92233720368", 2000, ""},
                                         Price{"92233720368.54775807", most, ""}));

}  // namespace
}  // namespace smg
