#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/test_server.hpp"

namespace smg::net {
namespace {

// Every spelling of a private address that a resolver may understand; `%` is the canary's port.
constexpr const char* private_spellings[] = {"http://127.0.0.1:%/",
                                             "http://127.1:%/",
                                             "http://127.0.1:%/",
                                             "http://0177.0.0.1:%/",
                                             "http://0177.1:%/",
                                             "http://0x7f.0.0.1:%/",
                                             "http://0x7f.1:%/",
                                             "http://0x7f000001:%/",
                                             "http://0X7F000001:%/",
                                             "http://2130706433:%/",
                                             "http://017700000001:%/",
                                             "http://127.0.0.1.:%/",
                                             "http://127.127.127.127:%/",
                                             "http://127.0.0.2:%/",
                                             "http://0.0.0.0:%/",
                                             "http://0:%/",
                                             "http://0x0:%/",
                                             "http://00000:%/",
                                             "http://0.1:%/",
                                             "http://localhost:%/",
                                             "http://LOCALHOST:%/",
                                             "http://localhost.:%/",
                                             "http://foo.localhost:%/",
                                             "http://ip6-localhost:%/",
                                             "http://[::1]:%/",
                                             "http://[0:0:0:0:0:0:0:1]:%/",
                                             "http://[::]:%/",
                                             "http://[::ffff:127.0.0.1]:%/",
                                             "http://[::ffff:7f00:1]:%/",
                                             "http://[::FFFF:7F00:0001]:%/",
                                             "http://[0:0:0:0:0:ffff:127.0.0.1]:%/",
                                             "http://[::127.0.0.1]:%/",
                                             "http://[::7f00:1]:%/",
                                             "http://[64:ff9b::127.0.0.1]:%/",
                                             "http://[64:ff9b::7f00:1]:%/",
                                             "http://[2002:7f00:1::]:%/",
                                             "http://[2002:7f00:0001::1]:%/",
                                             "http://[2001:0:7f00:1::]:%/",
                                             "http://[fe80::1]:%/",
                                             "http://[fe80::1%25lo]:%/",
                                             "http://[fc00::1]:%/",
                                             "http://[fd12:3456::1]:%/",
                                             "http://[ff02::1]:%/",
                                             "http://[::ffff:0:127.0.0.1]:%/",
                                             "http://10.0.0.1:%/",
                                             "http://10.1:%/",
                                             "http://012.0.0.1:%/",
                                             "http://0xa.0.0.1:%/",
                                             "http://167772161:%/",
                                             "http://172.16.0.1:%/",
                                             "http://0xac.16.1:%/",
                                             "http://192.168.0.1:%/",
                                             "http://192.168.1:%/",
                                             "http://3232235521:%/",
                                             "http://169.254.169.254:%/",
                                             "http://0xa9fea9fe:%/",
                                             "http://2852039166:%/",
                                             "http://100.64.0.1:%/",
                                             "http://198.18.0.1:%/",
                                             "http://192.0.0.1:%/",
                                             "http://224.0.0.1:%/",
                                             "http://255.255.255.255:%/",
                                             "http://⑫⑦.⓪.⓪.①:%/",
                                             "http://127。0。0。1:%/",
                                             "http://１２７.０.０.１:%/",
                                             "http://user@127.0.0.1:%/",
                                             "http://8.8.8.8@127.0.0.1:%/",
                                             "http://8.8.8.8#@127.0.0.1:%/",
                                             "http://127.0.0.1:%\\@8.8.8.8/",
                                             "https://127.0.0.1:%/",
                                             "https://[::1]:%/"};

TEST(AddressSpellings, are_at_least_sixty) { EXPECT_GE(std::size(private_spellings), 60u); }

TEST(AddressSpellings, of_private_addresses_reach_nobody)
{
    TestServer canary([](const std::string&) { return TestServer::Answer{TestServer::reply("alive")}; });
    for (std::string url : private_spellings) {
        url.replace(url.find('%'), 1, std::to_string(canary.port()));
        HttpRequest request;
        request.url = url;
        request.timeout = std::chrono::seconds(2);
        bool asked = false;
        auto result = send_once(request, [&] { return asked = true; });
        ASSERT_FALSE(result) << url;
        auto kind = result.error().kind;
        EXPECT_TRUE(kind == Failure::refused_address || kind == Failure::bad_url || kind == Failure::resolve)
            << url << ": " << result.error().message;
        EXPECT_FALSE(result.error().sent) << url;
        EXPECT_FALSE(asked) << url;
    }
    EXPECT_EQ(canary.connections(), 0);
}

TEST(AddressSpellings, do_reach_the_canary_when_it_is_allowed)  // or the test above would prove nothing
{
    TestServer canary([](const std::string&) { return TestServer::Answer{TestServer::reply("alive")}; });
    int reached = 0;
    for (std::string host : {"127.0.0.1", "127.1", "0177.0.0.1", "0x7f.1", "2130706433", "localhost"}) {
        HttpRequest request;
        request.url = "http://" + host + ":" + std::to_string(canary.port()) + "/";
        request.allow_private = true;
        reached += send_once(request, [] { return true; }).has_value();
    }
    EXPECT_EQ(reached, 6);
    EXPECT_EQ(canary.connections(), 6);
}

}  // namespace
}  // namespace smg::net
