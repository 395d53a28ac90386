#include "users/cookie.hpp"

#include <gmock/gmock.h>

namespace smg::users {
namespace {

using testing::HasSubstr;
using testing::Not;

http::Request request(std::vector<http::Header> headers, bool local = true)
{
    http::Request made;
    made.headers = std::move(headers);
    made.local = local;
    return made;
}

TEST(SessionCookie, behind_https_is_secure_and_bound_to_the_host)
{
    SessionCookie cookie("https://crm.example/");
    auto set = cookie.set(Secret("t")).second;
    EXPECT_THAT(set, HasSubstr("__Host-smgcrm_session=t; Path=/; HttpOnly; SameSite=Lax; Secure"));
    EXPECT_FALSE(cookie.refusal(request({}, false)));
}

TEST(SessionCookie, over_plain_http_is_for_this_machine_alone)
{
    SessionCookie cookie("");
    EXPECT_THAT(cookie.set(Secret("t")).second, Not(HasSubstr("Secure")));
    EXPECT_FALSE(cookie.refusal(request({}, true)));
    EXPECT_THAT(cookie.refusal(request({}, false)).value_or(""), HasSubstr("https"));
    EXPECT_TRUE(SessionCookie("http://crm.example").refusal(request({}, false)));
}

TEST(SessionCookie, is_found_among_others)
{
    SessionCookie cookie("");
    EXPECT_EQ(cookie.token_of(request({{"cookie", "a=b; smgcrm_session=tok; c=d"}})), "tok");
    EXPECT_EQ(cookie.token_of(request({{"cookie", "xsmgcrm_session=tok"}})), "");
    EXPECT_EQ(cookie.token_of(request({{"cookie", "smgcrm_session_old=tok"}})), "");
    EXPECT_EQ(cookie.token_of(request({})), "");
}

TEST(SessionCookie, knows_what_another_site_made_the_browser_send)
{
    SessionCookie plain(""), secure("https://crm.example");
    EXPECT_FALSE(plain.from_elsewhere(request({{"host", "127.0.0.1:8080"}})));
    EXPECT_FALSE(plain.from_elsewhere(request({{"host", "127.0.0.1:8080"}, {"origin", "http://127.0.0.1:8080"}})));
    EXPECT_FALSE(secure.from_elsewhere(request({{"host", "crm.example"}, {"origin", "https://crm.example"}})));
    EXPECT_TRUE(secure.from_elsewhere(request({{"host", "crm.example"}, {"origin", "http://crm.example"}})));
    EXPECT_TRUE(plain.from_elsewhere(request({{"host", "127.0.0.1:8080"}, {"origin", "https://evil.example"}})));
    EXPECT_TRUE(plain.from_elsewhere(request({{"host", "127.0.0.1:8080"}, {"origin", "null"}})));
    EXPECT_TRUE(plain.from_elsewhere(request({{"sec-fetch-site", "cross-site"}})));
    EXPECT_TRUE(plain.from_elsewhere(request({{"sec-fetch-site", "same-site"}})));
    EXPECT_FALSE(plain.from_elsewhere(request({{"sec-fetch-site", "same-origin"}})));
}

TEST(CsrfToken, follows_from_the_session_and_tells_nothing_of_it)
{
    EXPECT_EQ(csrf_token("a"), csrf_token("a"));
    EXPECT_NE(csrf_token("a"), csrf_token("b"));
    EXPECT_EQ(csrf_token("a").size(), 43u);
}

}  // namespace
}  // namespace smg::users
