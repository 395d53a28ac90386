#include "base/text.hpp"

#include <gmock/gmock.h>

#include <random>

namespace smg {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Bytes {
    std::string_view bytes;
    bool valid;
};

class Utf8 : public testing::TestWithParam<Bytes> {};

TEST_P(Utf8, is_told_from_what_only_looks_like_it) { EXPECT_EQ(valid_utf8(GetParam().bytes), GetParam().valid); }

INSTANTIATE_TEST_SUITE_P(Good, Utf8,
                         testing::Values(Bytes{"", true}, Bytes{"plain", true}, Bytes{"Їжак ₴ 😀", true},
                                         Bytes{"\x7F", true}, Bytes{"\xC2\x80", true}, Bytes{"\xDF\xBF", true},
                                         Bytes{"\xE0\xA0\x80", true}, Bytes{"\xED\x9F\xBF", true},
                                         Bytes{"\xEE\x80\x80", true}, Bytes{"\xEF\xBF\xBF", true},
                                         Bytes{"\xF0\x90\x80\x80", true}, Bytes{"\xF4\x8F\xBF\xBF", true},
                                         Bytes{std::string_view("a\0b", 3), true}));
INSTANTIATE_TEST_SUITE_P(
    Bad, Utf8,
    testing::Values(Bytes{"\x80", false}, Bytes{"\xBF", false}, Bytes{"\xFF", false}, Bytes{"\xFE", false},
                    Bytes{"\xC0\x80", false}, Bytes{"\xC1\xBF", false},                            // overlong
                    Bytes{"\xE0\x9F\xBF", false}, Bytes{"\xF0\x8F\xBF\xBF", false},                // overlong
                    Bytes{"\xED\xA0\x80", false}, Bytes{"\xED\xBF\xBF", false},                    // surrogates
                    Bytes{"\xF4\x90\x80\x80", false}, Bytes{"\xF5\x80\x80\x80", false},            // beyond U+10FFFF
                    Bytes{"\xC2", false}, Bytes{"\xE2\x82", false}, Bytes{"\xF0\x9F\x98", false},  // cut
                    Bytes{"\xE2\x28\xA1", false}, Bytes{"ok\xC3(", false}, Bytes{"\xD0\xD0", false}));

TEST(CodePoints, count_characters_and_not_bytes)
{
    EXPECT_EQ(code_points(""), 0u);
    EXPECT_EQ(code_points("abc"), 3u);
    EXPECT_EQ(code_points("Їжак"), 4u);
    EXPECT_EQ(code_points("😀₴"), 2u);
}

TEST(Cut, never_splits_a_character)
{
    const std::string text = "aЇ₴😀";
    const std::vector<std::string> pieces{"", "a", "a", "aЇ", "aЇ", "aЇ", "aЇ₴", "aЇ₴", "aЇ₴", "aЇ₴", text, text};
    for (std::size_t bytes = 0; bytes < pieces.size(); ++bytes) EXPECT_EQ(cut(text, bytes), pieces[bytes]) << bytes;
}

TEST(Cut, makes_any_bytes_valid_and_short_enough)
{
    EXPECT_EQ(cut("a\xFF"
                  "b",
                  100),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(cut("\xFF", 2), "");
    std::mt19937 random(3);
    std::uniform_int_distribution<int> byte(0, 255), length(0, 40);
    for (int i = 0; i < 20'000; ++i) {
        std::string text(static_cast<std::size_t>(length(random)), '\0');
        for (char& c : text) c = static_cast<char>(byte(random));
        auto limit = static_cast<std::size_t>(length(random));
        auto piece = cut(text, limit);
        ASSERT_TRUE(valid_utf8(piece));
        ASSERT_LE(piece.size(), limit);
        if (valid_utf8(text)) {
            ASSERT_TRUE(text.starts_with(piece));
        }
    }
}

TEST(Trimmed, drops_outer_white_space_alone)
{
    EXPECT_EQ(trimmed(" \t\r\n\v\f a b \n"), "a b");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("  \n"), "");
    EXPECT_EQ(trimmed("\u00A0x"), "\u00A0x");  // ASCII alone
}

TEST(Lowered, changes_ascii_letters_alone)
{
    EXPECT_EQ(lowered("AZaz09@[`{"), "azaz09@[`{");
    EXPECT_EQ(lowered("ЇÄ"), "ЇÄ");
}

TEST(LinesOf, knows_all_three_line_ends)
{
    EXPECT_THAT(lines_of("a\nb\r\nc\rd"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(lines_of("\n\n  a  \r\n \t \nb"), ElementsAre("a", "b"));
    EXPECT_THAT(lines_of(""), IsEmpty());
    EXPECT_THAT(lines_of(" \r\n "), IsEmpty());
}

}  // namespace
}  // namespace smg
