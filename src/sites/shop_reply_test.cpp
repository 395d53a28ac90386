#include "sites/shop_reply.hpp"

#include <gtest/gtest.h>

namespace smg::sites {
namespace {

struct Case {
    std::string name;
    net::HttpResult came;
    ShopTrouble kind;
    bool unchanged;
};

net::HttpResult answered(int status, std::string body) { return net::HttpReply{.status = status, .body = std::move(body)}; }

net::HttpResult failed(net::Failure kind, bool sent) { return std::unexpected(net::HttpFailure{kind, sent, "Words."}); }

const Case cases[] = {
    {"no connection", failed(net::Failure::connect, false), ShopTrouble::unreachable, true},
    {"no name", failed(net::Failure::resolve, false), ShopTrouble::unreachable, true},
    {"reset after the request", failed(net::Failure::reset, true), ShopTrouble::unreachable, false},
    {"silence", failed(net::Failure::timeout, true), ShopTrouble::slow, false},
    {"silence before the request", failed(net::Failure::timeout, false), ShopTrouble::slow, true},
    {"a private address", failed(net::Failure::refused_address, false), ShopTrouble::refused_here, true},
    {"a redirect", answered(301, "<html>"), ShopTrouble::redirected, true},
    {"a front page", answered(200, "<!doctype html><html></html>"), ShopTrouble::not_json, false},
    {"a firewall's page", answered(403, "<html>blocked</html>"), ShopTrouble::not_json, true},
    {"a page of 404", answered(404, "<html></html>"), ShopTrouble::no_plugin, true},
    {"a page of 500", answered(500, "<html></html>"), ShopTrouble::busy, false},
    {"a gateway's page", answered(504, "<html></html>"), ShopTrouble::busy, false},
    {"too many, as a page", answered(429, "slow down"), ShopTrouble::busy, true},
    {"nothing", answered(200, ""), ShopTrouble::cut_short, false},
    {"half an answer", answered(200, R"({"balance":"12)"), ShopTrouble::cut_short, false},
    {"a list", answered(200, "[1]"), ShopTrouble::not_json, false},
    {"no signature", answered(401, R"({"code":"smgcrm_unauthorized","message":"No."})"), ShopTrouble::unauthorized, true},
    {"no route", answered(404, R"({"code":"rest_no_route","message":"No."})"), ShopTrouble::no_plugin, true},
    {"no user", answered(404, R"({"code":"smgcrm_user_not_found","message":"No."})"), ShopTrouble::refused, true},
    {"another balance", answered(409, R"({"code":"smgcrm_balance_differs","balance":"1.00"})"), ShopTrouble::refused, true},
    {"the plugin is busy", answered(503, R"({"code":"smgcrm_busy","message":"Later."})"), ShopTrouble::busy, true},
    {"PHP broke", answered(500, R"({"code":"internal_server_error","message":"Critical."})"), ShopTrouble::busy, false},
    {"another program", answered(400, R"({"error":"what?"})"), ShopTrouble::not_understood, false},
};

TEST(ShopReply, says_what_is_wrong_and_whether_anything_was_changed)
{
    for (const auto& [name, came, kind, unchanged] : cases) {
        auto read = read_shop_reply(came);
        ASSERT_FALSE(read) << name;
        EXPECT_EQ(word(read.error().kind), word(kind)) << name;
        EXPECT_EQ(read.error().unchanged, unchanged) << name;
        EXPECT_FALSE(read.error().message.empty()) << name;
        EXPECT_FALSE(read.error().message.contains("html")) << name;
    }
}

TEST(ShopReply, reads_json_behind_a_mark_and_the_words_of_php)
{
    for (auto body :
         {R"({"balance":"1.00"})", "\xEF\xBB\xBF{\"balance\":\"1.00\"}",
          "<br />\n<b>Warning</b>:  Undefined array key in <b>x.php</b> on line <b>7</b><br />\n{\"balance\":\"1.00\"}"}) {
        auto read = read_shop_reply(answered(200, body));
        ASSERT_TRUE(read) << body;
        EXPECT_EQ(read->at("balance").as_string(), "1.00");
    }
}

bool follows(std::string_view method, int status, std::string to)
{
    ShopFailure redirect;
    redirect.status = status;
    redirect.location = std::move(to);
    return followed(method, "http://shop.example/wp-json/smgcrm/v1/get-products?page=1", redirect).has_value();
}

TEST(ShopReply, follows_a_redirect_within_the_shop_and_never_turns_a_post_into_a_get)
{
    const std::string route = "/wp-json/smgcrm/v1/get-products?page=1";
    EXPECT_TRUE(follows("GET", 301, "https://shop.example" + route));
    EXPECT_TRUE(follows("GET", 302, "https://www.shop.example" + route));
    EXPECT_TRUE(follows("GET", 301, "http://shop.example/wp-json/smgcrm/v1/get-products/?page=1"));
    EXPECT_TRUE(follows("POST", 307, "https://shop.example" + route));
    EXPECT_TRUE(follows("POST", 308, "https://shop.example" + route));

    EXPECT_FALSE(follows("POST", 301, "https://shop.example" + route));
    EXPECT_FALSE(follows("POST", 302, "https://shop.example" + route));
    EXPECT_FALSE(follows("GET", 301, "https://another.example" + route)) << "the signature is the shop's";
    EXPECT_FALSE(follows("GET", 301, "http://shop.example:8080" + route));
    EXPECT_FALSE(follows("GET", 301, "https://shop.example/"));
    EXPECT_FALSE(follows("GET", 301, "https://shop.example/wp-json/smgcrm/v1/get-products")) << "the query is signed";
    EXPECT_FALSE(follows("GET", 301, ""));
}

}  // namespace
}  // namespace smg::sites
