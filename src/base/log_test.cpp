#include "base/log.hpp"

#include <gmock/gmock.h>

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

}  // namespace
}  // namespace smg::log
