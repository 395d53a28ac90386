#include "realtime/two_hands.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace smg::realtime {
namespace {

TEST(TwoHands, do_every_part_once_however_often_they_are_asked)
{
    TwoHands hands;
    for (std::size_t count : {0u, 1u, 2u, 3u, 100u, 1000u}) {
        for (int round = 0; round < 200; ++round) {
            std::vector<int> done(count);
            hands.each(count, [&](std::size_t i) { ++done[i]; });
            for (auto times : done) ASSERT_EQ(times, 1);
        }
    }
}

TEST(TwoHands, are_two_where_there_are_two_cores)
{
    if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "there is one core";
    TwoHands hands;
    std::atomic<int> met = 0;
    // Neither part ends before both have begun.
    hands.each(2, [&](std::size_t) {
        ++met;
        while (met < 2) std::this_thread::yield();
    });
    EXPECT_EQ(met, 2);
}

TEST(TwoHands, may_go_without_having_done_anything) { TwoHands hands; }

}  // namespace
}  // namespace smg::realtime
