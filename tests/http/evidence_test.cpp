#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

// What the program finds out by itself about orders whose answer was lost, and what it does not dare to conclude.
class Evidence : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Evidence, both_databases(), name_of);

const std::map<std::string, std::string> quick = {
    {"evidence.after_s", "1"}, {"evidence.every_s", "3600"}, {"evidence.balance_apart_s", "1"}};

void change_supplier(Installation& crm, const json::object& to)
{
    auto changed = patch(crm.url("/api/v1/suppliers/" + crm.supplier_id()), crm.add_token("admin"), to);
    ASSERT_EQ(changed.status(), 200) << changed.http.body;
}

// One that is done before, so that its price is known, and one whose answer is lost although the supplier took it.
std::int64_t lost_after_a_good_one(Installation& crm)
{
    EXPECT_TRUE(crm.becomes(crm.order(order_of("good")), "completed"));
    crm.supplier().change(json::object{{"scenario", "close_after"}});
    auto id = crm.order(order_of("lost"));
    EXPECT_TRUE(crm.becomes(id, "uncertain")) << crm.order(id).http.body;
    crm.supplier().change(json::object{{"scenario", "ok"}});
    return id;
}

// Somebody else orders with our key: in the supplier's cabinet, or by another program.
void order_by_hand(Installation& crm, const std::string& link)
{
    auto answer = http_call("POST", crm.supplier().api(), {{"Content-Type", "application/x-www-form-urlencoded"}},
                            "key=k&action=add&service=101&quantity=1000&link=" + link);
    ASSERT_TRUE(answer.body.contains("order")) << answer.body;
}

std::vector<std::string> numbers(const Reply& order, std::string_view kind)
{
    std::vector<std::string> found;
    for (const auto& row : order.body.at("data").at("evidence").as_array())
        if (text_at(row, "kind") == kind) found.push_back(text_at(row, "supplier_order_id"));
    return found;
}

std::string detail(const Reply& order, std::string_view kind)
{
    for (const auto& row : order.body.at("data").at("evidence").as_array())
        if (text_at(row, "kind") == kind) return text_at(row, "strength") + " " + text_at(row, "detail");
    return "";
}

void recheck(Installation& crm, std::int64_t id)
{
    EXPECT_TRUE(eventually([&] {
        auto asked = crm.decide(id, "recheck");
        return asked.status() == 200 || crm.phase(id) != "uncertain";
    }));
}

TEST_P(Evidence, a_search_finds_the_lost_order_and_settles_it)
{
    Installation crm(GetParam(), {.settings = quick});
    change_supplier(crm, {{"gap_scan", true}});
    auto id = lost_after_a_good_one(crm);
    EXPECT_TRUE(crm.becomes(crm.order(order_of("later")), "completed"));
    recheck(crm, id);
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    auto order = crm.order(id);
    EXPECT_EQ(order.text("data.supplier_order_number"), text_at(crm.supplier().ledger(), "1.order"));
    EXPECT_EQ(order.text("data.attempts.0.state"), "resolved_found");
    EXPECT_TRUE(history(order).contains("found")) << history(order);
    EXPECT_EQ(crm.supplier().adds_for(link_of("lost")), 1);
}

TEST_P(Evidence, two_candidates_are_shown_and_a_person_takes_the_right_one)
{
    Installation crm(GetParam(), {.settings = quick});
    change_supplier(crm, {{"gap_scan", true}});
    auto id = lost_after_a_good_one(crm);
    order_by_hand(crm, "https://instagram.com/by-hand");
    EXPECT_TRUE(crm.becomes(crm.order(order_of("later")), "completed"));
    recheck(crm, id);
    EXPECT_TRUE(eventually([&] { return numbers(crm.order(id), "candidate").size() == 2; })) << crm.order(id).http.body;
    auto ledger = crm.supplier().ledger();
    EXPECT_EQ(numbers(crm.order(id), "candidate"), (std::vector{text_at(ledger, "1.order"), text_at(ledger, "2.order")}));
    EXPECT_TRUE(detail(crm.order(id), "scan").contains("more than one number is left over")) << crm.order(id).http.body;
    EXPECT_EQ(crm.phase(id), "uncertain");
    EXPECT_TRUE(eventually(
        [&] { return crm.decide(id, "found", {{"supplier_order_number", text_at(ledger, "1.order")}}).status() == 200; }));
    EXPECT_TRUE(crm.becomes(id, "completed"));
    EXPECT_EQ(crm.decide(id, "recheck").status(), 409);
}

TEST_P(Evidence, the_only_candidate_is_not_taken_while_another_lost_order_may_have_it)
{
    Installation crm(GetParam(), {.settings = quick});
    change_supplier(crm, {{"gap_scan", true}});
    auto id = lost_after_a_good_one(crm);
    crm.supplier().change(json::object{{"scenario", "close_before"}});  // this one never arrives
    auto rival = crm.order(order_of("rival"));
    EXPECT_TRUE(crm.becomes(rival, "uncertain"));
    crm.supplier().change(json::object{{"scenario", "ok"}});
    EXPECT_TRUE(crm.becomes(crm.order(order_of("later")), "completed"));
    for (auto one : {id, rival}) {
        recheck(crm, one);
        EXPECT_TRUE(eventually([&] { return detail(crm.order(one), "scan").contains("it may be order"); }))
            << crm.order(one).http.body;
        EXPECT_EQ(crm.phase(one), "uncertain");
    }
}

TEST_P(Evidence, the_balance_shows_that_it_was_charged_and_settles_nothing)
{
    Installation crm(GetParam(), {.settings = quick});
    auto admin = crm.add_token("admin");
    EXPECT_TRUE(crm.becomes(crm.order(order_of("before")), "completed"));
    EXPECT_EQ(post(crm.url("/api/v1/suppliers/" + crm.supplier_id() + "/test"), admin, json::object{}).text("data.works"),
              "true");
    auto id = lost_after_a_good_one(crm);
    EXPECT_TRUE(eventually([&] { return detail(crm.order(id), "balance").contains("its price"); }))
        << crm.order(id).http.body;
    EXPECT_TRUE(detail(crm.order(id), "balance").starts_with("strong")) << crm.order(id).http.body;
    EXPECT_EQ(crm.phase(id), "uncertain");
    EXPECT_TRUE(numbers(crm.order(id), "candidate").empty()) << "nobody has allowed a search";
}

TEST_P(Evidence, a_supplier_that_takes_repeats_is_asked_once_more_when_its_row_says_so)
{
    Installation crm(GetParam(), {.settings = quick});
    crm.supplier().change(json::object{{"request_id_field", "request_id"}});
    auto adds = [&] { return get(crm.supplier().program().url("/counts"), "").number("actions.add"); };
    change_supplier(crm, {{"request_id_field", "request_id"}});
    auto never = lost_after_a_good_one(crm);
    EXPECT_TRUE(eventually([&] { return history(crm.order(never)).contains("lost"); }));
    recheck(crm, never);
    EXPECT_EQ(text_at(crm.supplier().ledger(), "1.fields.request_id").substr(0, 2), fmt::format("{}-", never));

    change_supplier(crm, {{"ask_again", true}});
    crm.supplier().change(json::object{{"scenario", "close_after"}});
    auto id = crm.order(order_of("again"));
    EXPECT_TRUE(crm.becomes(id, "uncertain"));
    crm.supplier().change(json::object{{"scenario", "ok"}});
    recheck(crm, id);
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().adds_for(link_of("again")), 1) << "the supplier's own idempotency";
    EXPECT_EQ(crm.order(id).text("data.supplier_order_number"), text_at(crm.supplier().ledger(), "2.order"));
    EXPECT_TRUE(history(crm.order(id)).contains("asked_again"));
    EXPECT_GE(adds(), 4);

    // What was sent before the row said so carries no such promise: it is never repeated.
    recheck(crm, never);
    EXPECT_EQ(crm.phase(never), "uncertain");
    EXPECT_FALSE(history(crm.order(never)).contains("asked_again"));
}

TEST_P(Evidence, is_gathered_after_a_crash_as_well)
{
    Installation crm(GetParam(), {.settings = quick});
    change_supplier(crm, {{"gap_scan", true}});
    EXPECT_TRUE(crm.becomes(crm.order(order_of("good")), "completed"));
    crm.supplier().change(json::object{{"scenario", "hang_after"}});
    crm.set({{"sending.timeout_s", "300"}});
    auto id = crm.order(order_of("lost"));
    EXPECT_TRUE(crm.becomes(id, "sending"));
    EXPECT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of("lost")) == 1; }));
    crm.kill();
    crm.supplier().change(json::object{{"scenario", "ok"}});
    crm.start();
    EXPECT_TRUE(crm.becomes(id, "uncertain")) << crm.order(id).http.body;
    EXPECT_TRUE(crm.becomes(crm.order(order_of("later")), "completed"));
    recheck(crm, id);
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().adds_for(link_of("lost")), 1);
}

TEST(Evidence, is_for_managers_alone_and_money_that_went_back_ends_a_refused_order)
{
    Installation crm(On::sqlite, {.settings = quick});
    auto id = crm.order(order_of("1", {{"supplier_service_id", "905"}}));
    ASSERT_TRUE(crm.becomes(id, "notaccepted"));
    auto path = crm.url(fmt::format("/api/v1/orders/{}", id));
    EXPECT_EQ(crm.order(id).text("data.evidence"), "[]");
    EXPECT_EQ(get(path, crm.add_token("user")).text("data.evidence"), "");
    EXPECT_EQ(get(path, crm.shop()).text("data.evidence"), "");
    EXPECT_EQ(crm.decide(id, "recheck").status(), 409);
    EXPECT_EQ(crm.decide(id, "paid_back", {{"note", "card refund 17"}}).text("data.phase"), "refunded");
    EXPECT_EQ(crm.decide(id, "paid_back").status(), 409);
}

}  // namespace
}  // namespace smg::test
