#include "notices/telegram_html.hpp"

#include <gtest/gtest.h>

namespace smg::notices {
namespace {

TEST(TelegramHtml, escapes_every_value)
{
    struct Row {
        std::string_view in, out;
    };
    for (auto row : {Row{"a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;"}, Row{"їжак 🦔", "їжак 🦔"},
                     Row{"a\nb\tc\x01\x1b", "a\nb\tc"}, Row{"\xC3(", "\xEF\xBF\xBD("}, Row{"&lt;", "&amp;lt;"}, Row{"", ""}})
        EXPECT_EQ(escaped(row.in), row.out);
}

TEST(TelegramHtml, counts_as_telegram_does)
{
    struct Row {
        std::string_view html;
        std::size_t units;
    };
    for (auto row : {Row{"abc", 3}, Row{"<b>abc</b>", 3}, Row{"&lt;&amp;&quot;", 3}, Row{"їжак", 4}, Row{"🦔", 2},
                     Row{"€", 1}, Row{"", 0}, Row{"<a href=\"https://x\">x</a>", 1}})
        EXPECT_EQ(telegram_length(row.html), row.units) << row.html;
}

TEST(TelegramHtml, is_cut_between_pieces_and_closed)
{
    struct Row {
        std::string_view html;
        std::size_t units;
        std::string_view out;
    };
    for (auto row : {
             Row{"abc", 3, "abc"},                               // fits: nothing is cut
             Row{"abcd", 3, "ab…"},                              //
             Row{"<b>abcd</b>", 3, "<b>ab…</b>"},                // what was open is closed
             Row{"<b>a<i>bcd</i></b>", 3, "<b>a<i>b…</i></b>"},  // in order
             Row{"<b>ab</b>cdef", 4, "<b>ab</b>c…"},             // what was closed stays closed
             Row{"a&lt;bc", 3, "a&lt;…"},                        // an entity is one unit
             Row{"a&lt;bc", 2, "a…"},                            // and whole or not there
             Row{"a🦔bc", 3, "a…"},                              // so is a surrogate pair
             Row{"a🦔bc", 4, "a🦔…"},                            //
             Row{"їжачок", 3, "їж…"},                            //
             Row{"<a href=\"x\">abcd</a>", 2, "<a href=\"x\">a…</a>"},
         }) {
        auto out = cut_html(row.html, row.units);
        EXPECT_EQ(out, row.out) << row.html;
        EXPECT_LE(telegram_length(out), row.units);
    }
}

TEST(TelegramHtml, of_any_cut_is_within_the_limit_and_balanced)
{
    std::string html;
    for (int i = 0; i < 50; ++i) html += "<b>їж&amp;🦔</b> x <i>&lt;</i>";
    for (std::size_t units = 1; units <= telegram_length(html); ++units) {
        auto out = cut_html(html, units);
        ASSERT_LE(telegram_length(out), units);
        auto count = [&](std::string_view part) {
            std::size_t found = 0;
            for (auto at = out.find(part); at != std::string::npos; at = out.find(part, at + 1)) ++found;
            return found;
        };
        ASSERT_EQ(count("<b>"), count("</b>"));
        ASSERT_EQ(count("<i>"), count("</i>"));
        ASSERT_EQ(count("&"), count("&amp;") + count("&lt;"));
    }
}

TEST(TelegramHtml, becomes_plain_text)
{
    EXPECT_EQ(plain_of("<b>a &lt; b</b>\n<i>&amp;lt; їжак 🦔</i>"), "a < b\n&lt; їжак 🦔");
}

}  // namespace
}  // namespace smg::notices
