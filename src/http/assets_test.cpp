#include "http/assets.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace smg::http {
namespace {

// `text/html` | `plain` | `gz` | `br`
const std::string pack =
    R"([{"path":"/a.html","type":[0,9],"plain":[9,5],"gzip":[14,2],"brotli":[16,2],"etag":"\"e\"","immutable":false},)"
    R"({"path":"/assets/b","type":[0,9],"plain":[9,5],"etag":"\"f\"","immutable":true}])"
    "\ntext/htmlplaingzbr";

Response asked(std::string_view path, std::vector<Header> headers = {})
{
    static const Assets assets(pack);
    Request request;
    request.headers = std::move(headers);
    return assets.answer(request, path);
}

std::string header(const Response& response, std::string_view name)
{
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return "";
}

TEST(Assets, are_given_in_the_encoding_that_the_client_takes)
{
    EXPECT_EQ(asked("/a.html").body, "plain");
    EXPECT_EQ(asked("/a.html", {{"accept-encoding", "gzip, deflate"}}).body, "gz");
    EXPECT_EQ(asked("/a.html", {{"accept-encoding", "gzip, deflate, BR"}}).body, "br");
    EXPECT_EQ(asked("/a.html", {{"accept-encoding", "br;q=0, gzip;q=0"}}).body, "plain");
    EXPECT_EQ(header(asked("/a.html", {{"accept-encoding", "br"}}), "Content-Encoding"), "br");
    EXPECT_EQ(asked("/assets/b", {{"accept-encoding", "br"}}).body, "plain");
    EXPECT_EQ(asked("/a.html").content_type, "text/html");
}

TEST(Assets, with_a_hash_in_their_name_are_kept_and_others_asked_for_again)
{
    EXPECT_EQ(header(asked("/assets/b"), "Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(header(asked("/a.html"), "Cache-Control"), "no-cache");
    auto same = asked("/a.html", {{"if-none-match", "\"e\""}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");
}

TEST(Assets, that_are_not_there_are_404) { EXPECT_EQ(asked("/../etc/passwd").status, 404); }

TEST(Assets, of_a_broken_pack_are_refused)
{
    EXPECT_THROW(Assets("no pack"), std::invalid_argument);
    EXPECT_THROW(Assets(pack.substr(0, pack.size() - 1)), std::invalid_argument);
}

}  // namespace
}  // namespace smg::http
