#include "http/server.hpp"

#include <gtest/gtest.h>

#include "http/test_server.hpp"

namespace smg::http {
namespace {

using namespace std::chrono_literals;

struct Accepted {
    std::string bytes, body;
};

TEST(Server, answers_well_formed_requests)
{
    const Accepted rows[] = {
        {get("/"), "GET /?  127.0.0.1 local"},
        {get("/a%20b/%D0%90?q=%20&x"), "GET /a b/\xD0\x90?q=%20&x  127.0.0.1 local"},
        {get("http://x/a?b"), "GET /a?b  127.0.0.1 local"},
        {get("HTTP://X"), "GET /?  127.0.0.1 local"},
        {get("/..."), "GET /...?  127.0.0.1 local"},
        {"\r\n" + get("/"), "GET /?  127.0.0.1 local"},
        {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS *?  127.0.0.1 local"},
        {"GET / HTTP/1.0\r\n\r\n", "GET /?  127.0.0.1 local"},
        {"GET / HTTP/1.1\r\nhOST:x:80\r\n\r\n", "GET /?  127.0.0.1 local"},
        {"GET / HTTP/1.1\r\nHost: [::1]:80\r\nA:\r\nB: \xff\t\xD0\x90\r\n\r\n", "GET /?  127.0.0.1 local"},
        {get("/").insert(16, "X-Forwarded-For: 9.9.9.9\r\n"), "GET /?  127.0.0.1"},
        {post("Content-Length: 5\r\n", "hello"), "POST /p? hello 127.0.0.1 local"},
        {post("Content-Length: 0\r\n"), "POST /p?  127.0.0.1 local"},
        {post("Content-Length: 005\r\n", "hello"), "POST /p? hello 127.0.0.1 local"},
        {post(""), "POST /p?  127.0.0.1 local"},
        {post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"), "POST /p? hello! 127.0.0.1 local"},
        {post("Transfer-Encoding: Chunked\r\n", "A\r\n0123456789\r\n0\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n"),
         "POST /p? 0123456789 127.0.0.1 local"},
    };
    TestServer server;
    for (const auto& row : rows) {
        auto reply = server.ask(row.bytes);
        EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << row.bytes << "\n" << reply;
        EXPECT_EQ(body_of(reply), row.body) << row.bytes;
    }
}

TEST(Server, sends_the_headers_every_reply_needs)
{
    TestServer server;
    auto reply = server.ask(get("/"));
    for (auto line :
         {"\r\nDate: ", " GMT\r\n", "\r\nServer: smgcrm\r\n", "\r\nX-Content-Type-Options: nosniff\r\n",
          "\r\nCache-Control: no-store\r\n", "\r\nContent-Type: application/json\r\n", "\r\nContent-Length: 23\r\n"})
        EXPECT_NE(reply.find(line), std::string::npos) << line << "\n" << reply;
    EXPECT_EQ(reply.find("Connection:"), std::string::npos);
    auto none = server.ask(get("/none"));
    EXPECT_TRUE(none.starts_with("HTTP/1.1 204 No Content\r\n"));
    EXPECT_EQ(none.find("Content-Length"), std::string::npos);
    EXPECT_EQ(server.ask(get("/inject")).find("X-More"), std::string::npos);
}

TEST(Server, answers_head_without_a_body)
{
    TestServer server;
    RawClient client(server.port);
    client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + get("/b"));
    auto head = client.reply(true);
    EXPECT_NE(head.find("Content-Length: 25\r\n"), std::string::npos) << head;
    EXPECT_EQ(body_of(client.reply()), "GET /b?  127.0.0.1 local");
}

TEST(Server, answers_pipelined_requests_in_order)
{
    TestServer server;
    RawClient client(server.port);
    std::string all;
    for (int i = 0; i < 50; ++i) {
        auto text = std::to_string(i);
        all += get("/" + text) + post("Content-Length: " + std::to_string(text.size()) + "\r\n", text);
        all += post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n");
    }
    client.send(all);
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(body_of(client.reply()), "GET /" + std::to_string(i) + "?  127.0.0.1 local");
        EXPECT_EQ(body_of(client.reply()), "POST /p? " + std::to_string(i) + " 127.0.0.1 local");
        EXPECT_EQ(body_of(client.reply()), "POST /p? x 127.0.0.1 local");
    }
}

TEST(Server, takes_a_request_byte_by_byte)
{
    TestServer server;
    RawClient client(server.port);
    for (char c : "\r\n" + post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")) client.send({&c, 1});
    EXPECT_EQ(body_of(client.reply()), "POST /p? hello 127.0.0.1 local");
}

TEST(Server, keeps_and_ends_connections_as_asked)
{
    Limits limits;
    limits.requests_per_connection = 3;
    TestServer server(limits);
    auto ends = [&](const std::string& request, int requests) {
        RawClient client(server.port);
        int answered = 0;
        for (; answered < requests; ++answered) {
            client.send(request);
            auto reply = client.reply();
            if (reply.find("Connection: close") != std::string::npos) return answered + 1;
            EXPECT_TRUE(reply.starts_with("HTTP/1.1 200")) << reply;
        }
        return 0;
    };
    EXPECT_EQ(ends("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n", 2), 1);
    EXPECT_EQ(ends("GET / HTTP/1.0\r\n\r\n", 2), 1);
    EXPECT_EQ(ends("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 2), 0);
    EXPECT_EQ(ends(get("/"), 2), 0);
    EXPECT_EQ(ends(get("/"), 5), 3);
}

TEST(Server, says_continue_before_the_body)
{
    TestServer server;
    RawClient client(server.port);
    client.send(post("Content-Length: 5\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(client.reply(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    EXPECT_EQ(body_of(client.reply()), "POST /p? hello 127.0.0.1 local");
}

TEST(Server, hides_what_a_service_throws_and_goes_on)
{
    TestServer server;
    RawClient client(server.port);
    client.send(get("/throw"));
    auto reply = client.reply();
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 500 ")) << reply;
    EXPECT_EQ(reply.find("bug"), std::string::npos);
    client.send(get("/"));
    EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 200"));
}

TEST(Server, ends_slow_requests)
{
    Limits limits;
    limits.header_time = limits.body_time = limits.keep_alive_time = 100ms;
    TestServer server(limits);
    auto fate = [&](std::string_view first, std::string_view then = "") {
        RawClient client(server.port);
        client.send(first);
        if (!then.empty()) {
            client.reply();
            client.send(then);
        }
        bool closed = false;
        auto reply = client.rest(&closed);
        EXPECT_TRUE(closed);
        return reply.substr(0, 12);
    };
    EXPECT_EQ(fate(""), "") << "nothing was asked, nothing is answered";
    EXPECT_EQ(fate("GET / HT"), "HTTP/1.1 408");
    EXPECT_EQ(fate(post("Content-Length: 5\r\n", "hel")), "HTTP/1.1 408");
    EXPECT_EQ(fate(post("Transfer-Encoding: chunked\r\n", "5\r\nhel")), "HTTP/1.1 408");
    EXPECT_EQ(fate(get("/"), "GET"), "HTTP/1.1 408");
    EXPECT_EQ(fate(get("/"), "\r\n"), "") << "an empty line is no request";
}

TEST(Server, cuts_a_client_that_does_not_read)
{
    Limits limits;
    limits.write_time = 20ms;
    TestServer server(limits);
    RawClient client(server.port);
    client.send(get("/hold") + get("/big") + get("/big") + get("/big") + get("/big"));
    ASSERT_TRUE(within_10_s([&] { return server.in_flight() == 1; }));
    server.release();
    EXPECT_TRUE(within_10_s([&] { return server.connections() == 0; }));
    EXPECT_LT(client.rest().size(), 4u * 8 * 1024 * 1024);
}

TEST(Server, sends_large_replies_whole)
{
    TestServer server;
    EXPECT_EQ(body_of(server.ask(get("/big"))).size(), 8u * 1024 * 1024);
}

TEST(Server, forgets_clients_that_hang_up)
{
    TestServer server;
    for (std::string_view bytes : {"", "GET", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe"}) {
        RawClient client(server.port);
        client.send(bytes);
        client.end();
        bool closed = false;
        EXPECT_EQ(client.rest(&closed), "");
        EXPECT_TRUE(closed);
    }
    EXPECT_TRUE(within_10_s([&] { return server.connections() == 0; }));
}

TEST(Server, limits_the_connections_of_an_address)
{
    Limits limits;
    limits.connections_per_ip = 2;
    limits.count_loopback = true;
    TestServer server(limits);
    RawClient first(server.port);
    {
        RawClient second(server.port), third(server.port);
        second.send(get("/"));
        EXPECT_NE(second.reply(), "");
        third.send(get("/"));
        EXPECT_EQ(third.rest(), "");
    }
    EXPECT_TRUE(within_10_s([&] { return server.connections() == 1; }));
    EXPECT_TRUE(server.well());

    limits.count_loopback = false;
    TestServer open(limits);
    RawClient a(open.port), b(open.port), c(open.port);
    EXPECT_TRUE(open.well());

    limits.count_loopback = true;
    TestServer proxied(limits, "127.0.0.0/8");
    RawClient d(proxied.port), e(proxied.port), f(proxied.port);
    EXPECT_TRUE(proxied.well());
}

TEST(Server, believes_a_trusted_proxy)
{
    TestServer server({}, "127.0.0.1");
    EXPECT_EQ(body_of(server.ask("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.1.1.1, 9.9.9.9\r\n\r\n")),
              "GET /?  9.9.9.9");
}

TEST(Server, drains_what_is_in_flight_and_hangs_up_on_the_idle)
{
    TestServer server;
    RawClient idle(server.port), busy(server.port);
    idle.send(get("/"));
    idle.reply();
    busy.send(get("/hold") + get("/after"));
    ASSERT_TRUE(within_10_s([&] { return server.in_flight() == 1; }));
    auto drained = server.drain(10s);
    EXPECT_EQ(idle.rest(), "");
    EXPECT_EQ(server.connections(), 1);
    server.release();
    auto reply = busy.rest();
    EXPECT_NE(reply.find("GET /hold"), std::string::npos) << reply;
    EXPECT_NE(reply.find("Connection: close"), std::string::npos);
    EXPECT_EQ(reply.find("/after"), std::string::npos);
    drained.get();
    EXPECT_FALSE(RawClient(server.port).connected());
}

TEST(Server, stops_waiting_when_patience_ends)
{
    TestServer server;
    RawClient busy(server.port);
    busy.send(get("/hold"));
    ASSERT_TRUE(within_10_s([&] { return server.in_flight() == 1; }));
    server.drain(20ms).get();
    EXPECT_EQ(busy.rest(), "");
    EXPECT_EQ(server.in_flight(), 1) << "a handler is never cut";
}

TEST(Server, says_in_a_sentence_why_it_cannot_listen)
{
    boost::asio::io_context io;
    Server server(io, {}, {}, {});
    for (auto where :
         {"", "127.0.0.1", "localhost:80", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "::1:80", "[127.0.0.1]:80"}) {
        auto failed = server.listen(where);
        ASSERT_FALSE(failed) << where;
        EXPECT_NE(failed.error().message.find("no address to listen on"), std::string::npos) << where;
    }
    auto first = server.listen("127.0.0.1:0");
    ASSERT_TRUE(first);
    auto taken = server.listen(*first);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().message, "Cannot listen on " + *first + ": another program uses that port.");
    auto foreign = server.listen("192.0.2.1:0");
    ASSERT_FALSE(foreign);
    EXPECT_NE(foreign.error().message.find("does not have that address"), std::string::npos);
    auto six = server.listen("[::1]:0");
    if (six) EXPECT_TRUE(six->starts_with("[::1]:")) << *six;
}

}  // namespace
}  // namespace smg::http
