#include "currencies/currency_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "db/testing.hpp"

namespace smg::currencies {
namespace {

const Time now = *from_stored("2026-11-22 17:00:00.000");

class CurrencyStore : public db::OnBothDatabases {
protected:
    Result<Currency> find_or_add(std::string_view code)
    {
        return db().write_now([&](db::Tx& tx) { return find_or_add_currency(tx, now, code); });
    }

    std::int64_t count(std::string_view code)
    {
        return db().read_now(
            [&](db::Tx& tx) { return *tx.first<std::int64_t>("SELECT COUNT(*) FROM currencies WHERE code = ?", code); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, CurrencyStore, db::both_databases(), db::dialect_name);

TEST_P(CurrencyStore, begins_with_the_currencies_of_the_trade)
{
    for (auto code : {"UAH", "USD", "EUR", "PLN", "GBP"}) EXPECT_EQ(count(code), 1) << code;
    auto hryvnia = find_or_add("UAH");
    ASSERT_TRUE(hryvnia);
    EXPECT_EQ(hryvnia->symbol, "₴");
    EXPECT_EQ(hryvnia->exchange_rate, *Money::parse("1"));
}

TEST_P(CurrencyStore, makes_a_new_one_once_and_without_a_rate)
{
    auto made = find_or_add("CZK"), again = find_or_add("CZK");
    ASSERT_TRUE(made && again);
    EXPECT_EQ(made->id, again->id);
    EXPECT_EQ(made->exchange_rate, Money{});
    EXPECT_EQ(count("CZK"), 1);
    auto found = db().read_now([&](db::Tx& tx) { return find_currency(tx, made->id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->code, "CZK");
}

TEST_P(CurrencyStore, refuses_what_is_no_code)
{
    for (auto code : {"", "UA", "UAHH", "uah", "U H", "12A", "₴", "UA\n"}) {
        auto refused = find_or_add(code);
        ASSERT_FALSE(refused) << code;
        EXPECT_EQ(refused.error().code, Code::invalid);
    }
}

TEST_P(CurrencyStore, finds_nothing_for_a_code_or_number_that_is_not_there)
{
    db().read_now([](db::Tx& tx) {
        EXPECT_FALSE(find_currency(tx, "XTS"));
        EXPECT_FALSE(find_currency(tx, "uah"));
        EXPECT_FALSE(find_currency(tx, std::int64_t{4711}));
        return 0;
    });
}

TEST_P(CurrencyStore, gives_all_who_come_at_once_the_same_one)
{
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            auto made = find_or_add("SEK");
            good += made && made->code == "SEK";
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(good, 8);
    EXPECT_EQ(count("SEK"), 1);
}

}  // namespace
}  // namespace smg::currencies
