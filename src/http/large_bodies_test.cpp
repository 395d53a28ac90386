#include "http/test_server.hpp"

namespace smg::http {
namespace {

constexpr std::size_t small = 1024, large = 100 * 1024;

Limits room_for(std::size_t bodies)
{
    Limits limits;
    limits.small_body_bytes = small;
    limits.large_bodies_bytes = bodies * large;
    return limits;
}

std::string post_of(std::size_t announced, std::size_t sent)
{
    return post("Content-Length: " + std::to_string(announced) + "\r\n", std::string(sent, 'x'));
}

std::string status_line(const std::string& reply) { return reply.substr(0, reply.find('\r')); }

TEST(LargeBodies, beyond_their_common_room_are_asked_to_come_again)
{
    TestServer server(room_for(2));
    RawClient first(server.port), second(server.port);
    for (auto* waiting : {&first, &second}) waiting->send(post_of(large + 1, large));
    // Only a third one shows when both have come so far.
    std::string refused;
    EXPECT_TRUE(within_10_s([&] {
        refused = server.ask(post_of(large, large));
        return refused.starts_with("HTTP/1.1 503");
    }));
    EXPECT_NE(refused.find("\r\nRetry-After: 2\r\n"), std::string::npos);
    EXPECT_NE(refused.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_EQ(status_line(server.ask(post_of(small, small))), "HTTP/1.1 200 OK");
    EXPECT_TRUE(server.well());
}

TEST(LargeBodies, give_their_room_back)
{
    TestServer server(room_for(1));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(status_line(server.ask(post_of(large, large))), "HTTP/1.1 200 OK") << i;
    {
        RawClient broken(server.port);
        broken.send(post_of(large, large / 2));
    }
    EXPECT_TRUE(within_10_s([&] { return status_line(server.ask(post_of(large, large))) == "HTTP/1.1 200 OK"; }));
    RawClient kept(server.port);
    for (int i = 0; i < 5; ++i) {
        kept.send(post_of(large, large));
        EXPECT_EQ(status_line(kept.reply()), "HTTP/1.1 200 OK") << i;
    }
}

TEST(LargeBodies, hold_their_room_while_they_are_answered)
{
    TestServer server(room_for(1));
    RawClient held(server.port);
    held.send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(large) + "\r\n\r\n" +
              std::string(large, 'x'));
    EXPECT_TRUE(within_10_s([&] { return server.in_flight() == 1; }));
    EXPECT_EQ(status_line(server.ask(post_of(large, large))), "HTTP/1.1 503 Service Unavailable");
    server.release();
    EXPECT_EQ(status_line(held.reply()), "HTTP/1.1 200 OK");
    EXPECT_TRUE(within_10_s([&] { return status_line(server.ask(post_of(large, large))) == "HTTP/1.1 200 OK"; }));
}

TEST(LargeBodies, control_with_room_for_all_are_all_taken)
{
    TestServer server(room_for(3));
    RawClient first(server.port), second(server.port);
    for (auto* waiting : {&first, &second}) waiting->send(post_of(large + 1, large));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(status_line(server.ask(post_of(large, large))), "HTTP/1.1 200 OK") << i;
}

}  // namespace
}  // namespace smg::http
