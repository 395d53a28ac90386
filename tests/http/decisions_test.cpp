#include <fmt/core.h>
#include <gtest/gtest.h>

#include <thread>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class Decisions : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Decisions, both_databases(), name_of);

json::object held(const std::string& number) { return order_of(number, {{"client_email", "x@mailinator.com"}}); }

TEST_P(Decisions, a_held_order_is_approved_or_rejected)
{
    Installation crm(GetParam());
    auto good = crm.order(held("1")), bad = crm.order(held("2"));
    EXPECT_EQ(crm.decide(good, "approve", {{"note", "a known customer"}}).status(), 200);
    EXPECT_EQ(crm.decide(bad, "reject").text("data.phase"), "canceled");
    EXPECT_TRUE(crm.becomes(good, "completed"));
    EXPECT_EQ(history(crm.order(bad)), "received,dropped");
    EXPECT_EQ(crm.order(bad).text("data.events.1.actor"), "Olena the manager");
    EXPECT_EQ(crm.order(good).text("data.events.1.detail"), "a known customer");
    EXPECT_EQ(crm.decide(good, "approve").status(), 409);
    EXPECT_EQ(crm.decide(good, "reject").status(), 409);
    EXPECT_EQ(crm.supplier().adds_for(link_of("2")), 0);
}

TEST_P(Decisions, who_comes_second_is_told_who_was_first_and_when)
{
    Installation crm(GetParam());
    auto id = crm.order(held("1"));
    EXPECT_EQ(crm.decide(id, "archive", {{"version", 1}}).status(), 200);
    auto late = crm.decide(id, "approve", {{"version", 1}});
    EXPECT_EQ(late.status(), 409);
    EXPECT_TRUE(late.text("message").contains("archived by Olena the manager at 20")) << late.http.body;
    EXPECT_EQ(crm.phase(id), "review");
}

TEST_P(Decisions, of_twenty_people_at_once_one_decides)
{
    Installation crm(GetParam());
    auto id = crm.order(held("1"));
    std::vector<int> statuses(20);
    {
        std::vector<std::jthread> people;
        for (auto& status : statuses)
            people.emplace_back(
                [&] { status = crm.decide(id, &status == &statuses[0] ? "reject" : "approve", {{"version", 1}}).status(); });
    }
    EXPECT_EQ(std::ranges::count(statuses, 200), 1);
    EXPECT_EQ(std::ranges::count(statuses, 409), 19);
}

TEST_P(Decisions, an_order_is_canceled_wherever_it_is)
{
    Installation crm(GetParam());
    auto review = crm.order(held("1")), lost = crm.order(order_of("2", {{"supplier_service_id", "902"}})),
         refused = crm.order(order_of("3", {{"supplier_service_id", "905"}}));
    ASSERT_TRUE(crm.becomes(lost, "uncertain"));
    ASSERT_TRUE(crm.becomes(refused, "notaccepted"));
    ASSERT_EQ(crm.pause(true).status(), 200);
    auto waiting = crm.order(order_of("4"));
    for (auto id : {review, lost, refused, waiting}) {
        auto decided = crm.decide(id, "cancel");
        EXPECT_EQ(decided.text("data.phase"), "canceled") << decided.http.body;
        EXPECT_EQ(crm.decide(id, "cancel").status(), 409);
    }
    ASSERT_EQ(crm.pause(false).status(), 200);
    EXPECT_TRUE(crm.becomes(crm.order(order_of("5")), "completed"));
    EXPECT_EQ(crm.supplier().adds_for(link_of("4")), 0);
}

TEST_P(Decisions, the_supplier_is_asked_to_cancel_what_it_executes)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1", {{"supplier_service_id", "920"}}));
    ASSERT_TRUE(eventually([&] { return crm.order(id).text("data.supplier_status") == "In progress"; }))
        << crm.order(id).http.body;
    auto asked = crm.decide(id, "cancel");
    EXPECT_EQ(asked.text("data.phase"), "executing") << "only the supplier's next status says whether it did";
    EXPECT_TRUE(crm.becomes(id, "partial")) << crm.order(id).http.body;
    auto kinds = history(crm.order(id));
    EXPECT_TRUE(kinds.contains("cancel_asked") && kinds.contains("cancel_taken")) << kinds;
}

TEST_P(Decisions, a_completed_order_is_refilled)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1"));
    ASSERT_TRUE(crm.becomes(id, "completed"));
    EXPECT_EQ(crm.decide(id, "refill").status(), 200);
    EXPECT_TRUE(eventually([&] { return crm.order(id).text("data.refill_status") == "completed"; }))
        << crm.order(id).http.body;
    EXPECT_EQ(crm.order(id).text("data.refill_number"), "1");
    EXPECT_TRUE(history(crm.order(id)).contains("refill_asked,refill_begun")) << history(crm.order(id));
    EXPECT_EQ(crm.decide(crm.order(held("2")), "refill").status(), 409);
}

TEST_P(Decisions, a_refused_order_goes_to_another_supplier)
{
    Installation crm(GetParam());
    Supplier second;
    auto second_id = crm.add_supplier("2", second.api());
    auto id = crm.order(order_of("1", {{"supplier_service_id", "905"}}));
    ASSERT_TRUE(crm.becomes(id, "notaccepted"));
    EXPECT_EQ(crm.decide(id, "resend", {{"supplier_id", "3"}}).status(), 422);
    EXPECT_EQ(crm.decide(id, "resend", {{"supplier_id", "2"}, {"supplier_service_id", "101"}}).status(), 200);
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);
    EXPECT_EQ(second.ledger().size(), 1U);
    EXPECT_EQ(crm.order(id).text("data.attempts.1.api_provider_id"), second_id);
    EXPECT_EQ(crm.decide(id, "resend").status(), 409);
}

TEST_P(Decisions, a_word_changed_by_hand_lasts_until_the_next_move)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1", {{"supplier_service_id", "920"}}));
    ASSERT_TRUE(crm.becomes(id, "executing"));
    EXPECT_EQ(crm.decide(id, "status", {{"status", "no such word"}}).status(), 422);
    ASSERT_TRUE(eventually([&] { return crm.decide(id, "status", {{"status", "pending"}}).status() == 200; }));
    EXPECT_EQ(crm.order(id).text("data.status"), "pending");
    EXPECT_EQ(crm.phase(id), "executing");
    ASSERT_TRUE(eventually([&] { return crm.decide(id, "cancel").status() == 200; }));
    EXPECT_TRUE(eventually([&] { return crm.phase(id) != "executing"; }));
    EXPECT_EQ(crm.order(id).text("data.status"), crm.phase(id));
}

TEST(Decisions, an_unreadable_decision_names_its_fields)
{
    Installation crm(On::sqlite);
    auto id = crm.order(held("1"));
    auto url = crm.url(fmt::format("/api/v1/orders/{}/decisions", id));
    EXPECT_NE(post(url, crm.manager(), json::object{{"version", 1}}).text("errors.kind.0"), "");
    EXPECT_NE(post(url, crm.manager(), json::object{{"kind", "dance"}, {"version", 1}}).text("errors.kind.0"), "");
    EXPECT_NE(post(url, crm.manager(), json::object{{"kind", "approve"}}).text("errors.version.0"), "");
    EXPECT_NE(
        post(url, crm.manager(), json::object{{"kind", "approve"}, {"version", 1}, {"colour", 1}}).text("errors.colour.0"),
        "");
    EXPECT_EQ(post(crm.url("/api/v1/orders/999/decisions"), crm.manager(), json::object{{"kind", "approve"}, {"version", 1}})
                  .status(),
              404);
    EXPECT_EQ(crm.phase(id), "review");
}

}  // namespace
}  // namespace smg::test
