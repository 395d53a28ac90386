#include "net/url.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace smg::net {
namespace {

TEST(Url, is_taken_apart)
{
    auto url = parse_url("HTTPS://Panel.Example/api/v2?a=1");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "panel.example");
    EXPECT_EQ(url->port, 443);
    EXPECT_EQ(url->path, "/api/v2");
    EXPECT_EQ(url->query, "a=1");
}

TEST(Url, gets_the_port_of_its_scheme)
{
    EXPECT_EQ(parse_url("http://a.example")->port, 80);
    EXPECT_EQ(parse_url("http://a.example:8080")->port, 8080);
    EXPECT_EQ(parse_url("https://[2a00::1]:444/")->host, "[2a00::1]");
    EXPECT_EQ(parse_url("http://a.example")->path, "/");
}

TEST(Url, of_a_disguised_address_shows_the_address)
{
    for (auto text : {"http://0177.0.0.1/", "http://2130706433/", "http://127.1/", "http://0x7f.1/"})
        EXPECT_EQ(parse_url(text)->host, "127.0.0.1") << text;
}

class BadUrl : public testing::TestWithParam<const char*> {};

TEST_P(BadUrl, is_refused) { EXPECT_FALSE(parse_url(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Rows, BadUrl,
                         testing::Values("", "panel.example/api", "ftp://a.example/", "file:///etc/passwd",
                                         "gopher://a.example/", "javascript:alert(1)", "http://", "http:///path",
                                         "http:/a.example/", "http:////a.example/", "http://user:pw@a.example/",
                                         "http://user@a.example/", "http://@a.example/", "http://a.example/#top",
                                         "http://a.example/#", "http://a.example:0/", "http://a.example:65536/",
                                         "http://a.example:x/", "http://a b.example/", "http://a.example/a b",
                                         "http://a.example/\r\nX: 1", "http://a.example/\xFF",
                                         "http://a.example\\@b.example/", "http://[::1", "http://[zz]/",
                                         "http://127.0.0.1%2F@a.example/", "http://a%2Fb.example/", "http://a%FF.example/",
                                         "http://a%252f.example/", "http://a%20.example/", "http://a,b.example/"));

TEST(Url, of_endless_length_is_refused)
{
    EXPECT_FALSE(parse_url("http://a.example/" + std::string(max_url_bytes, 'a')));
    EXPECT_FALSE(parse_url(std::string_view("http://a.example/\0b", 19)));
}

TEST(Url, refusal_does_not_repeat_the_secret)
{
    EXPECT_EQ(parse_url("http://user:hunter2@a.example/").error().message.find("hunter2"), std::string::npos);
}

TEST(FormEncoded, escapes_everything_but_plain_characters)
{
    const std::vector<std::pair<std::string, std::string>> fields{
        {"link", "https://t.me/x?a=1&b=2"}, {"comments", "good\nдуже +1%"}, {"empty", ""}};
    EXPECT_EQ(form_encoded(fields),
              "link=https%3A%2F%2Ft.me%2Fx%3Fa%3D1%26b%3D2&comments=good%0A%D0%B4%D1%83%D0%B6%D0%B5+%2B1%25&empty=");
    EXPECT_EQ(form_encoded({}), "");
}

}  // namespace
}  // namespace smg::net
