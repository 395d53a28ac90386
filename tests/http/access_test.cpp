#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class WhoMay : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, WhoMay, both_databases(), name_of);

TEST(WhoMay, nobody_enters_without_a_good_token)
{
    Installation crm(On::sqlite);
    auto id = crm.order(order_of("1"));
    auto shop = crm.shop();
    auto other = shop[20] == 'A' ? 'B' : 'A';
    const std::vector<std::string> tokens = {"",
                                             "smg_1_",
                                             "smg_1_wrong",
                                             shop.substr(0, shop.size() - 1),
                                             shop + "A",
                                             shop.substr(0, 20) + other + shop.substr(21),
                                             std::string(300, 'a')};
    const std::string unauthenticated = R"({"message":"Unauthenticated."})";
    for (const auto& token : tokens) {
        for (const auto& path :
             {std::string("/api/v1/orders"), fmt::format("/api/v1/orders/{}", id), std::string("/api/v1/suppliers")}) {
            auto reply = get(crm.url(path), token);
            EXPECT_EQ(reply.status(), 401) << path << token;
            EXPECT_EQ(reply.http.body, unauthenticated);
        }
        EXPECT_EQ(post(crm.url("/api/v1/createOrder"), token, order_of("2")).status(), 401) << token;
        EXPECT_EQ(post(crm.url(fmt::format("/api/v1/orders/{}/decisions", id)), token, json::object{}).status(), 401)
            << token;
    }
    EXPECT_EQ(crm.get("/api/v1/orders").text("meta.count"), "1");
}

TEST_P(WhoMay, a_shop_sees_its_own_orders_alone)
{
    Installation crm(GetParam());
    auto mine = crm.order(order_of("1"));
    auto second = crm.add_site("https://second.example");
    EXPECT_EQ(get(crm.url(fmt::format("/api/v1/orders/{}", mine)), second).status(), 404);
    EXPECT_EQ(get(crm.url("/api/v1/orders"), second).list("data").size(), 0U);
    EXPECT_EQ(get(crm.url("/api/v1/orders?site_id=" + crm.order(mine).text("data.site_id")), second).list("data").size(),
              0U);
    EXPECT_EQ(get(crm.url("/api/v1/orders?q=1"), second).text("meta.count"), "0");
    EXPECT_EQ(get(crm.url(fmt::format("/api/v1/orders/{}", mine)), crm.shop()).status(), 200);
    EXPECT_EQ(get(crm.url("/api/v1/orders"), crm.shop()).list("data").size(), 1U);
    EXPECT_EQ(get(crm.url("/api/v1/orders/999"), crm.shop()).status(), 404);
}

TEST_P(WhoMay, a_shop_never_sees_cost_supplier_or_attempts)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1"));
    ASSERT_TRUE(crm.becomes(id, "completed"));
    ASSERT_NE(crm.order(id).text("data.provider_price"), "null");
    auto one = get(crm.url(fmt::format("/api/v1/orders/{}", id)), crm.shop()).http.body;
    auto listed = get(crm.url("/api/v1/orders"), crm.shop()).http.body;
    for (auto word : {"provider", "supplier_id", "supplier_name", "supplier_service", "supplier_status", "attempts",
                      "events", "reply", "reason", "suspicion", "version", "phase"}) {
        EXPECT_FALSE(one.contains(word)) << word << one;
        EXPECT_FALSE(listed.contains(word)) << word << listed;
    }
}

TEST(WhoMay, the_roles_decide_what_is_forbidden)
{
    Installation crm(On::sqlite);
    auto id = crm.order(order_of("1", {{"client_email", "x@mailinator.com"}}));
    auto decisions = crm.url(fmt::format("/api/v1/orders/{}/decisions", id));
    json::object approve{{"kind", "approve"}, {"version", 1}};
    auto user = crm.add_token("user"), admin = crm.add_token("admin");
    EXPECT_EQ(post(decisions, crm.shop(), approve).status(), 403);
    EXPECT_EQ(post(decisions, user, approve).status(), 403);
    EXPECT_EQ(post(crm.url("/api/v1/suppliers/1/lane"), user, json::object{{"paused", true}}).status(), 403);
    EXPECT_EQ(get(crm.url("/api/v1/suppliers"), crm.shop()).status(), 403);
    EXPECT_EQ(post(crm.url("/api/v1/createOrder"), crm.manager(), order_of("2")).status(), 403);
    EXPECT_EQ(post(crm.url("/api/v1/suppliers/reply-texts"), crm.manager(), json::object{{"text", "x"}, {"reason", "other"}})
                  .status(),
              403);
    EXPECT_EQ(get(crm.url(fmt::format("/api/v1/orders/{}", id)), user).status(), 200);
    EXPECT_EQ(crm.phase(id), "review");
    EXPECT_EQ(post(decisions, admin, approve).status(), 200);
}

TEST(WhoMay, metrics_are_for_this_machine_and_health_for_all)
{
    Installation crm(On::sqlite);
    EXPECT_EQ(get(crm.url("/metrics"), "").status(), 200);
    EXPECT_EQ(get(crm.url("/healthz"), "").text("status"), "ok");
    EXPECT_EQ(get(crm.url("/readyz"), "").text("status"), "ready");
}

TEST(WhoMay, metrics_are_not_for_whoever_a_proxy_speaks_for)
{
    Installation crm(On::sqlite, {.environment = {{"SMGCRM_TRUSTED_PROXIES", "127.0.0.1"}}});
    EXPECT_EQ(http_call("GET", crm.url("/metrics"), {{"X-Forwarded-For", "203.0.113.7"}}).status, 401);
}

TEST(WhoMay, too_many_requests_are_told_when_to_come_again)
{
    Installation crm(On::sqlite, {.environment = {{"SMGCRM_TOKEN_RATE", "2"}}});
    Reply limited;
    for (int i = 0; i < 50 && limited.status() != 429; ++i) limited = get(crm.url("/api/v1/orders"), crm.shop());
    EXPECT_EQ(limited.status(), 429);
    EXPECT_GE(json::as_integer(json::value(limited.http.header("retry-after"))).value_or(0), 1);
    EXPECT_EQ(limited.http.body, R"({"message":"Too Many Attempts."})");
    EXPECT_EQ(get(crm.url("/api/v1/orders"), crm.manager()).status(), 200);  // another token has its own measure
    EXPECT_EQ(get(crm.url("/healthz"), "").status(), 200);
}

TEST(WhoMay, unknown_routes_and_methods_are_json_too)
{
    Installation crm(On::sqlite);
    EXPECT_EQ(get(crm.url("/api/v1/nothing"), crm.shop()).http.body, R"({"message":"Not Found"})");
    auto wrong = get(crm.url("/api/v1/createOrder"), crm.shop());
    EXPECT_EQ(wrong.status(), 405);
    EXPECT_EQ(wrong.http.header("allow"), "POST, OPTIONS");
}

}  // namespace
}  // namespace smg::test
