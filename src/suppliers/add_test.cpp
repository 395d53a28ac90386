#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "suppliers/test_panel.hpp"

namespace smg::suppliers {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::pair<std::string, std::string>> order{
    {"service", "7"}, {"link", "https://t.me/x"}, {"quantity", "100"}};
const std::function<bool()> yes = [] { return true; };

TEST(Add, posts_the_form_once_and_takes_the_number)
{
    Panel panel(R"({"order":23501})");
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_EQ(outcome.verdict.kind, Verdict::Kind::accepted);
    EXPECT_EQ(outcome.verdict.supplier_order_id, "23501");
    EXPECT_TRUE(outcome.sent);
    EXPECT_EQ(outcome.http_status, 200);
    EXPECT_EQ(outcome.body, R"({"order":23501})");
    EXPECT_EQ(outcome.body_sha256, sha256_hex(R"({"order":23501})"));
    EXPECT_EQ(panel.body_of(0), "key=" + key + "&action=add&service=7&link=https%3A%2F%2Ft.me%2Fx&quantity=100");
    EXPECT_THAT(panel.server.requests()[0], HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    EXPECT_EQ(panel.server.requests().size(), 1u);
}

TEST(Add, is_asked_once_whatever_the_panel_does)
{
    struct Broken {
        std::string bytes;
        Then then;
    };
    for (const auto& [bytes, then] :
         {Broken{"", Then::close}, Broken{"", Then::reset}, Broken{"", Then::hang},
          Broken{TestServer::reply("<html>", "503 Away"), Then::close},
          Broken{"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"order\":5}", Then::close},
          Broken{TestServer::reply(std::string(2 << 20, ' ') + R"({"order":5})"), Then::close}}) {
        Panel panel([=](const std::string&) { return TestServer::Answer{bytes, then}; });
        panel.endpoint.add_timeout = std::chrono::milliseconds(300);
        auto outcome = add(panel.endpoint, order, yes);
        EXPECT_EQ(outcome.verdict.kind, Verdict::Kind::unknown);
        EXPECT_TRUE(outcome.sent);
        panel.server.wait_until_quiet();
        EXPECT_EQ(panel.server.requests().size(), 1u);
        EXPECT_EQ(panel.server.connections(), 1);
    }
}

TEST(Add, that_is_stopped_at_the_last_moment_was_not_sent)
{
    Panel panel(R"({"order":23501})");
    auto outcome = add(panel.endpoint, order, [] { return false; });
    EXPECT_FALSE(outcome.sent);
    panel.server.wait_until_quiet();
    EXPECT_EQ(panel.server.bytes(), 0u);
}

TEST(Add, to_a_closed_port_was_not_sent)
{
    Panel panel("{}");
    panel.endpoint.url =
        "http://127.0.0.1:" + std::to_string(TestServer([](const std::string&) { return TestServer::Answer{}; }).port());
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_FALSE(outcome.sent);
    EXPECT_EQ(outcome.verdict.reason, Reason::unreachable);
}

TEST(Add, keeps_the_key_out_of_its_evidence)
{
    Panel panel("{\"error\":\"Invalid API key\",\"key\":\"" + key + "\"}");
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_EQ(outcome.verdict.kind, Verdict::Kind::rejected);
    EXPECT_THAT(outcome.body, Not(HasSubstr(key)));

    Panel chatty("{\"error\":\"Invalid API key " + key + "\"}");
    auto told = add(chatty.endpoint, order, yes);
    EXPECT_EQ(told.verdict.kind, Verdict::Kind::unknown);
    EXPECT_EQ(told.verdict.text, "Invalid API key ***");

    Panel cutting(std::string(4080, 'x') + key);  // the cut must not leave half a key
    EXPECT_THAT(add(cutting.endpoint, order, yes).body, Not(HasSubstr(key.substr(0, 8))));

    Panel escaped(R"({"error":"Bad a\/key\/of\/slashes"})");
    escaped.endpoint.key = Secret("a/key/of/slashes");
    EXPECT_THAT(add(escaped.endpoint, order, yes).body, Not(HasSubstr("slashes")));

    Panel odd("{\"error\":\"a%2Fb%3Dc%26d and a/b=c&d\"}");
    odd.endpoint.key = Secret("a/b=c&d");
    EXPECT_EQ(add(odd.endpoint, order, yes).verdict.text, "*** and ***");
}

TEST(Add, keeps_four_kibibytes_of_text_as_evidence)
{
    Panel panel(std::string(10'000, '\xFF'));
    auto outcome = add(panel.endpoint, order, yes);
    EXPECT_LE(outcome.body.size(), max_evidence_bytes);
    EXPECT_GT(outcome.body.size(), max_evidence_bytes - 4);
    EXPECT_EQ(outcome.body_sha256, sha256_hex(std::string(10'000, '\xFF')));
}

}  // namespace
}  // namespace smg::suppliers
