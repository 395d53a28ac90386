#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

// A second supplier behind the first: who gets an order that the first one will not have, and who never does.
class Failover : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Failover, both_databases(), name_of);

class TwoSuppliers {
public:
    TwoSuppliers(On on, const json::object& mapping, std::map<std::string, std::string> settings = {})
        : crm(on, {.settings = std::move(settings)})
    {
        auto id = crm.add_supplier("2", second.api());
        auto body = mapping;
        body["supplier_id"] = "1", body["provider_id"] = id, body["priority"] = 2;
        auto made = post(crm.url("/api/v1/supplier-mappings"), crm.add_token("admin"), body);
        EXPECT_EQ(made.status(), 201) << made.http.body;
    }

    Supplier second;
    Installation crm;
};

TEST_P(Failover, the_next_supplier_gets_what_the_first_one_refuses_for_a_reason_of_its_own)
{
    TwoSuppliers two(GetParam(), {{"same_services", true}});
    auto& crm = two.crm;
    for (auto [scenario, reason] : {std::pair{"unauthorized_401", "bad_key"},
                                    {"rate_limit_429", "rate_limit"},
                                    {"ip_not_allowed", "not_allowed"},
                                    {"error_422", "bad_service"},
                                    {"no_funds", "no_funds"}}) {
        crm.supplier().change(json::object{{"scenario", scenario}});
        auto id = crm.order(order_of(scenario));
        EXPECT_TRUE(crm.becomes(id, "completed")) << scenario << crm.order(id).http.body;
        auto order = crm.order(id);
        EXPECT_TRUE(history(order).starts_with("received,taken,refused,resent,failover,taken,accepted")) << history(order);
        EXPECT_EQ(order.text("data.attempts.0.reason"), reason);
        EXPECT_EQ(order.text("data.api_provider_id"), order.text("data.route_provider_id"));
        EXPECT_EQ(order.text("data.suppliers_tried"), R"(["Supplier 1","Supplier 2"])");
        EXPECT_EQ(crm.supplier().adds_for(link_of(scenario)), 0) << scenario;
        EXPECT_EQ(two.second.adds_for(link_of(scenario)), 1) << scenario;
    }
}

TEST_P(Failover, no_other_supplier_gets_what_is_the_orders_own_fault_or_may_be_with_the_first)
{
    TwoSuppliers two(GetParam(), {{"same_services", true}});
    auto& crm = two.crm;
    for (auto [scenario, phase] : {std::pair{"duplicate_link_text", "notaccepted"},
                                   {"close_after", "uncertain"},
                                   {"close_before", "uncertain"},
                                   {"html", "uncertain"},
                                   {"unlisted_error", "uncertain"},
                                   {"both_order_and_error", "uncertain"}}) {
        crm.supplier().change(json::object{{"scenario", scenario}});
        EXPECT_TRUE(crm.becomes(crm.order(order_of(scenario)), phase)) << scenario;
    }
    crm.supplier().change(json::object{{"scenario", "ok"}});
    EXPECT_TRUE(crm.becomes(crm.order(order_of("few", {{"quantity", 1}})), "notaccepted"));
    EXPECT_EQ(two.second.ledger().size(), 0U);
}

TEST_P(Failover, the_next_supplier_is_asked_for_its_own_name_of_the_service_and_for_no_other)
{
    TwoSuppliers two(GetParam(), {{"services", json::object{{"101", "102"}}}});
    auto& crm = two.crm;
    crm.supplier().change(json::object{{"scenario", "unauthorized_401"}});
    auto known = crm.order(order_of("1")), foreign = crm.order(order_of("2", {{"supplier_service_id", "103"}}));
    EXPECT_TRUE(crm.becomes(known, "completed")) << crm.order(known).http.body;
    EXPECT_TRUE(crm.becomes(foreign, "notaccepted")) << crm.order(foreign).http.body;
    ASSERT_EQ(two.second.ledger().size(), 1U);
    EXPECT_EQ(text_at(two.second.ledger(), "0.service"), "102");
    EXPECT_EQ(crm.order(known).text("data.supplier_service_id"), "101");
    EXPECT_EQ(crm.order(known).text("data.attempts.1.supplier_service_id"), "102");
}

TEST_P(Failover, what_waits_for_funds_goes_to_the_next_supplier)
{
    TwoSuppliers two(GetParam(), {{"same_services", true}});
    auto& crm = two.crm;
    crm.supplier().change(json::object{{"balance", "0"}});
    std::vector<std::int64_t> ids;
    for (int n = 0; n < 10; ++n) ids.push_back(crm.order(order_of(std::to_string(n))));
    for (auto id : ids) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    auto late = crm.order(order_of("late"));
    EXPECT_TRUE(crm.becomes(late, "completed")) << crm.order(late).http.body;
    EXPECT_EQ(history(crm.order(late)).substr(0, 26), "received,failover,taken,ac") << history(crm.order(late));
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);
    EXPECT_EQ(two.second.ledger().size(), 11U);
}

TEST(Failover, is_switched_off_by_its_setting)
{
    TwoSuppliers two(On::sqlite, {{"same_services", true}}, {{"failover.enabled", "0"}});
    two.crm.supplier().change(json::object{{"scenario", "unauthorized_401"}});
    EXPECT_TRUE(two.crm.becomes(two.crm.order(order_of("1")), "notaccepted"));
    EXPECT_EQ(two.second.ledger().size(), 0U);
}

}  // namespace
}  // namespace smg::test
