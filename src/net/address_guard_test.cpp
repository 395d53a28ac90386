#include "net/address_guard.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <string>

namespace smg::net {
namespace {

struct Row {
    const char* address;
    bool allowed;
};

class AddressGuard : public testing::TestWithParam<Row> {};

TEST_P(AddressGuard, knows_public_from_private)
{
    EXPECT_EQ(public_address(std::string(GetParam().address)), GetParam().allowed);
}

// Each block's first and last address, and its neighbours outside.
constexpr Row rows[] = {
    {"0.0.0.0", false},
    {"0.255.255.255", false},
    {"1.0.0.0", true},
    {"9.255.255.255", true},
    {"10.0.0.0", false},
    {"10.255.255.255", false},
    {"11.0.0.0", true},
    {"100.63.255.255", true},
    {"100.64.0.0", false},
    {"100.127.255.255", false},
    {"100.128.0.0", true},
    {"126.255.255.255", true},
    {"127.0.0.0", false},
    {"127.0.0.1", false},
    {"127.255.255.255", false},
    {"128.0.0.0", true},
    {"169.253.255.255", true},
    {"169.254.0.0", false},
    {"169.254.169.254", false},
    {"169.255.0.0", true},
    {"172.15.255.255", true},
    {"172.16.0.0", false},
    {"172.31.255.255", false},
    {"172.32.0.0", true},
    {"191.255.255.255", true},
    {"192.0.0.0", false},
    {"192.0.0.255", false},
    {"192.0.1.0", true},
    {"192.167.255.255", true},
    {"192.168.0.0", false},
    {"192.168.255.255", false},
    {"192.169.0.0", true},
    {"198.17.255.255", true},
    {"198.18.0.0", false},
    {"198.19.255.255", false},
    {"198.20.0.0", true},
    {"223.255.255.255", true},
    {"224.0.0.0", false},
    {"240.0.0.0", false},
    {"255.255.255.255", false},
    {"8.8.8.8", true},
    {"::", false},
    {"::1", false},
    {"::8.8.8.8", false},
    {"::ffff:127.0.0.1", false},
    {"::ffff:7f00:1", false},
    {"::ffff:8.8.8.8", false},
    {"::ffff:0:127.0.0.1", false},
    {"64:ff9b::7f00:1", false},
    {"64:ff9b:1::1", false},
    {"64:ff9b:2::1", false},
    {"2001::1", false},
    {"2001:0:ffff::1", false},
    {"2001:1::1", true},
    {"2001:4860:4860::8888", true},
    {"2002:7f00:1::1", false},
    {"2003::1", true},
    {"1fff:ffff::1", false},
    {"2000::", true},
    {"3fff:ffff::1", true},
    {"4000::", false},
    {"fbff::1", false},
    {"fc00::1", false},
    {"fdff::1", false},
    {"fe00::1", false},
    {"fe80::1", false},
    {"febf::1", false},
    {"fec0::1", false},
    {"ff02::1", false},
    {"2a00:1450::1", true},
    {"", false},
    {"localhost", false},
    {"127.1", false},
    {"fe80::1%lo", false},
    {"8.8.8.8 ", false},
};
INSTANTIATE_TEST_SUITE_P(Blocks, AddressGuard, testing::ValuesIn(rows));

TEST(PublicAddress, has_no_zone)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    ASSERT_EQ(inet_pton(AF_INET6, "2802::", &address.sin6_addr), 1);
    EXPECT_TRUE(public_address(reinterpret_cast<const sockaddr&>(address)));
    address.sin6_scope_id = 25;
    EXPECT_FALSE(public_address(reinterpret_cast<const sockaddr&>(address)));
    EXPECT_FALSE(public_address(std::string("2802::%25")));
}

TEST(AddressGuardFamilies, other_than_internet_are_refused)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    EXPECT_FALSE(public_address(reinterpret_cast<const sockaddr&>(address)));
}

}  // namespace
}  // namespace smg::net
