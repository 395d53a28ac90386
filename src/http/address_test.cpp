#include "http/address.hpp"

#include <gtest/gtest.h>

namespace smg::http {
namespace {

struct Row {
    std::string_view peer, forwarded_for, client;
};

// Trusted: 10.0.0.0/8, 127.0.0.1, fd00::/8.
const Row rows[] = {
    {"203.0.113.5", "", "203.0.113.5"},
    {"203.0.113.5", "198.51.100.1", "203.0.113.5"},  // a stranger's header is nothing
    {"127.0.0.1", "", "127.0.0.1"},
    {"127.0.0.1", "198.51.100.1", "198.51.100.1"},
    {"10.1.2.3", "198.51.100.1", "198.51.100.1"},
    {"10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"},
    {"10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"},  // what stands left of it may be forged
    {"10.1.2.3", "127.0.0.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"},
    {"10.1.2.3", "10.4.4.4, 10.5.5.5", "10.4.4.4"},
    {"10.1.2.3", "garbage", "10.1.2.3"},
    {"10.1.2.3", "198.51.100.1, garbage", "10.1.2.3"},
    {"10.1.2.3", "garbage, 198.51.100.1", "198.51.100.1"},
    {"10.1.2.3", "garbage, 10.9.9.9", "10.1.2.3"},
    {"10.1.2.3", "", "10.1.2.3"},
    {"10.1.2.3", ",", "10.1.2.3"},
    {"10.1.2.3", "198.51.100.1,", "10.1.2.3"},
    {"10.1.2.3", "198.51.100.1 , 10.1.1.1", "198.51.100.1"},
    {"10.1.2.3", "198.51.100.1:4711", "198.51.100.1"},
    {"10.1.2.3", "[2001:db8::7]:443", "2001:db8::7"},
    {"10.1.2.3", "[2001:db8::7]", "2001:db8::7"},
    {"10.1.2.3", "[2001:db8::7", "10.1.2.3"},
    {"10.1.2.3", "[2001:db8::7]x", "10.1.2.3"},
    {"10.1.2.3", "2001:DB8::7", "2001:db8::7"},
    {"10.1.2.3", "::ffff:198.51.100.1", "198.51.100.1"},
    {"10.1.2.3", "198.51.100.256", "10.1.2.3"},
    {"10.1.2.3", "198.51.100", "10.1.2.3"},
    {"10.1.2.3", "0x7f.1", "10.1.2.3"},
    {"10.1.2.3", "unknown", "10.1.2.3"},
    {"10.1.2.3", "_hidden", "10.1.2.3"},
    {"10.1.2.3", "localhost", "10.1.2.3"},
    {"::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"},
    {"::ffff:203.0.113.5", "198.51.100.1", "203.0.113.5"},
    {"fd12::1", "198.51.100.1", "198.51.100.1"},
    {"fe80::1", "198.51.100.1", "fe80::1"},
    {"::1", "198.51.100.1", "::1"},
    {"2001:db8::1", "2001:db8::2", "2001:db8::1"},
    {"11.0.0.1", "198.51.100.1", "11.0.0.1"},
    {"9.255.255.255", "198.51.100.1", "9.255.255.255"},
};

TEST(ClientAddress, is_what_the_last_trusted_proxy_saw)
{
    auto proxies = TrustedProxies::parse("10.0.0.0/8, 127.0.0.1 fd00::/8");
    ASSERT_TRUE(proxies);
    for (const auto& row : rows) {
        std::vector<Header> headers{{"host", "x"}};
        if (!row.forwarded_for.empty()) headers.emplace_back("x-forwarded-for", row.forwarded_for);
        auto peer = Address::parse(row.peer);
        ASSERT_TRUE(peer) << row.peer;
        EXPECT_EQ(client_address(*peer, headers, *proxies).text(), row.client) << row.peer << " | " << row.forwarded_for;
    }
}

TEST(ClientAddress, reads_repeated_headers_as_one_list)
{
    auto proxies = TrustedProxies::parse("10.0.0.0/8");
    std::vector<Header> headers{{"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "198.51.100.1, 10.0.0.9"}};
    EXPECT_EQ(client_address(*Address::parse("10.0.0.1"), headers, *proxies).text(), "198.51.100.1");
}

TEST(TrustedProxies, names_the_part_that_is_wrong)
{
    for (auto list : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "proxy.example", "10.0.0.0/8,x", "::/129", "1.2.3.4/8x"}) {
        auto proxies = TrustedProxies::parse(list);
        ASSERT_FALSE(proxies) << list;
        EXPECT_NE(proxies.error().message.find("neither an address nor a block"), std::string::npos);
    }
    EXPECT_TRUE(TrustedProxies::parse(""));
    EXPECT_TRUE(TrustedProxies::parse("0.0.0.0/0")->hold(*Address::parse("8.8.8.8")));
    EXPECT_FALSE(TrustedProxies::parse("0.0.0.0/0")->hold(*Address::parse("2001:db8::1")));
    EXPECT_TRUE(TrustedProxies::parse("172.16.0.0/12")->hold(*Address::parse("172.31.255.255")));
    EXPECT_FALSE(TrustedProxies::parse("172.16.0.0/12")->hold(*Address::parse("172.32.0.0")));
}

TEST(Address, knows_loopback_in_all_its_spellings)
{
    for (auto text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(Address::parse(text)->loopback()) << text;
    for (auto text : {"128.0.0.1", "::2", "::", "0.0.0.0", "1::1"}) EXPECT_FALSE(Address::parse(text)->loopback()) << text;
}

}  // namespace
}  // namespace smg::http
