#include "http/cors.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace smg::http {
namespace {

std::string header(const Response& response, std::string_view name)
{
    auto found = std::ranges::find(response.headers, name, &Header::first);
    return found == response.headers.end() ? "" : found->second;
}

Response asked(Method method, std::string path, std::vector<Header> headers)
{
    Request request;
    request.method = method;
    request.path = std::move(path);
    request.headers = std::move(headers);
    Response response{200, "{}"};
    CorsList::parse("https://a.example, http://localhost:5173").value().apply(request, response);
    return response;
}

TEST(Cors, lets_a_listed_page_read_replies_and_no_other)
{
    for (auto origin : {"https://a.example", "HTTPS://A.example", "http://localhost:5173"}) {
        auto reply = asked(Method::GET, "/api/v1/orders", {{"origin", origin}});
        EXPECT_NE(header(reply, "Access-Control-Allow-Origin"), "") << origin;
        EXPECT_EQ(header(reply, "Vary"), "Origin");
        EXPECT_EQ(header(reply, "Access-Control-Allow-Credentials"), "") << "a foreign page never has our cookie";
        EXPECT_EQ(reply.body, "{}");
    }
    for (auto origin :
         {"https://b.example", "https://a.example.evil", "http://a.example", "https://a.example:444", "null", ""})
        EXPECT_EQ(header(asked(Method::GET, "/api/v1/orders", {{"origin", origin}}), "Access-Control-Allow-Origin"), "")
            << origin;
    EXPECT_TRUE(asked(Method::GET, "/order", {{"origin", "https://a.example"}}).headers.empty());
}

TEST(Cors, answers_a_preflight)
{
    auto reply = asked(Method::OPTIONS, "/api/v1/orders",
                       {{"origin", "https://a.example"}, {"access-control-request-method", "POST"}});
    EXPECT_EQ(reply.status, 204);
    EXPECT_EQ(header(reply, "Access-Control-Allow-Methods"), "GET, POST, PUT, PATCH, DELETE");
    EXPECT_NE(header(reply, "Access-Control-Allow-Headers").find("Authorization"), std::string::npos);
    auto stranger = asked(Method::OPTIONS, "/api/v1/orders",
                          {{"origin", "https://b.example"}, {"access-control-request-method", "POST"}});
    EXPECT_EQ(header(stranger, "Access-Control-Allow-Methods"), "");
    EXPECT_EQ(stranger.status, 200) << "as the route table says";
}

TEST(Cors, takes_origins_and_nothing_else)
{
    EXPECT_TRUE(CorsList::parse("").value().empty());
    EXPECT_TRUE(CorsList::parse(" , ").value().empty());
    for (auto bad :
         {"*", "null", "a.example", "https://", "https://a.example/path", "https://a@b.example", "ftp://a.example"})
        EXPECT_FALSE(CorsList::parse(bad)) << bad;
}

}  // namespace
}  // namespace smg::http
