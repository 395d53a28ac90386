#include <fmt/core.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "http/connected.hpp"
#include "support/eventually.hpp"

namespace smg::test {
namespace {

class Shops : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Shops, both_databases(), name_of);

TEST_P(Shops, say_who_they_are)
{
    Connected it(GetParam());
    auto found = it.check();
    ASSERT_EQ(found.status(), 200) << found.http.body;
    EXPECT_EQ(found.text("data.version"), "1.0.0");
    EXPECT_EQ(found.text("data.woocommerce"), "9.4.0");
    EXPECT_EQ(found.text("data.trouble"), "null");
    auto sites = get(it.crm.url("/api/v1/sites"), it.admin);
    EXPECT_THAT(sites.http.body, testing::HasSubstr(R"("version":"1.0.0")"));
}

TEST_P(Shops, that_misbehave_are_told_apart)
{
    Connected it(GetParam());
    const std::pair<const char*, const char*> cases[] = {{"html", "not_json"},
                                                         {"not_found_page", "no_plugin"},
                                                         {"no_plugin", "no_plugin"},
                                                         {"redirect", "redirected"},
                                                         {"silent", "slow"},
                                                         {"half", "unreachable"},
                                                         {"half_json", "cut_short"},
                                                         {"unauthorized", "unauthorized"},
                                                         {"busy", "busy"},
                                                         {"error_page", "busy"},
                                                         {"notices", "null"},
                                                         {"slash_redirect", "null"},
                                                         {"plain_permalinks", "null"},
                                                         {"ok", "null"}};
    for (const auto& [scenario, trouble] : cases) {
        it.shop.change({{"scenario", scenario}});
        EXPECT_EQ(it.trouble(), trouble) << scenario;
    }
}

TEST_P(Shops, with_another_sites_token_are_not_believed)
{
    Connected it(GetParam());
    auto revoked = get(it.crm.url(it.path + "/tokens"), it.admin);
    auto id = revoked.body.at("data").at(0).at("id").as_int64();
    auto away = http_call("DELETE", it.crm.url(fmt::format("{}/tokens/{}", it.path, id)), bearer(it.admin));
    ASSERT_EQ(away.status, 204);
    EXPECT_EQ(it.trouble(), "no_token");
    ASSERT_EQ(post(it.crm.url(it.path + "/tokens"), it.admin, {{"name", "new"}}).status(), 201);
    EXPECT_EQ(it.trouble(), "unauthorized") << "the shop still has the old one";
}

TEST_P(Shops, hear_of_their_orders_without_anybody_setting_that_up)
{
    Connected it(GetParam());
    ASSERT_EQ(it.trouble(), "null");
    auto reply = post(it.crm.url("/api/v1/createOrder"), it.token, order_of("7001"));
    ASSERT_EQ(reply.status(), 200) << reply.http.body;
    auto id = reply.text("order_id");
    EXPECT_TRUE(eventually([&] {
        return std::ranges::any_of(it.shop.events(), [&](const auto& event) {
            return text_at(event, "data.id") == id && text_at(event, "data.status") == "completed";
        });
    }));
    ASSERT_EQ(it.trouble(), "null");
    auto hooks = get(it.crm.url("/api/v1/webhooks"), it.admin);
    EXPECT_EQ(hooks.body.at("data").as_array().size(), 1U) << "one for the shop, however often it is looked at";
}

TEST_P(Shops, do_not_hear_by_themselves_when_that_is_switched_off)
{
    Connected it(GetParam(), {}, {{"shops.webhooks", "0"}});
    ASSERT_EQ(it.trouble(), "null");
    auto hooks = get(it.crm.url("/api/v1/webhooks"), it.admin);
    EXPECT_TRUE(hooks.body.at("data").as_array().empty());
}

TEST_P(Shops, paid_orders_that_never_arrived_are_fetched_once)
{
    Connected it(GetParam());
    it.shop.pay(order_of("7101"));
    EXPECT_EQ(it.trouble(), "null");
    auto found = [&] { return get(it.crm.url("/api/v1/orders?wp_order_number=7101"), it.admin); };
    ASSERT_TRUE(eventually([&] { return found().body.at("data").as_array().size() == 1; }));
    auto id = found().body.at("data").at(0).at("id").as_int64();
    EXPECT_TRUE(it.crm.becomes(id, "completed"));
    // The shop's own try comes after all.
    auto late = post(it.crm.url("/api/v1/createOrder"), it.token, order_of("7101"));
    EXPECT_EQ(late.status(), 200);
    EXPECT_EQ(late.text("order_id"), std::to_string(id));
    EXPECT_EQ(it.crm.supplier().adds_for(link_of("7101")), 1);
    EXPECT_EQ(found().body.at("data").as_array().size(), 1U);
}

TEST_P(Shops, that_are_too_weak_for_a_long_page_are_asked_for_shorter_ones)
{
    Connected it(GetParam());
    it.shop.change({{"scenario", "weak"}});
    it.shop.pay(order_of("7301"));
    EXPECT_EQ(it.trouble(), "null");
    EXPECT_TRUE(eventually([&] {
        auto found = get(it.crm.url("/api/v1/orders?wp_order_number=7301"), it.admin);
        return found.body.at("data").as_array().size() == 1;
    }));
}

TEST_P(Shops, whose_paid_orders_were_never_read_are_a_notice)
{
    Connected it(GetParam());
    it.shop.change({{"scenario", "no_paid_orders"}});
    ASSERT_EQ(it.trouble(), "null");
    EXPECT_TRUE(eventually([&] {
        return get(it.crm.url("/api/v1/notices?unseen=1"), it.admin).http.body.contains("paid orders cannot be read");
    }));
}

TEST_P(Shops, that_fall_silent_are_a_notice)
{
    Connected it(GetParam());
    ASSERT_EQ(it.trouble(), "null");
    it.shop.change({{"scenario", "error_page"}});
    auto told = [&] {
        auto notices = get(it.crm.url("/api/v1/notices"), it.admin);
        return notices.http.body.contains("shop_silent");
    };
    ASSERT_TRUE(eventually(told));
    // Nobody waits for a shop that is switched off.
    auto open = [&] { return get(it.crm.url("/api/v1/notices?unseen=1"), it.admin).http.body.contains("shop_silent"); };
    EXPECT_TRUE(open());
    ASSERT_EQ(patch(it.crm.url(it.path), it.admin, {{"is_active", false}}).status(), 200);
    EXPECT_TRUE(eventually([&] { return !open(); }));
}

TEST_P(Shops, that_answer_but_give_no_paid_orders_are_a_notice)
{
    Connected it(GetParam());
    ASSERT_EQ(it.trouble(), "null");
    it.shop.pay(order_of("7201"));
    auto found = [&] { return get(it.crm.url("/api/v1/orders?wp_order_number=7201"), it.admin); };
    ASSERT_TRUE(eventually([&] { return found().body.at("data").as_array().size() == 1; })) << "control: they are read";
    it.shop.change({{"scenario", "no_paid_orders"}});
    auto told = [&] {
        return get(it.crm.url("/api/v1/notices?unseen=1"), it.admin).http.body.contains("paid orders cannot be read");
    };
    ASSERT_TRUE(eventually(told));
    EXPECT_EQ(it.trouble(), "null") << "the plugin answers";
    it.shop.change({{"scenario", "ok"}});
    EXPECT_TRUE(eventually([&] { return !told(); })) << "it is taken back by itself";
}

}  // namespace
}  // namespace smg::test
