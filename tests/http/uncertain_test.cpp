#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

// What people do about an order that may or may not be with its supplier.
class Uncertain : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Uncertain, both_databases(), name_of);

std::int64_t lost(Installation& crm, const std::string& number, const std::string& scenario)
{
    crm.supplier().change(json::object{{"scenario", scenario}});
    auto id = crm.order(order_of(number));
    EXPECT_TRUE(crm.becomes(id, "uncertain")) << crm.order(id).http.body;
    crm.supplier().change(json::object{{"scenario", "ok"}});
    return id;
}

TEST_P(Uncertain, the_right_number_brings_it_back)
{
    Installation crm(GetParam());
    auto other = crm.order(order_of("0"));
    ASSERT_TRUE(crm.becomes(other, "completed"));
    auto id = lost(crm, "1", "close_after");
    auto taken = crm.decide(id, "found", {{"supplier_order_number", crm.order(other).text("data.supplier_order_number")}});
    EXPECT_EQ(taken.status(), 422) << taken.http.body;
    EXPECT_TRUE(taken.text("errors.supplier_order_number.0").contains("belongs to order")) << taken.http.body;
    for (auto wrong : {"999", "", "12a", "-1", "1,2", "000000000000000000000"})
        EXPECT_EQ(crm.decide(id, "found", {{"supplier_order_number", wrong}}).status(), 422) << wrong;
    EXPECT_EQ(crm.phase(id), "uncertain");

    auto number = text_at(crm.supplier().ledger(), "1.order");
    auto found = crm.decide(id, "found", {{"supplier_order_number", number}});
    EXPECT_EQ(found.text("data.phase"), "executing") << found.http.body;
    EXPECT_TRUE(crm.becomes(id, "completed"));
    EXPECT_EQ(crm.order(id).text("data.attempts.0.state"), "resolved_found");
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

TEST(Uncertain, nothing_is_decided_while_the_supplier_does_not_answer)
{
    Installation crm(On::sqlite, {.settings = {{"calls.timeout_s", "1"}}});
    auto id = lost(crm, "1", "close_after");
    auto number = text_at(crm.supplier().ledger(), "0.order");
    crm.supplier().change(json::object{{"scenario", "close_before"}});
    EXPECT_EQ(crm.decide(id, "found", {{"supplier_order_number", number}}).status(), 503);
    EXPECT_EQ(crm.phase(id), "uncertain");
}

TEST_P(Uncertain, sending_again_takes_a_confirmation_and_time)
{
    Installation crm(GetParam());
    auto id = lost(crm, "1", "close_before");
    EXPECT_NE(crm.decide(id, "send_again").text("errors.confirm.0"), "");
    auto early = crm.decide(id, "send_again", {{"confirm", true}});
    EXPECT_EQ(early.status(), 409);
    EXPECT_TRUE(early.text("message").contains("this can be decided in")) << early.http.body;
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);

    crm.set({{"sending.safe_wait_s", "0"}});
    EXPECT_TRUE(eventually([&] { return crm.decide(id, "send_again", {{"confirm", true}}).status() == 200; }));
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
    EXPECT_EQ(crm.order(id).text("data.attempts.0.state"), "resolved_absent");
}

TEST_P(Uncertain, a_large_amount_takes_a_second_person)
{
    Installation crm(GetParam(), {.settings = {{"sending.safe_wait_s", "0"}, {"sending.second_person_above", "10"}}});
    auto id = lost(crm, "1", "close_before");
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(crm.decide(id, "send_again", {{"confirm", true}}).status(), 200);
        EXPECT_EQ(crm.phase(id), "uncertain") << "one person is not two";
    }
    json::object body{{"kind", "send_again"}, {"confirm", true}, {"version", crm.order(id).number("data.version")}};
    EXPECT_EQ(post(crm.url(fmt::format("/api/v1/orders/{}/decisions", id)), crm.add_token("admin"), body).status(), 200);
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
}

TEST_P(Uncertain, no_other_decision_sends_it)
{
    Installation crm(GetParam());
    auto id = lost(crm, "1", "close_after");
    for (auto kind : {"approve", "reject", "resend", "refill"}) EXPECT_EQ(crm.decide(id, kind).status(), 409) << kind;
    EXPECT_EQ(crm.create(order_of("1")).number("order_id"), id);
    EXPECT_TRUE(crm.becomes(crm.order(order_of("2")), "completed"));
    EXPECT_EQ(crm.phase(id), "uncertain");
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

}  // namespace
}  // namespace smg::test
