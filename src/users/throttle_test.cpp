#include "users/throttle.hpp"

#include <gtest/gtest.h>

namespace smg::users {
namespace {

using namespace std::chrono_literals;

class Throttle : public testing::Test {
protected:
    // How many of so many tries began.
    int begun(int tries, const std::string& account, const std::string& ip)
    {
        int count = 0;
        for (int i = 0; i < tries; ++i) count += throttle.begin(account, ip) == 0;
        return count;
    }
    ManualClock clock{*from_stored("2026-11-25 17:00:00.000")};
    SignInThrottle throttle{clock};
};

TEST_F(Throttle, lets_five_wrong_ones_of_one_account_and_address_through_and_then_one_a_minute)
{
    EXPECT_EQ(begun(20, "o@ukr.net", "192.0.2.1"), 5);
    EXPECT_EQ(throttle.begin("o@ukr.net", "192.0.2.1"), 60);
    clock.advance(60s);
    EXPECT_EQ(begun(20, "o@ukr.net", "192.0.2.1"), 1);
}

TEST_F(Throttle, a_stranger_does_not_lock_a_person_out)
{
    begun(20, "o@ukr.net", "192.0.2.1");
    EXPECT_EQ(throttle.begin("o@ukr.net", "198.51.100.7"), 0);
}

TEST_F(Throttle, one_address_cannot_try_all_accounts)
{
    int count = 0;
    for (int i = 0; i < 200; ++i) count += throttle.begin("a" + std::to_string(i), "192.0.2.1") == 0;
    EXPECT_EQ(count, 120);
}

TEST_F(Throttle, many_addresses_cannot_try_one_account)
{
    int count = 0;
    for (int i = 0; i < 200; ++i) count += throttle.begin("o@ukr.net", "192.0.2." + std::to_string(i)) == 0;
    EXPECT_EQ(count, 50);
}

TEST_F(Throttle, an_ipv6_network_is_one_address)
{
    int count = 0;
    for (int i = 0; i < 20; ++i) count += throttle.begin("o@ukr.net", "2001:db8:1:2::" + std::to_string(i + 1)) == 0;
    EXPECT_EQ(count, 5);
}

TEST_F(Throttle, who_signs_in_well_is_never_held_up)
{
    for (int i = 0; i < 500; ++i) {
        ASSERT_EQ(throttle.begin("o@ukr.net", "192.0.2.1"), 0) << i;
        throttle.succeeded("o@ukr.net", "192.0.2.1");
    }
}

TEST_F(Throttle, a_clock_that_was_set_back_locks_nobody_out)
{
    begun(5, "o@ukr.net", "192.0.2.1");
    clock.advance(-24h);
    EXPECT_LE(throttle.begin("o@ukr.net", "192.0.2.1"), 60);
}

}  // namespace
}  // namespace smg::users
