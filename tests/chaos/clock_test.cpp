// A clock that was wrong and is put right: what was told to wait by the wrong one must not wait for a day.
#include <gtest/gtest.h>

#include "chaos/node.hpp"

namespace smg::test {
namespace {

using namespace std::chrono_literals;

class SetBack : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, SetBack, both_databases(), name_of);

std::size_t tries(Installation& crm, std::int64_t id)
{
    return crm.order(id).body.at("data").at("attempts").as_array().size();
}

// An order for a supplier that is not there is tried again and again, each time after a while.
TEST_P(SetBack, an_order_that_waits_for_its_next_try_does_not_wait_for_tomorrow)
{
    Shift shift;
    Installation crm(GetParam(), {.environment = {shift.variable()}});
    crm.add_supplier("2", "http://127.0.0.1:9/api/v2");
    shift.by(24h);
    auto id = crm.order(order_of("1", {{"supplier_id", "2"}}));
    ASSERT_TRUE(eventually([&] { return tries(crm, id) >= 2; })) << history(crm.order(id));
    auto before = tries(crm, id);
    shift.by(-24h);
    EXPECT_TRUE(eventually([&] { return tries(crm, id) > before + 1; }, 2 * patience)) << history(crm.order(id));
    EXPECT_TRUE(crm.server().says("the clock was set back")) << crm.server().err();
}

TEST_P(SetBack, between_two_lives_of_the_program_it_is_noticed_as_well)
{
    Shift shift;
    Installation crm(GetParam(), {.environment = {shift.variable()}});
    shift.by(24h);
    crm.stop();
    crm.start();
    crm.stop();
    shift.by(-24h);
    crm.start();
    EXPECT_TRUE(crm.server().says("the clock was set back")) << crm.server().err();
}

}  // namespace
}  // namespace smg::test
