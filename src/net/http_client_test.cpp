#include "net/http_client.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <optional>

#include "net/test_server.hpp"

namespace smg::net {
namespace {

using Then = TestServer::Then;

struct Client {
    boost::asio::io_context io{1};
    std::optional<HttpClient> client{io};

    void start(HttpRequest request, std::optional<HttpResult>& into)
    {
        auto call = [](HttpClient& with, HttpRequest what, std::optional<HttpResult>& result) -> Async<> {
            result = co_await with.perform(std::move(what));
        };
        boost::asio::co_spawn(io.get_executor(), call(*client, std::move(request), into), boost::asio::detached);
    }

    HttpResult perform(HttpRequest request)
    {
        std::optional<HttpResult> result;
        start(std::move(request), result);
        run_until([&] { return result.has_value(); });
        return result ? std::move(*result) : std::unexpected(HttpFailure{.message = "the test waited in vain"});
    }

    void run_until(const std::function<bool()>& there)
    {
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!there() && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(std::chrono::milliseconds(20));
        }
    }
};

TestServer::Answering always(std::string bytes, Then then = Then::keep)
{
    return [answer = TestServer::Answer{std::move(bytes), then}](const std::string&) { return answer; };
}

HttpRequest to(const TestServer& server, std::string path = "/")
{
    HttpRequest request;
    request.url = server.url(path);
    request.allow_private = true;
    return request;
}

TEST(HttpClient, reuses_its_connection)
{
    TestServer server(always(TestServer::reply("hello")));
    Client client;
    for (int i = 0; i < 5; ++i) {
        auto result = client.perform(to(server));
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->body, "hello");
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, speaks_every_method)
{
    TestServer server(always(TestServer::reply("")));
    Client client;
    for (std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        auto request = to(server, "/m");
        request.method = method;
        ASSERT_TRUE(client.perform(request)) << method;
        EXPECT_TRUE(server.requests().back().starts_with(method + " /m HTTP/1.1\r\n")) << server.requests().back();
    }
}

TEST(HttpClient, makes_many_calls_at_once)
{
    TestServer server([](const std::string& request) {
        auto path = request.substr(5, request.find(" HTTP") - 5);
        return TestServer::Answer{TestServer::reply(path)};
    });
    Client client;
    std::vector<std::optional<HttpResult>> results(200);
    for (std::size_t i = 0; i < results.size(); ++i) client.start(to(server, "/" + std::to_string(i)), results[i]);
    client.run_until([&] { return std::ranges::all_of(results, [](const auto& result) { return result.has_value(); }); });
    for (std::size_t i = 0; i < results.size(); ++i) {
        ASSERT_TRUE(results[i]);
        ASSERT_TRUE(*results[i]) << results[i]->error().message;
        EXPECT_EQ((*results[i])->body, "/" + std::to_string(i));
    }
    EXPECT_LE(server.connections(), 16);  // the limit for one host
}

TEST(HttpClient, closes_the_hole_of_reused_connections)
{
    TestServer server(always(TestServer::reply("private")));
    Client client;
    ASSERT_TRUE(client.perform(to(server)));
    for (std::string host : {"127.0.0.1", "0x7f.1", "127.1"}) {
        HttpRequest request;  // not allowed, and the connection is there already
        request.url = "http://" + host + ":" + std::to_string(server.port()) + "/";
        auto result = client.perform(request);
        ASSERT_FALSE(result) << host;
        EXPECT_EQ(result.error().kind, Failure::refused_address) << host;
        EXPECT_FALSE(result.error().sent);
    }
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST(HttpClient, refuses_private_addresses)
{
    TestServer server(always(TestServer::reply("private")));
    Client client;
    auto request = to(server);
    request.allow_private = false;
    EXPECT_EQ(client.perform(request).error().kind, Failure::refused_address);
    request.url = "http://localhost:" + std::to_string(server.port()) + "/";
    EXPECT_EQ(client.perform(request).error().kind, Failure::refused_address);
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, does_not_follow_redirects)
{
    TestServer other(always(TestServer::reply("secret")));
    TestServer server(always(TestServer::reply("", "301 Moved", "Location: " + other.url() + "\r\n")));
    Client client;
    EXPECT_EQ(client.perform(to(server))->status, 301);
    EXPECT_EQ(other.connections(), 0);
}

TEST(HttpClient, keeps_no_cookies)
{
    TestServer server(always(TestServer::reply("", "200 OK", "Set-Cookie: a=1\r\n")));
    Client client;
    ASSERT_TRUE(client.perform(to(server)));
    ASSERT_TRUE(client.perform(to(server)));
    EXPECT_EQ(server.requests().at(1).find("Cookie"), std::string::npos);
}

TEST(HttpClient, gives_up_on_silence)
{
    TestServer server(always("", Then::hang));
    Client client;
    auto request = to(server);
    request.timeout = std::chrono::milliseconds(100);
    auto result = client.perform(request);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Failure::timeout);
    EXPECT_TRUE(result.error().sent);
}

TEST(HttpClient, tells_failures_apart)
{
    int closed_port = TestServer(always("")).port();
    TestServer broken(always("", Then::reset)), large(always(TestServer::reply(std::string(2000, 'x'))));
    Client client;
    EXPECT_EQ(client.perform(to(broken)).error().kind, Failure::reset);
    auto request = to(large);
    request.max_body = 1999;
    EXPECT_EQ(client.perform(request).error().kind, Failure::too_large);
    request.url = "http://127.0.0.1:" + std::to_string(closed_port) + "/";
    auto refused = client.perform(request);
    EXPECT_EQ(refused.error().kind, Failure::connect);
    EXPECT_FALSE(refused.error().sent);
    request.url = "ftp://127.0.0.1/";
    EXPECT_EQ(client.perform(request).error().kind, Failure::bad_url);
    request.url = "http://no-such-host.invalid/";
    EXPECT_EQ(client.perform(request).error().kind, Failure::resolve);
}

TEST(HttpClient, does_not_tell_the_path_in_its_messages)
{
    int closed_port = TestServer(always("")).port();
    Client client;
    HttpRequest request;
    request.allow_private = true;
    request.url = "http://127.0.0.1:" + std::to_string(closed_port) + "/bot123:secret?key=secret";
    EXPECT_EQ(client.perform(request).error().message.find("secret"), std::string::npos);
}

TEST(HttpClient, destroyed_with_calls_in_flight_answers_them_all)
{
    TestServer server(always("", Then::hang));
    Client client;
    std::vector<std::optional<HttpResult>> results(20);
    for (auto& result : results) client.start(to(server), result);
    client.run_until([&] { return server.requests().size() >= 10; });
    client.client.reset();
    client.io.restart();
    client.io.run();
    for (const auto& result : results) {
        ASSERT_TRUE(result);
        ASSERT_FALSE(*result);
        EXPECT_EQ(result->error().kind, Failure::aborted);
    }
}

TEST(HttpClient, destroyed_before_a_call_has_begun_to_connect)
{
    Client client;
    std::optional<HttpResult> result;
    HttpRequest request;
    request.url = "http://no-such-host.invalid/";
    client.start(request, result);
    client.io.run_one();  // the call is handed over, its name not resolved yet
    client.client.reset();
    client.io.restart();
    client.io.run();
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->has_value());
}

TEST(HttpClient, may_be_left_behind_by_a_loop_that_runs_no_more)
{
    TestServer server(always("", Then::hang));
    std::optional<HttpResult> result;
    Client client;
    client.start(to(server), result);
    client.run_until([&] { return !server.requests().empty(); });
    client.client.reset();  // and the loop is destroyed without running the waiting coroutine
    EXPECT_FALSE(result);
}

}  // namespace
}  // namespace smg::net
