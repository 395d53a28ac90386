#include "support/program.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <memory>
#include <stdexcept>

namespace smg::test {
namespace {

using ::testing::HasSubstr;

Program::Options script(std::string text) { return {.arguments = {"-c", std::move(text)}}; }

TEST(Program, tells_the_port_of_its_first_line)
{
    Program program("sh", script(R"(echo '{"listening":"127.0.0.1:4711"}'; exec sleep 1000)"));
    EXPECT_EQ(program.port(), 4711);
    EXPECT_EQ(program.url("/healthz"), "http://127.0.0.1:4711/healthz");
}

TEST(Program, that_ends_before_it_listens_is_an_error_with_its_own_words)
{
    Program program("sh", script("echo 'the disk is full' >&2; exit 1"));
    try {
        program.port();
        FAIL() << "no port was ever printed";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("the disk is full"));
    }
}

TEST(Program, dies_with_its_object_and_so_do_its_children)
{
    auto program = std::make_unique<Program>("sh", script("trap '' TERM; sleep 1000 & echo $!; wait"));
    ASSERT_TRUE(eventually([&] { return program->out().ends_with("\n"); }));
    pid_t child = std::stoi(program->out());
    ASSERT_EQ(::kill(child, 0), 0);
    program.reset();
    // Gone, or a zombie that nobody has collected yet.
    EXPECT_TRUE(eventually([&] {
        auto stat = read_file("/proc/" + std::to_string(child) + "/stat");
        return stat.empty() || stat.find(") Z ") != std::string::npos;
    }));
}

TEST(Program, ends_with_a_code_or_with_a_signal)
{
    EXPECT_EQ(run("sh", script("exit 3")).exit, (Exit{3, 0}));
    Program graceful("sh", script("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done"));
    ASSERT_TRUE(eventually([&] { return graceful.out() == "ready\n"; }));
    graceful.terminate();
    EXPECT_EQ(graceful.wait(), (Exit{0, 0}));
    Program crashed("sleep", {.arguments = {"1000"}});
    crashed.kill();
    EXPECT_EQ(crashed.wait(), (Exit{-1, SIGKILL}));
}

TEST(Program, frozen_does_nothing_until_it_is_thawed)
{
    Program program("sh", script("trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.01; done"));
    ASSERT_TRUE(eventually([&] { return program.out() == "ready\n"; }));
    program.freeze();
    ASSERT_TRUE(eventually(
        [&] { return read_file("/proc/" + std::to_string(program.pid()) + "/stat").find(") T ") != std::string::npos; }));
    program.terminate();
    EXPECT_TRUE(program.running());
    program.thaw();
    EXPECT_EQ(program.wait(), (Exit{0, 0}));
    EXPECT_EQ(program.out(), "ready\nasked\n");
}

TEST(Program, gets_input_arguments_and_environment_but_no_inherited_settings)
{
    ::setenv("SMGCRM_LISTEN", "inherited", 1);
    auto finished = run("sh", {.arguments = {"-c", "cat; echo $0 $SMGCRM_DATA$SMGCRM_LISTEN; pwd", "argument"},
                               .environment = {{"SMGCRM_DATA", "data"}},
                               .input = "input\n"});
    ::unsetenv("SMGCRM_LISTEN");
    EXPECT_THAT(finished.out, ::testing::StartsWith("input\nargument data\n/"));
}

TEST(Program, that_never_ends_is_ended_at_the_deadline)
{
    EXPECT_EQ(run("sleep", {.arguments = {"1000"}}, std::chrono::milliseconds{50}).exit.signal, SIGKILL);
}

TEST(Program, that_is_not_there_ends_with_127) { EXPECT_EQ(run("/no/such/program", {}).exit, (Exit{127, 0})); }

TEST(Eventually, is_false_when_the_condition_never_holds)
{
    int asked = 0;
    EXPECT_FALSE(eventually([&] { return ++asked < 0; }, std::chrono::milliseconds{20}));
    EXPECT_GE(asked, 2);
}

TEST(TempDir, is_gone_with_its_files)
{
    std::filesystem::path path;
    {
        TempDir folder;
        path = folder.path();
        write_file(folder / "file", "text");
        EXPECT_EQ(read_file(folder / "file"), "text");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace smg::test
