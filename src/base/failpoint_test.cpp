#include "base/failpoint.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>

namespace smg {
namespace {

using ::testing::ExitedWithCode;
using ::testing::HasSubstr;
using ::testing::KilledBySignal;

// In a process of its own: what is armed stays armed.
[[noreturn]] void run_with(const char* armed, int times)
{
    ::setenv("SMGCRM_FAILPOINT", armed, 1);
    if (!arm_failpoint()) std::_Exit(100);
    for (int i = 0; i < times; ++i)
        if (failpoint("send.marked")) std::_Exit(50 + i);
    std::_Exit(0);
}

class Failpoints : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!has_failpoints) GTEST_SKIP() << "this build has none";
    }
};

TEST_F(Failpoints, act_at_their_hit_and_not_before)
{
    EXPECT_EXIT(run_with("send.marked:3:kill", 2), ExitedWithCode(0), "");
    EXPECT_EXIT(run_with("send.marked:3:kill", 3), KilledBySignal(SIGKILL), "");
    EXPECT_EXIT(run_with("send.marked:1:exit", 1), ExitedWithCode(EXIT_FAILURE), "");
    EXPECT_EXIT(run_with("send.marked:2:fail", 9), ExitedWithCode(51), "");
    EXPECT_EXIT(run_with("send.prepared:1:kill", 9), ExitedWithCode(0), "");
}

TEST_F(Failpoints, that_are_misspelt_are_refused)
{
    for (const char* wrong : {"send.marked", "send.marked:1", "send.marked:0:kill", "send.marked:x:kill",
                              "send.marked:1:explode", "nobody.knows:1:kill", ":1:kill"})
        EXPECT_EXIT(run_with(wrong, 1), ExitedWithCode(100), "") << wrong;
}

TEST(WithoutFailpoints, a_set_variable_is_refused)
{
    if (has_failpoints) GTEST_SKIP() << "this build has them";
    ::setenv("SMGCRM_FAILPOINT", "send.marked:1:kill", 1);
    auto refused = arm_failpoint();
    ::unsetenv("SMGCRM_FAILPOINT");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("has no failpoints"));
    static_assert(has_failpoints || !failpoint("send.marked"));
}

}  // namespace
}  // namespace smg
