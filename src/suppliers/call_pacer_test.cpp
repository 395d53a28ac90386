#include "suppliers/call_pacer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <vector>

namespace smg::suppliers {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr ProviderId one{1}, other{2};

TEST(CallPacer, spaces_the_calls_of_one_supplier)
{
    Duration now = 5s;
    CallPacer pacer([&] { return now; });
    EXPECT_EQ(pacer.take(one, 2), 0ms);
    EXPECT_EQ(pacer.take(one, 2), 500ms);
    EXPECT_EQ(pacer.take(one, 2), 1000ms);
    now += 700ms;
    EXPECT_EQ(pacer.take(one, 2), 800ms);
    now += 1h;
    EXPECT_EQ(pacer.take(one, 2), 0ms);
    EXPECT_EQ(pacer.take(one, 2), 500ms);
}

TEST(CallPacer, lets_one_supplier_not_wait_for_another)
{
    CallPacer pacer([] { return Duration(1s); });
    EXPECT_EQ(pacer.take(one, 1), 0ms);
    EXPECT_EQ(pacer.take(other, 1), 0ms);
    EXPECT_EQ(pacer.take(one, 1), 1000ms);
}

TEST(CallPacer, never_gives_more_turns_in_a_second_than_were_asked_for)
{
    for (int rate : {1, 3, 7, 100}) {
        Duration now = 0s;
        CallPacer pacer([&] { return now; });
        std::vector<Duration> turns;
        for (int i = 0; i < 300; ++i, now += 3ms) turns.push_back(now + pacer.take(one, rate));
        for (std::size_t i = 0; i + static_cast<std::size_t>(rate) < turns.size(); ++i)
            EXPECT_GE(turns[i + static_cast<std::size_t>(rate)] - turns[i], 1000ms) << rate;
    }
}

TEST(CallPacer, takes_senseless_rates_for_the_nearest_sensible_ones)
{
    CallPacer pacer([] { return Duration(1s); });
    for (int rate : {0, -5}) pacer.take(one, rate);
    EXPECT_EQ(pacer.take(one, 1), 2000ms);
    pacer.take(other, 2'000'000);
    EXPECT_EQ(pacer.take(other, 1), 1ms);
}

TEST(CallPacer, remembers_only_who_has_a_turn_to_come)
{
    Duration now = 1s;
    CallPacer pacer([&] { return now; });
    for (std::int64_t id = 1; id <= 50; ++id) pacer.take(ProviderId{id}, 2);
    EXPECT_EQ(pacer.remembered(), 50u);
    now += 1s;
    pacer.take(one, 2);
    EXPECT_EQ(pacer.remembered(), 1u);
}

// The turns of the slow one are taken first and come last: nobody holds the thread meanwhile.
TEST(CallPacer, waits_without_holding_the_thread)
{
    boost::asio::io_context io{1};
    CallPacer pacer;
    std::vector<int> order;
    auto call = [](CallPacer& paced, std::vector<int>& into, ProviderId provider, int rate, int name) -> Async<> {
        co_await paced.turn(provider, rate);
        into.push_back(name);
    };
    pacer.take(one, 5);
    boost::asio::co_spawn(io.get_executor(), call(pacer, order, one, 5, 1), boost::asio::detached);
    boost::asio::co_spawn(io.get_executor(), call(pacer, order, other, 100, 2), boost::asio::detached);
    boost::asio::co_spawn(io.get_executor(), call(pacer, order, other, 100, 3), boost::asio::detached);
    io.run();
    EXPECT_THAT(order, ElementsAre(2, 3, 1));
}

}  // namespace
}  // namespace smg::suppliers
