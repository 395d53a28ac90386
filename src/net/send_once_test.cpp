#include <gtest/gtest.h>
#include <sys/socket.h>

#include <stdexcept>

#include "net/http_client.hpp"
#include "net/test_server.hpp"

namespace smg::net {
namespace {

using Then = TestServer::Then;

TestServer::Answering always(std::string bytes, Then then = Then::keep)
{
    return [answer = TestServer::Answer{std::move(bytes), then}](const std::string&) { return answer; };
}

HttpRequest to(const TestServer& server)
{
    HttpRequest request;
    request.url = server.url("/api/v2");
    request.body = "key=k&action=add";
    request.allow_private = true;
    return request;
}

const std::function<bool()> yes = [] { return true; };

// Gzip of about `size` zero bytes, a hundred and sixtieth of that on the wire: one literal, then over and over `the last
// byte 258 times` in deflate's fixed codes (RFC 1951, 3.2.6).
std::string gzip_bomb(std::size_t size)
{
    std::string out("\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);
    int filled = 8;
    auto put = [&](std::string_view bits) {
        for (char bit : bits) {
            if (filled == 8) out += '\0', filled = 0;
            if (bit == '1') out.back() = static_cast<char>(out.back() | 1 << filled);
            ++filled;
        }
    };
    put("110"
        "00110000");  // the last block, in fixed codes; a zero
    for (std::size_t bytes = 0; bytes < size; bytes += 258)
        put("11000101"
            "00000");
    put("0000000");
    return out;
}

TEST(SendOnce, posts_one_request_on_one_connection)
{
    TestServer server(
        always(TestServer::reply(R"({"order":1})", "201 Created", "Content-Type: application/json\r\nRetry-After: 7\r\n")));
    int asked = 0;
    auto result = send_once(to(server), [&] { return ++asked > 0; });
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 201);
    EXPECT_EQ(result->body, R"({"order":1})");
    EXPECT_EQ(result->content_type, "application/json");
    EXPECT_EQ(result->retry_after_s, 7);
    EXPECT_EQ(asked, 1);
    ASSERT_EQ(server.requests().size(), 1u);
    EXPECT_EQ(server.connections(), 1);
    auto request = server.requests()[0];
    EXPECT_TRUE(request.starts_with("POST /api/v2 HTTP/1.1\r\n")) << request;
    EXPECT_TRUE(request.ends_with("\r\n\r\nkey=k&action=add"));
    EXPECT_NE(request.find("User-Agent: Mozilla/5.0"), std::string::npos);
    EXPECT_EQ(request.find("Expect"), std::string::npos);
}

TEST(SendOnce, never_rides_an_older_connection)
{
    TestServer server(always(TestServer::reply("{}")));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(send_once(to(server), yes));
    EXPECT_EQ(server.connections(), 3);
    EXPECT_EQ(server.requests().size(), 3u);
}

struct Broken {
    const char* name;
    std::string bytes;
    Then then;
    Failure kind;
};

class BrokenReply : public testing::TestWithParam<Broken> {};

// Whatever the server does after the request has come: one connection, one request, and `sent` says so.
TEST_P(BrokenReply, is_never_sent_again)
{
    TestServer server(always(GetParam().bytes, GetParam().then));
    auto request = to(server);
    request.timeout = std::chrono::milliseconds(400);
    auto result = send_once(request, yes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, GetParam().kind) << result.error().message;
    EXPECT_TRUE(result.error().sent);
    server.wait_until_quiet();
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(server.requests().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BrokenReply,
    testing::Values(Broken{"closed", "", Then::close, Failure::reset}, Broken{"reset", "", Then::reset, Failure::reset},
                    Broken{"silent", "", Then::hang, Failure::timeout},
                    Broken{"half_a_head", "HTTP/1.1 200 OK\r\nContent-", Then::hang, Failure::timeout},
                    Broken{"half_a_body", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"order\":1}", Then::close,
                           Failure::reset},
                    Broken{"half_a_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"order\":1}",
                           Then::close, Failure::reset},
                    Broken{"not_http", "SSH-2.0-OpenSSH\r\n", Then::close, Failure::protocol},
                    Broken{"bad_gzip", TestServer::reply("{\"order\":1}", "200 OK", "Content-Encoding: gzip\r\n"),
                           Then::close, Failure::protocol},
                    Broken{"endless_head", "HTTP/1.1 200 OK\r\nX: " + std::string(90'000, 'x') + "\r\n\r\n", Then::close,
                           Failure::too_large},
                    Broken{"ten_mebibytes", TestServer::reply(std::string(10 << 20, 'x')), Then::close, Failure::too_large},
                    Broken{"gzip_bomb", TestServer::reply(gzip_bomb(64 << 20), "200 OK", "Content-Encoding: gzip\r\n"),
                           Then::close, Failure::too_large}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(SendOnce, is_not_repeated_after_417)
{
    TestServer server(always(TestServer::reply("", "417 Expectation Failed")));
    auto request = to(server);
    request.body = std::string(2 << 20, 'x');  // libcurl would ask `Expect: 100-continue` for a megabyte
    auto result = send_once(request, yes);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 417);
    ASSERT_EQ(server.requests().size(), 1u);
    EXPECT_EQ(server.requests()[0].find("\r\nExpect"), std::string::npos);
}

TEST(SendOnce, does_not_follow_redirects)
{
    TestServer other(always(TestServer::reply("secret")));
    TestServer server(always(TestServer::reply("", "302 Found", "Location: " + other.url() + "\r\n")));
    auto result = send_once(to(server), yes);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 302);
    EXPECT_EQ(other.connections(), 0);
}

TEST(SendOnce, takes_a_body_of_exactly_the_limit)
{
    TestServer server(always(TestServer::reply(std::string(1000, 'x'))));
    auto request = to(server);
    request.max_body = 1000;
    EXPECT_TRUE(send_once(request, yes));
    request.max_body = 999;
    EXPECT_FALSE(send_once(request, yes));
}

TEST(SendOnce, writes_nothing_when_the_last_question_is_answered_no)
{
    TestServer server(always(TestServer::reply("{}")));
    auto result = send_once(to(server), [] { return false; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Failure::aborted);
    EXPECT_FALSE(result.error().sent);
    server.wait_until_quiet();
    EXPECT_EQ(server.bytes(), 0u);
}

TEST(SendOnce, takes_an_exception_for_no)
{
    TestServer server(always(TestServer::reply("{}")));
    auto result = send_once(to(server), []() -> bool { throw std::runtime_error("database is gone"); });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Failure::aborted);
    EXPECT_FALSE(result.error().sent);
    EXPECT_NE(result.error().message.find("database is gone"), std::string::npos);
    EXPECT_FALSE(send_once(to(server), []() -> bool { throw 7; }));
    server.wait_until_quiet();
    EXPECT_EQ(server.bytes(), 0u);
}

TEST(SendOnce, without_a_last_question_writes_nothing)
{
    TestServer server(always(TestServer::reply("{}")));
    auto result = send_once(to(server), {});
    ASSERT_FALSE(result);
    EXPECT_FALSE(result.error().sent);
}

TEST(SendOnce, to_a_closed_port_has_sent_nothing)
{
    int port = TestServer(always("")).port();  // nobody listens there any more
    HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(port) + "/";
    request.allow_private = true;
    bool asked = false;
    auto result = send_once(request, [&] { return asked = true; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Failure::connect);
    EXPECT_FALSE(result.error().sent);
    EXPECT_FALSE(asked);
}

TEST(SendOnce, to_an_unknown_name_has_sent_nothing)
{
    HttpRequest request;
    request.url = "http://no-such-host.invalid/";
    auto result = send_once(request, yes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Failure::resolve);
    EXPECT_FALSE(result.error().sent);
}

TEST(SendOnce, over_broken_tls_has_sent_nothing)
{
    // The ClientHello never makes a whole request: nothing is answered until the time is up.
    TestServer server(always("", Then::close));
    auto request = to(server);
    request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    request.timeout = std::chrono::milliseconds(300);
    bool asked = false;
    auto result = send_once(request, [&] { return asked = true; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Failure::timeout);
    EXPECT_FALSE(result.error().sent);
    EXPECT_FALSE(asked);
}

struct BadHeader {
    std::string name, value;
};

TEST(SendOnce, refuses_headers_that_break_the_message)
{
    TestServer server(always(TestServer::reply("{}")));
    const BadHeader rows[] = {{"X", "a\r\nY: 1"},
                              {"X", "a\nb"},
                              {"X", "a\rb"},
                              {"X", std::string("a\0b", 3)},
                              {"X", "\xFF\xFE"},
                              {"X", "a\x7F"},
                              {"X\r\nY", "1"},
                              {"X Y", "1"},
                              {"", "1"},
                              {"X:", "1"},
                              {"Ключ", "1"},
                              {"Content-Length", "5"},
                              {"HOST", "a.example"},
                              {"Transfer-Encoding", "chunked"},
                              {"expect", "100-continue"}};
    for (const auto& [name, value] : rows) {
        auto request = to(server);
        request.headers = {{name, value}};
        auto result = send_once(request, yes);
        ASSERT_FALSE(result) << name << ": " << value;
        EXPECT_EQ(result.error().kind, Failure::bad_request);
        EXPECT_FALSE(result.error().sent);
    }
    auto request = to(server);
    request.method = "POST / HTTP/1.1\r\nX:";
    EXPECT_EQ(send_once(request, yes).error().kind, Failure::bad_request);
    EXPECT_EQ(server.connections(), 0);
}

TEST(SendOnce, sends_the_headers_it_is_given)
{
    TestServer server(always(TestServer::reply("{}")));
    auto request = to(server);
    request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}, {"X-Name", "Оля"}, {"User-Agent", "mine"}};
    ASSERT_TRUE(send_once(request, yes));
    auto sent = server.requests().at(0);
    for (auto line :
         {"\r\nContent-Type: application/json\r\n", "\r\nX-Empty:\r\n", "\r\nX-Name: Оля\r\n", "\r\nUser-Agent: mine\r\n"})
        EXPECT_NE(sent.find(line), std::string::npos) << line << sent;
    EXPECT_EQ(sent.find("Mozilla"), std::string::npos);
}

TEST(SendOnce, survives_a_reply_with_bytes_that_are_no_text)
{
    TestServer server(always(TestServer::reply("\xFF\xFE", "200 OK", "Content-Type: text/\xFF\r\nX: \xC0\x80\r\n")));
    auto result = send_once(to(server), yes);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->content_type, "text/\xEF\xBF\xBD");
    EXPECT_EQ(result->body, "\xFF\xFE");
}

TEST(SendOnce, ignores_the_proxy_of_the_environment)
{
    TestServer proxy(always(TestServer::reply("{}")));
    TestServer server(always(TestServer::reply("{}")));
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    auto result = send_once(to(server), yes);
    ::unsetenv("http_proxy");
    EXPECT_TRUE(result);
    EXPECT_EQ(proxy.connections(), 0);
}

}  // namespace
}  // namespace smg::net
