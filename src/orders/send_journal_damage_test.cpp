#include <gmock/gmock.h>

#include <fstream>

#include "orders/send_journal_testing.hpp"
#include "support/temp_dir.hpp"

// A crash may tear the last line. Whatever else does not fit is found, wherever it is.
namespace smg::orders {
namespace {

using ::testing::HasSubstr;

// Head, go 1, its reply, go 2: what a process may leave.
std::string written()
{
    JournalFolder folder;
    auto journal = folder.begin();
    EXPECT_TRUE(journal->append(go_of(1)));
    EXPECT_TRUE(journal->append(accepted_as(1, "23501")));
    EXPECT_TRUE(journal->append(go_of(2)));
    return test::read_file(folder.file());
}

BootJournal read_text(const std::string& text)
{
    test::TempDir folder;
    test::write_file(journal_file(folder.path(), journal_boot, 1), text);
    return read_boot(journal_files(folder.path()), {});
}

TEST(TornJournal, a_last_line_without_its_end_was_never_durable)
{
    auto text = written();
    auto last = text.rfind('\n', text.size() - 2) + 1;
    for (auto size = last; size < text.size() - 1; ++size) {
        auto boot = read_text(text.substr(0, size));
        ASSERT_FALSE(boot.damage) << size << ": " << boot.damage->text();
        ASSERT_EQ(boot.sends.size(), 1U) << size;
        ASSERT_EQ(boot.segments.front().torn, size > last) << size;
    }
    // Whole but for its end: should it have been durable after all, it is better believed.
    auto boot = read_text(text.substr(0, text.size() - 1));
    EXPECT_FALSE(boot.damage);
    EXPECT_EQ(boot.sends.size(), 2U);
}

TEST(TornJournal, a_head_without_its_end_is_an_empty_journal)
{
    auto text = written();
    for (std::size_t size = 0; size < text.find('\n'); ++size) {
        auto boot = read_text(text.substr(0, size));
        ASSERT_FALSE(boot.damage) << size;
        ASSERT_TRUE(boot.sends.empty());
    }
}

TEST(TornJournal, zeros_at_the_end_are_what_some_file_systems_leave)
{
    auto boot = read_text(written() + std::string(4096, '\0'));
    EXPECT_FALSE(boot.damage);
    EXPECT_EQ(boot.sends.size(), 2U);
}

TEST(DamagedJournal, a_flipped_bit_is_found_wherever_it_is)
{
    const auto text = written();
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto flipped = text;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
        auto boot = read_text(flipped);
        ASSERT_TRUE(boot.damage) << "byte " << at;
    }
    EXPECT_FALSE(read_text(text).damage);  // control
}

TEST(DamagedJournal, its_line_is_named_and_what_stands_before_is_still_believed)
{
    const auto text = written();
    std::size_t start = 0;
    for (int line = 1; line <= 4; ++line) {
        auto flipped = text;
        flipped[start + 20] = static_cast<char>(flipped[start + 20] ^ 1);
        auto boot = read_text(flipped);
        ASSERT_TRUE(boot.damage);
        EXPECT_EQ(boot.damage->line, line);
        EXPECT_THAT(boot.damage->text(), HasSubstr("is damaged in line " + std::to_string(line)));
        EXPECT_EQ(boot.sends.size(), line <= 2 ? 0U : 1U);
        EXPECT_EQ(line == 4, !boot.sends.empty() && boot.sends.begin()->second.reply.has_value());
        start = text.find('\n', start) + 1;
    }
}

TEST(DamagedJournal, lines_taken_out_or_put_in_are_found)
{
    const auto text = written();
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        lines.push_back(text.substr(at, text.find('\n', at) + 1 - at));
    auto joined = [](const std::vector<std::string>& some) {
        std::string out;
        for (const auto& line : some) out += line;
        return out;
    };
    EXPECT_FALSE(read_text(joined(lines)).damage);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        auto without = lines, twice = lines, swapped = lines;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
        std::swap(swapped[i], swapped[i + 1]);
        EXPECT_TRUE(read_text(joined(without)).damage) << i;
        EXPECT_TRUE(read_text(joined(twice)).damage) << i;
        EXPECT_TRUE(read_text(joined(swapped)).damage) << i;
    }
}

TEST(DamagedJournal, a_line_of_a_later_version_is_not_guessed_at)
{
    std::string chain;
    JournalHead head;
    head.boot_id = journal_boot;
    auto begin = seal_line(line_of(head), chain);
    auto boot = read_text(begin + seal_line(R"({"kind":"perhaps","attempt_id":1)", chain));
    ASSERT_TRUE(boot.damage);
    EXPECT_EQ(boot.damage->line, 2);
    JournalHead later = head;
    later.format = journal_format + 1;
    chain.clear();
    EXPECT_TRUE(read_text(seal_line(line_of(later), chain)).damage);
}

}  // namespace
}  // namespace smg::orders
