#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class Stop : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Stop, both_databases(), name_of);

TEST_P(Stop, sigterm_ends_the_server_with_0)
{
    Installation crm(GetParam());
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));
}

TEST_P(Stop, an_order_in_flight_is_finished_before_the_end)
{
    Installation crm(GetParam(), {.settings = {{"sending.timeout_s", "10"}}, .supplier = {"--latency-ms", "2000"}});
    auto id = crm.order(order_of("1", {{"supplier_service_id", "920"}}));
    ASSERT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of("1")) == 1; }));
    ASSERT_EQ(crm.phase(id), "sending");
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));

    crm.start();
    auto order = crm.order(id);
    EXPECT_EQ(order.text("data.phase"), "executing");
    EXPECT_EQ(order.text("data.supplier_order_number"), text_at(crm.supplier().ledger(), "0.order"));
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

TEST_P(Stop, what_was_not_sent_yet_goes_on_after_the_next_start)
{
    Installation crm(GetParam(), {.settings = {{"sending.timeout_s", "10"}, {"sending.parallel", "1"}},
                                  .supplier = {"--latency-ms", "500"}});
    std::vector<std::int64_t> ids;
    for (auto number : {"1", "2", "3", "4"}) ids.push_back(crm.order(order_of(number)));
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));
    crm.start();
    for (auto id : ids) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().ledger().size(), 4U);
}

}  // namespace
}  // namespace smg::test
