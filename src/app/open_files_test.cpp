#include "app/open_files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace smg {
namespace {

TEST(OpenFiles, are_raised_to_all_that_the_system_allows)
{
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit lower{before.rlim_max / 2, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lower), 0);
    auto raised = raise_open_files();
    rlimit after{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    EXPECT_EQ(raised, static_cast<std::int64_t>(before.rlim_max));
    setrlimit(RLIMIT_NOFILE, &before);
}

TEST(OpenFiles, are_not_all_given_to_connections)
{
    EXPECT_EQ(affordable_connections(10'000, 1'000'000, 64), 10'000);
    EXPECT_EQ(affordable_connections(10'000, 1024, 64), 704);
    EXPECT_EQ(affordable_connections(100, 1024, 64), 100);
    EXPECT_EQ(affordable_connections(10'000, 100, 64), 16);
}

}  // namespace
}  // namespace smg
