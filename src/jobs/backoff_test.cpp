#include "jobs/backoff.hpp"

#include <gtest/gtest.h>

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, stays_between_first_and_a_ceiling_that_doubles)
{
    struct Row {
        int tries;
        Duration ceiling;
    };
    for (auto row : {Row{0, 4s}, Row{1, 8s}, Row{3, 32s}, Row{7, 512s}, Row{8, 600s}, Row{1'000'000, 600s}}) {
        EXPECT_EQ(backoff(2s, 10min, row.tries, 0), 2s);
        auto highest = backoff(2s, 10min, row.tries, UINT32_MAX);
        EXPECT_LE(highest, row.ceiling);
        EXPECT_GE(highest, row.ceiling - 1ms) << row.tries;
    }
}

TEST(Backoff, of_equal_ends_is_that) { EXPECT_EQ(backoff(5s, 5s, 3, UINT32_MAX), 5s); }

TEST(Backoff, never_falls_below_first) { EXPECT_EQ(backoff(5s, 1s, 3, UINT32_MAX), 5s); }

}  // namespace
}  // namespace smg::jobs
