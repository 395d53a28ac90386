#include "sandbox/scenarios.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sandbox/payloads.hpp"
#include "sandbox/supplier.hpp"

namespace smg::sandbox {
namespace {

RawReply ask(SupplierSimulator& supplier, const std::string& fields, const std::string& path = "/api/v2")
{
    RawRequest request;
    request.http.method = http::Method::POST;
    request.http.path = path;
    request.http.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    request.http.body = "key=k&" + fields;
    return supplier.handle(request);
}

SupplierOptions in_scenario(std::string_view name)
{
    SupplierOptions options;
    options.scenario = name;
    return options;
}

const ManualClock at_noon{Time(std::chrono::milliseconds(1'780'000'000'000))};
const std::string add_101 = "action=add&service=101&link=x&quantity=100";

TEST(Scenarios, table_is_whole)
{
    std::set<std::string_view> names;
    std::set<int> services;
    EXPECT_EQ(scenarios().front().name, "ok");
    for (const auto& row : scenarios()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_TRUE(row.service == 0 || services.insert(row.service).second) << row.name;
        EXPECT_FALSE(row.help.empty()) << row.name;
        EXPECT_TRUE(row.name == "ok" || row.spoil || row.end != End::completed) << row.name << " does nothing";
        EXPECT_TRUE(row.service == 0 || row.stage == Stage::every || row.stage == Stage::add) << row.name;
    }
}

// What reliability asks for: at least 60 ways in which a supplier can spoil an `add`.
TEST(Scenarios, of_add_alone_are_more_than_a_hundred_and_fifty)
{
    auto spoils_add = [](const Scenario& row) {
        return row.spoil && (row.stage == Stage::every || row.stage == Stage::add);
    };
    EXPECT_GE(std::ranges::count_if(scenarios(), spoils_add), 150);
    for (auto stage : {Stage::status, Stage::services, Stage::balance})
        EXPECT_GE(std::ranges::count(scenarios(), stage, &Scenario::stage), 10) << word(stage);
}

TEST(Scenarios, are_listed_for_people_one_a_line)
{
    auto list = list_of_scenarios(), names = names_of_scenarios();
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(list, '\n')), scenarios().size());
    for (const auto& row : scenarios()) {
        EXPECT_NE(list.find(fmt::format("{} ", row.name)), std::string::npos) << row.name;
        EXPECT_NE(names.find(row.name), std::string::npos) << row.name;
    }
}

TEST(Scenarios, an_address_brings_its_own_whatever_the_global_one)
{
    SupplierSimulator supplier(at_noon, in_scenario("html"));
    EXPECT_EQ(ask(supplier, add_101, "/api/as/ok").body, R"({"order":23501})");
    EXPECT_EQ(ask(supplier, add_101, "/api/as/order_zero/v2").body, R"({"order":0})");
    EXPECT_EQ(ask(supplier, add_101, "/api/as/no_such").body, R"({"error":"there is no scenario of this address"})");
    EXPECT_EQ(supplier.panel().ledger().size(), 2u);
    EXPECT_EQ(supplier.panel().ledger()[1].scenario, "order_zero");
}

TEST(Scenarios, that_lead_away_lead_where_they_are_told)
{
    auto options = in_scenario("redirect_307");
    options.lead_to = "http://127.0.0.1:4711/canary";
    SupplierSimulator supplier(at_noon, options);
    auto reply = ask(supplier, add_101);
    EXPECT_EQ(reply.status, 307);
    ASSERT_EQ(reply.headers.size(), 1u);
    EXPECT_EQ(reply.headers[0].second, "http://127.0.0.1:4711/canary");
}

TEST(Scenarios, that_tell_the_key_tell_the_one_that_came)
{
    SupplierSimulator supplier(at_noon, in_scenario("key_in_error"));
    EXPECT_EQ(ask(supplier, add_101).body, R"({"error":"Invalid API key k"})");
}

// A reply that says nothing else than the good one would show nothing.
TEST(Scenarios, each_makes_a_difference_to_its_stage)
{
    for (const auto& row : scenarios()) {
        if (row.name == "ok" || row.end != End::completed || row.takes == Takes::not_while_active) continue;
        SupplierSimulator good(at_noon, {}), bad(at_noon, in_scenario(row.name));
        RawReply expected, got;
        for (auto action : {std::string("action=services"), add_101, std::string("action=status&orders=23501,7"),
                            std::string("action=balance")}) {
            expected = ask(good, action), got = ask(bad, action);
            bool same = expected.body == got.body && expected.status == got.status && expected.ending == got.ending &&
                        expected.delay == got.delay && expected.drip == got.drip && expected.filler == got.filler &&
                        expected.bytes == got.bytes && expected.content_type == got.content_type &&
                        expected.headers.size() == got.headers.size();
            bool meant = row.stage == Stage::every || action.starts_with(fmt::format("action={}", word(row.stage)));
            // Orders end in their own words only later, and numbers differ in form only where there are numbers.
            bool later = row.name == "numbers_as_floats" || row.name == "string_ids" || row.name == "status_spellings" ||
                         row.name == "canceled_after_completed";
            if (meant && !later) EXPECT_FALSE(same) << row.name << " " << action;
            if (!meant && row.takes == Takes::yes) EXPECT_TRUE(same) << row.name << " " << action;
        }
    }
}

TEST(Scenarios, ledger_tells_which_take_the_order)
{
    for (const auto& row : scenarios()) {
        SupplierSimulator supplier(at_noon, in_scenario(row.name));
        ask(supplier, add_101);
        bool taken = row.takes == Takes::yes || row.takes == Takes::not_while_active;
        EXPECT_EQ(supplier.panel().ledger().size(), taken ? 1u : 0u) << row.name;
        ask(supplier, add_101);
        std::size_t both = row.takes == Takes::yes ? 2 : row.takes == Takes::no ? 0 : 1;
        EXPECT_EQ(supplier.panel().ledger().size(), both) << row.name;
    }
}

TEST(Scenarios, a_service_brings_its_own_whatever_the_global_one)
{
    SupplierSimulator supplier(at_noon, in_scenario("html"));
    EXPECT_EQ(ask(supplier, "action=add&service=905&link=x&quantity=10").body, R"({"error":"Not enough funds on balance"})");
    EXPECT_EQ(ask(supplier, add_101).content_type, "text/html; charset=UTF-8");
    EXPECT_EQ(scenario_of_service(0), nullptr);
    EXPECT_EQ(scenario_of_service(404), nullptr);
}

struct Body {
    std::string_view scenario, action, body;
};

class ReplyOf : public testing::TestWithParam<Body> {};

TEST_P(ReplyOf, is_known_word_for_word)
{
    SupplierSimulator supplier(at_noon, in_scenario(GetParam().scenario));
    if (GetParam().action != "action=add") ask(supplier, add_101);
    auto fields = GetParam().action == "action=add" ? add_101 : std::string(GetParam().action);
    EXPECT_EQ(ask(supplier, fields).body, GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReplyOf,
    testing::Values(
        Body{"order_huge", "action=add", R"({"order":1e99})"}, Body{"order_array", "action=add", R"({"order":[23501]})"},
        Body{"order_text", "action=add", R"({"order":"23501"})"}, Body{"truncated", "action=add", R"({"order":23501)"},
        Body{"duplicate_keys", "action=add", R"({"order":23501,"order":1})"},
        Body{"both_order_and_error", "action=add", R"({"order":23501,"error":"Incorrect request"})"},
        Body{"data_wrapper", "action=add", R"({"status":"success","data":{"order":23501}})"},
        Body{"json_array", "action=add", R"([{"order":23501}])"}, Body{"string_ids", "action=add", R"({"order":"23501"})"},
        Body{"numbers_as_floats", "action=balance", R"({"balance":9999.91,"currency":"USD"})"},
        Body{"bare_string_errors", "action=status&orders=7", R"({"7":"Incorrect order ID"})"},
        Body{"positional_status", "action=status&orders=7", R"([{"error":"Incorrect order ID"}])"},
        Body{"missing_ids", "action=status&orders=7,8", R"({"8":{"error":"Incorrect order ID"}})"},
        Body{"status_spellings", "action=status&order=23501",
             R"({"charge":"0.09","start_count":"0","status":"processing","remains":"100","currency":"USD"})"},
        Body{"null_status_fields", "action=status&order=23501",
             R"({"charge":null,"start_count":null,"status":"Pending","remains":null,"currency":"USD"})"},
        Body{"no_services", "action=services", R"({"status":"success","data":"Empty Data"})"}));

TEST(Scenarios, many_services_are_ten_thousand)
{
    SupplierSimulator supplier(at_noon, in_scenario("many_services"));
    EXPECT_EQ(json::parse(ask(supplier, "action=services").body)->as_array().size(), 10'000u);
}

TEST(Payloads, gzip_frames_whatever_it_is_given)
{
    for (const auto& text : {std::string(), std::string("{\"order\":1}"), repeated("abc", 100'000)})
        EXPECT_TRUE(gzip(text).starts_with("\x1F\x8B")) << text.size();
}

TEST(Payloads, bomb_is_small_until_it_is_unpacked)
{
    auto bomb = gzip_bomb(32);
    EXPECT_LT(bomb.size(), 64u * 1024);
    EXPECT_GT(bomb.size(), 1024u);
    EXPECT_TRUE(bomb.starts_with("\x1F\x8B"));
}

}  // namespace
}  // namespace smg::sandbox
