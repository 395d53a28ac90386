#include "orders/link.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace smg::orders {
namespace {

struct LinkCase {
    std::string_view url, key;
};

class LinkKey : public testing::TestWithParam<LinkCase> {};

TEST_P(LinkKey, compares_what_is_meant) { EXPECT_EQ(link_key(GetParam().url), GetParam().key); }

INSTANTIATE_TEST_SUITE_P(
    Rows, LinkKey,
    testing::Values(LinkCase{"https://www.Instagram.com/p/CxYz/?igsh=MTc4&utm_source=qr", "instagram.com/p/CxYz"},
                    LinkCase{"HTTP://instagram.com/p/CxYz", "instagram.com/p/CxYz"},
                    LinkCase{" instagram.com/p/CxYz// ", "instagram.com/p/CxYz"}, LinkCase{"//t.me/Name", "t.me/Name"},
                    LinkCase{"https://t.me", "t.me"}, LinkCase{"https://t.me/", "t.me"},
                    LinkCase{"https://youtu.be/AbC?si=x&t=10", "youtu.be/AbC?t=10"},
                    LinkCase{"https://youtube.com/watch?v=AbC&feature=share&UTM_Medium=1&list=2",
                             "youtube.com/watch?v=AbC&list=2"},
                    LinkCase{"https://x.ua?fbclid=1", "x.ua"}, LinkCase{"https://x.ua:443/a", "x.ua/a"},
                    LinkCase{"http://x.ua:80/a", "x.ua/a"}, LinkCase{"http://x.ua:8080/a", "x.ua:8080/a"},
                    LinkCase{"https://x.ua/a#", "x.ua/a"}, LinkCase{"https://x.ua/a#b", "x.ua/a#b"},
                    LinkCase{"https://x.ua/?&&a=1&", "x.ua?a=1"}, LinkCase{"@Some_Name", "@some_name"},
                    LinkCase{"https://www.tiktok.com/@Name/video/1", "tiktok.com/@Name/video/1"},
                    LinkCase{"https://Пошта.укр/Я", "Пошта.укр/Я"}, LinkCase{"", ""}, LinkCase{"http://", ""},
                    LinkCase{"?utm_x", ""}));

TEST(LinkKeyOf, case_of_a_path_makes_a_difference)
{
    EXPECT_NE(link_key("https://instagram.com/p/abc"), link_key("https://instagram.com/p/ABC"));
}

TEST(LinkKeyOf, is_cut_between_code_points)
{
    std::string long_url = "https://x.ua/";
    for (int i = 0; i < 1000; ++i) long_url += "ї";
    auto key = link_key(long_url);
    EXPECT_EQ(code_points(key), max_link_key_code_points);
    EXPECT_TRUE(valid_utf8(key));
    EXPECT_EQ(link_key("https://x.ua/\xFF"), "x.ua/\xEF\xBF\xBD");
}

}  // namespace
}  // namespace smg::orders
