// What the system allows is used, and where it is too little the operator is told.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "abuse/besieged.hpp"

namespace smg::test {
namespace {

Program served_with(const std::string& limits)
{
    return Program("/bin/sh",
                   {{"-c", limits + "; exec \"$0\" serve --listen 127.0.0.1:0 --data data", smgcrm_binary()}, {}, ""});
}

rlim_t open_files_of(const Program& program)
{
    rlimit limit{};
    EXPECT_EQ(prlimit(program.pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
    return limit.rlim_cur;
}

TEST(OpenFiles, are_raised_at_the_start)
{
    rlimit own{};
    getrlimit(RLIMIT_NOFILE, &own);
    auto program = served_with("ulimit -Sn 512");
    EXPECT_GT(program.port(), 0);
    EXPECT_EQ(open_files_of(program), own.rlim_max);
}

TEST(OpenFiles, that_are_too_few_limit_the_connections_and_the_log_says_so)
{
    auto program = served_with("ulimit -Sn 512; ulimit -Hn 512");
    EXPECT_GT(program.port(), 0);
    EXPECT_TRUE(program.says("512 open files allow only 180 of 10000 connections")) << program.err();

    Swarm swarm(program.port());
    swarm.send(1000, {.opening = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"});
    EXPECT_TRUE(eventually([&] { return swarm.answers(200) >= 180 && swarm.hung_up_on() >= 1000; })) << swarm.answers(200);
    EXPECT_EQ(program.err().find("cannot accept"), std::string::npos) << program.err();
}

}  // namespace
}  // namespace smg::test
