// What a browser asks for in its headers: another origin's right to call, and the reader's language.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

const std::string shop_page = "https://shop.example";

Reply preflight(Installation& crm, const std::string& origin)
{
    return read(
        http_call("OPTIONS", crm.url("/api/v1/orders"), {{"Origin", origin}, {"Access-Control-Request-Method", "GET"}}));
}

Reply from_page(Installation& crm, const std::string& origin, Headers more = {})
{
    auto headers = bearer(crm.shop());
    headers.emplace_back("Origin", origin);
    headers.insert(headers.end(), more.begin(), more.end());
    return read(http_call("GET", crm.url("/api/v1/orders"), headers));
}

TEST(Cors, a_listed_origin_may_call_with_a_token_and_no_other_may)
{
    Installation crm(On::sqlite, {.environment = {{"SMGCRM_CORS_ORIGINS", shop_page + ", http://127.0.0.1:3000"}}});
    auto asked = preflight(crm, shop_page);
    EXPECT_EQ(asked.status(), 204);
    EXPECT_EQ(asked.http.header("access-control-allow-origin"), shop_page);
    EXPECT_TRUE(asked.http.header("access-control-allow-headers").contains("Authorization"));
    auto listed = from_page(crm, shop_page);
    EXPECT_EQ(listed.status(), 200);
    EXPECT_EQ(listed.http.header("access-control-allow-origin"), shop_page);
    EXPECT_EQ(listed.http.header("access-control-allow-credentials"), "") << "our sessions are no page's but ours";

    for (const std::string origin :
         {"https://shop.example.evil.example", "http://shop.example", "https://evil.example", "null"}) {
        EXPECT_EQ(preflight(crm, origin).http.header("access-control-allow-origin"), "") << origin;
        EXPECT_EQ(from_page(crm, origin).http.header("access-control-allow-origin"), "") << origin;
    }
    // A page may call because of its token, not because of its origin.
    EXPECT_EQ(read(http_call("GET", crm.url("/api/v1/orders"), {{"Origin", shop_page}})).status(), 401);
}

TEST(Cors, is_off_when_nobody_is_listed)
{
    Installation crm(On::sqlite);
    EXPECT_EQ(preflight(crm, shop_page).http.header("access-control-allow-origin"), "");
    EXPECT_EQ(from_page(crm, shop_page).http.header("access-control-allow-origin"), "");
}

TEST(Language, refusals_and_history_are_said_in_the_readers_language)
{
    Installation crm(On::sqlite);
    auto speak = [&](const std::string& language, const std::string& method, const std::string& path,
                     const json::value& body = nullptr) {
        auto headers = bearer(crm.manager());
        headers.emplace_back("Content-Type", "application/json");
        if (!language.empty()) headers.emplace_back("Accept-Language", language);
        return read(http_call(method, crm.url(path), headers, body.is_null() ? "" : json::text_of(body)));
    };
    auto id = crm.order(order_of("1", {{"supplier_id", "9"}}));
    ASSERT_TRUE(crm.becomes(id, "notaccepted"));
    auto order = fmt::format("/api/v1/orders/{}", id);
    const std::string english = "The selected site id is invalid.";
    for (const std::string language : {"", "en", "en-GB,uk;q=0.5", "de"})
        EXPECT_EQ(speak(language, "POST", "/api/v1/orders", order_of("2", {{"site_id", 99}})).text("errors.site_id.0"),
                  english)
            << language;
    auto said = speak("uk-UA,uk;q=0.9,en;q=0.5", "POST", "/api/v1/orders", order_of("2", {{"site_id", 99}}));
    EXPECT_EQ(said.status(), 422);
    EXPECT_NE(said.text("errors.site_id.0"), english);
    EXPECT_TRUE(said.text("errors.site_id.0").contains("сайт")) << said.http.body;
    EXPECT_EQ(speak("uk", "GET", "/api/v1/orders/999").text("message"), "Такого замовлення немає.");
    EXPECT_EQ(speak("en", "GET", "/api/v1/orders/999").text("message"), "There is no such order.");

    auto here = speak("uk", "GET", order), there = speak("en", "GET", order);
    EXPECT_NE(here.text("data.reason_text"), there.text("data.reason_text")) << here.http.body;
    EXPECT_EQ(here.text("data.status"), there.text("data.status")) << "values are for programs";
}

}  // namespace
}  // namespace smg::test
