#include "suppliers/retry_budget.hpp"

#include <gtest/gtest.h>

namespace smg::suppliers {
namespace {

constexpr ProviderId one{1}, other{2};

TEST(RetryBudget, lets_one_call_in_ten_be_repeated)
{
    RetryBudget budget;
    int repeated = 0;
    for (int i = 0; i < 1000; ++i) {
        budget.called(one, 10);
        repeated += budget.take(one) ? 1 : 0;
        EXPECT_LE(repeated * 10, i + 1);
    }
    EXPECT_EQ(repeated, 100);
    EXPECT_FALSE(budget.take(other));
}

TEST(RetryBudget, saves_up_no_more_than_ten)
{
    RetryBudget budget;
    for (int i = 0; i < 100'000; ++i) budget.called(one, 10);
    int repeated = 0;
    while (budget.take(one)) ++repeated;
    EXPECT_EQ(repeated, 10);
}

TEST(RetryBudget, of_nothing_gives_nothing)
{
    RetryBudget budget;
    for (int percent : {0, -5}) budget.called(one, percent);
    EXPECT_FALSE(budget.take(one));
}

}  // namespace
}  // namespace smg::suppliers
