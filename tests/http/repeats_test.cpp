#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class Repeats : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Repeats, both_databases(), name_of);

Reply create_under(Installation& crm, const std::string& key, const json::object& body)
{
    auto headers = bearer(crm.shop());
    headers.emplace_back("Content-Type", "application/json");
    headers.emplace_back("Idempotency-Key", key);
    return read(http_call("POST", crm.url("/api/v1/createOrder"), headers, json::text_of(body)));
}

TEST_P(Repeats, a_repeat_gets_the_first_reply_word_for_word)
{
    Installation crm(GetParam());
    auto first = crm.create(order_of("1"));
    auto id = first.number("order_id");
    ASSERT_TRUE(crm.becomes(id, "completed"));
    auto second = crm.create(order_of("1"));
    EXPECT_EQ(second.status(), 200);
    EXPECT_FALSE(first.replayed());
    EXPECT_TRUE(second.replayed());
    EXPECT_EQ(second.http.body, first.http.body);
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
    EXPECT_TRUE(history(crm.order(id)).ends_with(",repeated")) << history(crm.order(id));
}

TEST(Repeats, a_repeat_after_a_restart_is_still_a_repeat)
{
    Installation crm(On::sqlite);
    auto first = crm.create(order_of("1"));
    crm.stop();
    crm.start();
    auto second = crm.create(order_of("1"));
    EXPECT_TRUE(second.replayed());
    EXPECT_EQ(second.http.body, first.http.body);
}

TEST(Repeats, what_does_not_belong_to_the_identity_may_differ)
{
    Installation crm(On::sqlite);
    auto first = crm.create(order_of("1"));
    auto second = crm.create(order_of("1", {{"notes", "call me"}, {"total_amount", "13"}, {"type_payment", "card"}}));
    EXPECT_TRUE(second.replayed());
    EXPECT_EQ(second.http.body, first.http.body);
}

TEST_P(Repeats, an_idempotency_key_is_another_name_for_the_order)
{
    Installation crm(GetParam());
    auto first = create_under(crm, "key-1", order_of("1"));
    auto same = create_under(crm, "key-1", order_of("1"));
    EXPECT_TRUE(same.replayed());
    EXPECT_EQ(same.http.body, first.http.body);
    auto other = create_under(crm, "key-1", order_of("2"));
    EXPECT_EQ(other.status(), 422) << other.http.body;
    EXPECT_NE(other.text("errors.Idempotency-Key.0"), "");
    auto new_key = create_under(crm, "key-2", order_of("1"));
    EXPECT_TRUE(new_key.replayed());
    EXPECT_EQ(new_key.number("order_id"), first.number("order_id"));
    EXPECT_EQ(crm.get("/api/v1/orders").text("meta.count"), "1");
}

TEST_P(Repeats, the_same_item_with_other_content_is_refused_and_remembered)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1", {{"item_id", "7"}}));
    auto other = crm.create(order_of("1", {{"item_id", "7"}, {"quantity", 2000}}));
    EXPECT_EQ(other.status(), 422);
    EXPECT_NE(other.text("errors.item_id.0"), "") << other.http.body;
    EXPECT_TRUE(history(crm.order(id)).contains("repeat_refused"));
    EXPECT_EQ(crm.get("/api/v1/orders").text("meta.count"), "1");
}

TEST_P(Repeats, two_items_of_one_wordpress_order_are_two_orders)
{
    Installation crm(GetParam());
    auto first = crm.order(order_of("1", {{"item_id", "7"}, {"url", link_of("a")}}));
    auto second = crm.order(order_of("1", {{"item_id", "8"}, {"url", link_of("b")}}));
    auto third = crm.order(order_of("1", {{"url", link_of("c")}}));
    auto fourth = crm.order(order_of("1", {{"url", link_of("d")}}));
    EXPECT_EQ((std::set{first, second, third, fourth}.size()), 4U);
    EXPECT_EQ(crm.get("/api/v1/orders?wp_order_number=1").list("data").size(), 4U);
    for (auto id : {first, second, third, fourth}) EXPECT_TRUE(crm.becomes(id, "completed"));
    EXPECT_EQ(crm.supplier().ledger().size(), 4U);
}

TEST_P(Repeats, another_shops_order_of_the_same_number_is_another_order)
{
    Installation crm(GetParam());
    auto first = crm.create(order_of("1"));
    auto second = post(crm.url("/api/v1/createOrder"), crm.add_site("https://second.example"), order_of("1"));
    EXPECT_EQ(second.status(), 200);
    EXPECT_FALSE(second.replayed());
    EXPECT_NE(second.number("order_id"), first.number("order_id"));
}

TEST_P(Repeats, two_hundred_at_once_make_one_order)
{
    constexpr std::size_t many = 200;
    Installation crm(GetParam());
    std::vector<Reply> replies(many);
    {
        std::vector<std::jthread> threads;
        for (auto& reply : replies) threads.emplace_back([&crm, &reply] { reply = crm.create(order_of("1")); });
    }
    std::size_t fresh = 0;
    for (const auto& reply : replies) {
        ASSERT_EQ(reply.status(), 200) << reply.http.body << reply.http.error;
        EXPECT_EQ(reply.http.body, replies.front().http.body);
        fresh += !reply.replayed();
    }
    EXPECT_EQ(fresh, 1U);
    EXPECT_EQ(crm.get("/api/v1/orders").text("meta.count"), "1");
    EXPECT_TRUE(crm.becomes(replies.front().number("order_id"), "completed"));
    EXPECT_EQ(crm.supplier().ledger().size(), 1U);
}

}  // namespace
}  // namespace smg::test
