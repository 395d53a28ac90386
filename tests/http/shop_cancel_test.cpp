// What a shop tells of orders that its customers no longer want: nothing is sent that need not be, nothing is decided that
// costs money, and nobody is left without knowing.
#include <gtest/gtest.h>

#include "http/installation.hpp"
#include "http/simulators.hpp"

namespace smg::test {
namespace {

class ShopCancels : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, ShopCancels, both_databases(), name_of);

json::object held(const std::string& number) { return order_of(number, {{"client_email", "x@mailinator.com"}}); }

Reply tell(Installation& crm, json::object body, const std::string& key = "k1")
{
    body["date"] = key;  // without an Idempotency-Key it tells repeats
    return post(crm.url("/api/v1/orderCancelled"), crm.shop(), body);
}

TEST_P(ShopCancels, what_was_not_sent_is_not_sent)
{
    Installation crm(GetParam());
    auto review = crm.order(held("1"));
    ASSERT_EQ(crm.pause(true).status(), 200);
    auto waiting = crm.order(order_of("2", {{"item_id", "12"}}));
    auto told = tell(crm, {{"order_id", review}, {"reason", "cancelled"}});
    EXPECT_EQ(told.status(), 200) << told.http.body;
    EXPECT_EQ(told.text("order_id"), std::to_string(review));
    EXPECT_EQ(tell(crm, {{"wp_order_number", "2"}, {"item_id", "12"}, {"reason", "refunded"}}).status(), 200);
    EXPECT_EQ(crm.phase(review), "canceled");
    EXPECT_EQ(crm.phase(waiting), "canceled");
    EXPECT_EQ(history(crm.order(review)), "received,shop_cancelled,dropped");
    ASSERT_EQ(crm.pause(false).status(), 200);
    EXPECT_TRUE(crm.becomes(crm.order(order_of("3")), "completed"));  // control: others go on
    EXPECT_EQ(crm.supplier().adds_for(link_of("2")), 0);
}

TEST_P(ShopCancels, what_is_with_a_supplier_goes_on_and_a_person_is_told)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1", {{"supplier_service_id", "920"}}));
    ASSERT_TRUE(crm.becomes(id, "executing"));
    json::object body{{"order_id", id}, {"reason", "refunded"}, {"amount", "5.00"}, {"currency", "UAH"}};
    EXPECT_EQ(tell(crm, body).status(), 200);
    EXPECT_EQ(tell(crm, body).status(), 200);  // the same once more
    EXPECT_EQ(crm.phase(id), "executing");
    EXPECT_EQ(history(crm.order(id)), "received,taken,accepted,shop_refunded");
    auto notices = crm.get("/api/v1/notices");
    EXPECT_TRUE(notices.text("data.0.body").contains("5.00 UAH")) << notices.http.body;
    EXPECT_EQ(notices.text("data.1.body"), "");
    EXPECT_EQ(tell(crm, {{"order_id", id}, {"reason", "refunded_partly"}}, "k2").status(), 200);
    EXPECT_EQ(history(crm.order(id)), "received,taken,accepted,shop_refunded,shop_refunded_partly");
}

TEST_P(ShopCancels, part_of_the_money_back_stops_nothing_and_a_person_is_told)
{
    Installation crm(GetParam());
    auto id = crm.order(held("1"));
    EXPECT_EQ(tell(crm, {{"order_id", id}, {"reason", "refunded_partly"}, {"amount", "1"}, {"currency", "UAH"}}).status(),
              200);
    EXPECT_EQ(crm.phase(id), "review");
    EXPECT_TRUE(crm.get("/api/v1/notices").http.body.contains("1.00 UAH"));
}

TEST_P(ShopCancels, what_comes_in_the_moment_in_which_it_is_cancelled_waits_for_a_person)
{
    Installation crm(GetParam());
    auto unknown = tell(crm, {{"wp_order_number", "1"}, {"item_id", "12"}, {"reason", "cancelled"}});
    EXPECT_EQ(unknown.http.body, R"({"success":true,"order_id":null,"status":null})");
    auto order = order_of("1", {{"item_id", "12"}});
    EXPECT_EQ(tell(crm, {{"wp_order_number", "2"}, {"item_id", "12"}, {"reason", "refunded_partly"}}).status(), 200);
    auto id = crm.order(order);
    ASSERT_TRUE(crm.becomes(id, "review"));
    EXPECT_EQ(crm.order(id).text("data.reason"), "shop_cancelled");
    EXPECT_TRUE(crm.get("/api/v1/notices?unseen=1").http.body.contains("the shop says: cancelled"));
    EXPECT_TRUE(crm.becomes(crm.order(order_of("2", {{"item_id", "12"}})), "completed")) << "control: a part stops nothing";
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 0);
    ASSERT_EQ(crm.decide(id, "approve").status(), 200);
    EXPECT_TRUE(crm.becomes(id, "completed"));
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

TEST_P(ShopCancels, a_shop_names_its_own_orders_alone)
{
    Installation crm(GetParam());
    auto id = crm.order(held("1"));
    auto other = crm.add_site("https://other.example");
    auto foreign = post(crm.url("/api/v1/orderCancelled"), other, json::object{{"order_id", id}, {"reason", "cancelled"}});
    EXPECT_EQ(foreign.status(), 200);
    EXPECT_EQ(foreign.http.body, R"({"success":true,"order_id":null,"status":null})");
    EXPECT_EQ(crm.phase(id), "review");
    EXPECT_EQ(tell(crm, {{"reason", "cancelled"}}).status(), 422);
    EXPECT_EQ(tell(crm, {{"order_id", id}, {"reason", "bored"}}).status(), 422);
    EXPECT_EQ(post(crm.url("/api/v1/orderCancelled"), crm.manager(), json::object{{"order_id", id}}).status(), 403);
}

}  // namespace
}  // namespace smg::test
