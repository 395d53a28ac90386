#include "http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace smg::http {
namespace {

const Time start{std::chrono::hours(24 * 20'000)};

TEST(RateLimiter, gives_the_burst_and_then_the_rate)
{
    ManualClock clock(start);
    RateLimiter limiter(clock, {.per_second = 10, .burst = 3});
    for (int left : {2, 1, 0}) {
        auto verdict = limiter.take("a");
        EXPECT_TRUE(verdict.allowed);
        EXPECT_EQ(verdict.limit, 3);
        EXPECT_EQ(verdict.remaining, left);
    }
    auto refused = limiter.take("a");
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.remaining, 0);
    EXPECT_EQ(refused.retry_after_s, 1);
    EXPECT_TRUE(limiter.take("b").allowed);

    clock.advance(std::chrono::milliseconds(100));
    EXPECT_TRUE(limiter.take("a").allowed);
    EXPECT_FALSE(limiter.take("a").allowed);
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(limiter.take("a").remaining, 2);
}

TEST(RateLimiter, says_in_how_many_seconds_to_come_again)
{
    ManualClock clock(start);
    RateLimiter limiter(clock, {.per_second = 1, .burst = 1});
    EXPECT_TRUE(limiter.take("a").allowed);
    EXPECT_EQ(limiter.take("a").retry_after_s, 1);
}

TEST(RateLimiter, refuses_nobody_because_the_clock_was_set_back)
{
    ManualClock clock(start);
    RateLimiter limiter(clock, {.per_second = 10, .burst = 1});
    EXPECT_TRUE(limiter.take("a").allowed);
    clock.advance(-std::chrono::hours(5));
    EXPECT_TRUE(limiter.take("a").allowed);
    EXPECT_FALSE(limiter.take("a").allowed) << "and counts on from there";
    clock.advance(std::chrono::milliseconds(100));
    EXPECT_TRUE(limiter.take("a").allowed);
}

TEST(RateLimiter, remembers_a_bounded_number_of_keys)
{
    ManualClock clock(start);
    RateLimiter limiter(clock, {.per_second = 1, .burst = 1, .keys = 10});
    EXPECT_TRUE(limiter.take("kept").allowed);
    for (int i = 0; i < 1000; ++i) {
        limiter.take("other " + std::to_string(i));
        EXPECT_FALSE(limiter.take("kept").allowed) << "in use, so not forgotten";
        ASSERT_LE(limiter.keys(), 10u);
    }
}

}  // namespace
}  // namespace smg::http
