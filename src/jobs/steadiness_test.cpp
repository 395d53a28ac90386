#include "jobs/steadiness.hpp"

#include <gtest/gtest.h>

#include "jobs/boots.hpp"

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;

const Time start = *from_stored("2026-11-22 17:00:00.000");

/// Goes on each second until then.
void go_on(Steadiness& steadiness, Time from, Time until)
{
    for (auto now = from; now <= until; now += 1s) steadiness.went_on(now);
}

TEST(Steadiness, comes_after_a_while_of_undisturbed_work)
{
    Steadiness steadiness(30s);
    EXPECT_FALSE(steadiness.steady(start));
    EXPECT_EQ(steadiness.silent_since(start), Time{}) << "nobody is silent";
    go_on(steadiness, start, start + 29s);
    EXPECT_FALSE(steadiness.steady(start + 29s));
    steadiness.went_on(start + 30s);
    EXPECT_TRUE(steadiness.steady(start + 30s));
    EXPECT_EQ(steadiness.silent_since(start + 30s), start + 30s - boot_silence);
    steadiness.went_on(start + 31s);
    EXPECT_TRUE(steadiness.steady(start + 30s)) << "asked for a moment just past";
}

TEST(Steadiness, goes_with_a_gap_even_before_the_work_goes_on)
{
    Steadiness steadiness(30s);
    go_on(steadiness, start, start + 60s);
    EXPECT_FALSE(steadiness.steady(start + 10min)) << "who asks first after a standstill must not be told yes";
    steadiness.went_on(start + 10min);
    EXPECT_FALSE(steadiness.steady(start + 10min));
    go_on(steadiness, start + 10min, start + 11min);
    EXPECT_TRUE(steadiness.steady(start + 11min));
}

TEST(Steadiness, goes_with_a_clock_that_jumps_back_and_with_any_disturbance)
{
    Steadiness steadiness(30s);
    go_on(steadiness, start, start + 60s);
    EXPECT_FALSE(steadiness.steady(start));
    steadiness.went_on(start);
    EXPECT_FALSE(steadiness.steady(start));
    go_on(steadiness, start, start + 60s);
    EXPECT_TRUE(steadiness.steady(start + 60s));
    steadiness.disturbed(start + 60s);
    EXPECT_FALSE(steadiness.steady(start + 60s));
}

}  // namespace
}  // namespace smg::jobs
