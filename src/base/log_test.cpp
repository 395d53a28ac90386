#include "base/log.hpp"

#include <gmock/gmock.h>

#include "base/log_tail.hpp"
#include "base/text.hpp"
#include "support/temp_dir.hpp"

namespace smg::log {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

class LogFile : public testing::Test {
protected:
    std::vector<std::string> lines()
    {
        error("the last line flushes the others");
        auto all = lines_of(test::read_file(directory_.path() / "logs" / "smgcrm.log"));
        if (!all.empty()) all.pop_back();
        return all;
    }

    void open_at(Level level)
    {
        Options options;
        options.level = level;
        options.directory = (directory_.path() / "logs").string();
        open(options);
    }

    void TearDown() override { open({}); }

private:
    test::TempDir directory_;
};

TEST_F(LogFile, has_one_line_for_a_message_with_its_time_and_level)
{
    open_at(Level::info);
    warning("order {}: {}", 7, "Їжак");
    auto all = lines();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_THAT(all[0], MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z warning order 7: Їжак"));
}

TEST_F(LogFile, cannot_be_forged_by_control_characters)
{
    open_at(Level::info);
    const auto hostile = "a\r\n2026-01-01T00:00:00.000Z error forged\x1B[2J\t\b\x7F" + std::string(1, '\0') + "z";
    info("{}", hostile);
    info("{}",
         "C1: \xC2\x9B"
         "31m \xC2\x85 and not: \xC2\xA0 \xD0\x9B");
    auto all = lines();
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_THAT(all[0], EndsWith("a\\x0d\\x0a2026-01-01T00:00:00.000Z error forged\\x1b[2J\\x09\\x08\\x7f\\x00z"));
    EXPECT_THAT(all[1], EndsWith("C1: \\x9b31m \\x85 and not: \xC2\xA0 \xD0\x9B"));
}

TEST_F(LogFile, takes_braces_in_a_message_for_what_they_are)
{
    open_at(Level::info);
    write(Level::info, "{} {:d} %v {{");
    auto all = lines();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_THAT(all[0], EndsWith("{} {:d} %v {{"));
}

TEST_F(LogFile, leaves_out_what_is_below_its_level)
{
    open_at(Level::error);
    debug("no");
    info("no");
    warning("no");
    EXPECT_THAT(lines(), IsEmpty());
    open_at(Level::debug);
    debug("yes");
    EXPECT_THAT(lines().back(), HasSubstr("debug yes"));
}

TEST_F(LogFile, keeps_its_end_for_people_to_look_at)
{
    open_at(Level::info);
    debug("left out: below the level of the log");
    info("first");
    warning("second\n2026-01-01T00:00:00.000Z error forged");
    error("third");
    auto all = tail(Level::debug, 3);
    ASSERT_THAT(all, SizeIs(3));
    EXPECT_EQ(all[0].text, "first");
    EXPECT_EQ(all[1].text, "second\\x0a2026-01-01T00:00:00.000Z error forged");
    EXPECT_EQ(all[2].number, all[0].number + 2);
    auto bad = tail(Level::warning, 10);
    EXPECT_EQ(bad.back().text, "third");
    for (const auto& line : bad) EXPECT_GE(line.level, Level::warning);
    EXPECT_EQ(tail(Level::error, 1).at(0).text, "third");
}

TEST_F(LogFile, keeps_a_bounded_end)
{
    open_at(Level::info);
    info("{}", std::string(longest_kept, 'x') + "cut");
    EXPECT_EQ(tail(Level::info, 1).at(0).text, std::string(longest_kept, 'x'));
    testing::internal::CaptureStderr();
    for (std::size_t i = 0; i < lines_kept; ++i) info("line {}", i);
    testing::internal::GetCapturedStderr();
    auto all = tail(Level::debug, 10 * lines_kept);
    ASSERT_THAT(all, SizeIs(lines_kept));
    EXPECT_EQ(all.front().text, "line 0");
}

}  // namespace
}  // namespace smg::log
