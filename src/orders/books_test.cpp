#include "orders/books.hpp"

#include <gmock/gmock.h>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BooksOf : public Orders {
protected:
    void balance(const char* amount)
    {
        write([&](db::Tx& tx) -> Result<void> {
            suppliers::keep_reading(tx, now, provider, *Money::parse(amount));
            return {};
        });
        now += 1s;
    }

    Attempt lose(const std::string& number)
    {
        auto attempt = begin(add(number, {{"url", "https://t.me/p" + number}}).id);
        now += 30s;
        end(attempt, unknown());
        now += 1s;
        return attempt;
    }

    void take(const std::string& number, const char* charge)
    {
        auto attempt = begin(add(number, {{"url", "https://t.me/p" + number}}).id);
        now += 1s;
        auto made = end(attempt, accepted("9" + number));
        if (charge)
            write([&](db::Tx& tx) {
                return tx.execute("UPDATE orders SET provider_price = ? WHERE id = ?", *Money::parse(charge), made.id);
            });
        now += 1s;
    }

    std::optional<Books> books(const Attempt& attempt)
    {
        return read([&](db::Tx& tx) {
            return books_of(tx, find_attempt(tx, attempt.id).value(), suppliers::find_provider(tx, provider).value(), 60s);
        });
    }

    static std::optional<Finding> finding(const std::optional<Books>& books)
    {
        return books ? read_books(*books, Money::parse("0.90"), 1) : std::nullopt;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, BooksOf, db::both_databases(), db::dialect_name);

TEST_P(BooksOf, a_lost_order_that_was_charged_miss_exactly_its_price)
{
    auto unread = lose("0");
    EXPECT_FALSE(books(unread)) << "no balance was read before it";
    now += 1s;
    balance("100");
    take("1", "5");
    auto lost = lose("2");
    take("3", "4.10");
    EXPECT_FALSE(books(lost)->settled);
    balance("90");
    EXPECT_FALSE(finding(books(lost))) << "once is not settled";
    now += 60s;
    balance("90");
    auto found = finding(books(lost));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->strength, Strength::strong) << found->sentence;
    EXPECT_THAT(found->sentence, HasSubstr("100.00 before, 9.10 for known orders, 90.00 now: 0.90 are missing, its price"));
}

TEST_P(BooksOf, a_lost_order_that_was_not_charged_miss_nothing)
{
    balance("100");
    auto lost = lose("1");
    balance("100"), now += 60s, balance("100");
    auto found = finding(books(lost));
    EXPECT_EQ(found->strength, Strength::strong);
    EXPECT_THAT(found->sentence, HasSubstr("nothing was charged for it"));
}

TEST_P(BooksOf, prove_little_while_the_balance_moves_or_others_may_be_in_it)
{
    balance("100");
    auto lost = lose("1");
    balance("99.10"), now += 60s, balance("99.00");
    EXPECT_FALSE(finding(books(lost))) << "it moves";
    now += 60s, balance("99.00");
    EXPECT_EQ(finding(books(lost))->strength, Strength::weak) << "not its price";

    lose("2");
    now += 1s, balance("99.10"), now += 60s, balance("99.10");
    EXPECT_THAT(finding(books(lost))->sentence, HasSubstr("1 other orders' answers are lost"));
    EXPECT_EQ(finding(books(lost))->strength, Strength::weak);
}

TEST_P(BooksOf, prove_nothing_without_the_price_of_what_was_taken_and_little_with_a_shared_key)
{
    balance("100");
    auto lost = lose("1");
    balance("99.10"), now += 60s, balance("99.10");
    EXPECT_EQ(finding(books(lost))->strength, Strength::strong);
    write([&](db::Tx& tx) { return tx.execute("UPDATE api_providers SET key_shared = 1 WHERE id = ?", provider); });
    EXPECT_THAT(finding(books(lost))->sentence, HasSubstr("same key"));
    EXPECT_EQ(finding(books(lost))->strength, Strength::weak);
    take("2", nullptr);
    balance("99.10"), now += 60s, balance("99.10");
    EXPECT_THAT(finding(books(lost))->sentence, HasSubstr("says nothing"));
    EXPECT_EQ(finding(books(lost))->strength, Strength::weak);
}

}  // namespace
}  // namespace smg::orders
