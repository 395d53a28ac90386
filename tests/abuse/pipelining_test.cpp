// Many requests in one write: answered in their order, counted against the connection, and no way to starve the others.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "abuse/besieged.hpp"
#include "http/raw_client.hpp"

namespace smg::test {
namespace {

std::string orders(Besieged& besieged, int count, const std::string& name)
{
    std::string all;
    for (int i = 0; i < count; ++i) all += besieged.order_request(fmt::format("{}-{}", name, i));
    return all;
}

std::string status_line(const std::string& reply) { return reply.substr(0, reply.find('\r')); }

std::int64_t order_id(const std::string& reply)
{
    auto body = json::parse(reply.substr(std::min(reply.find("\r\n\r\n"), reply.size())));
    return body ? std::stoll("0" + text_at(*body, "order_id")) : 0;
}

TEST(Pipelining, a_hundred_orders_in_one_write_are_answered_in_their_order)
{
    Besieged besieged;
    http::RawClient client(besieged.port());
    client.send(orders(besieged, 100, "pipelined"));
    std::int64_t last = 0;
    for (int i = 0; i < 100; ++i) {
        auto reply = client.reply();
        EXPECT_EQ(status_line(reply), "HTTP/1.1 200 OK") << i;
        auto shown = besieged.installation().order(order_id(reply));
        EXPECT_EQ(shown.text("data.wp_order_number"), fmt::format("pipelined-{}", i));
        EXPECT_GT(order_id(reply), last);
        last = order_id(reply);
    }
}

TEST(Pipelining, ends_with_the_last_request_that_a_connection_may_make)
{
    Besieged besieged({{"SMGCRM_REQUESTS_PER_CONNECTION", "50"}});
    http::RawClient client(besieged.port());
    client.send(orders(besieged, 100, "pipelined"));
    std::int64_t last = 0;
    for (int i = 0; i < 50; ++i) {
        auto reply = client.reply();
        EXPECT_EQ(status_line(reply), "HTTP/1.1 200 OK") << i;
        EXPECT_EQ(reply.contains("Connection: close"), i == 49) << i;
        last = order_id(reply);
    }
    bool closed = false;
    EXPECT_EQ(client.rest(&closed), "");
    EXPECT_TRUE(closed);
    EXPECT_EQ(besieged.installation().order(last + 1).status(), 404);
}

TEST(Pipelining, a_request_after_a_malformed_one_is_not_answered)
{
    Besieged besieged;
    http::RawClient client(besieged.port());
    client.send(besieged.order_request("good") + "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n" +
                besieged.order_request("smuggled"));
    auto good = client.reply();
    EXPECT_EQ(status_line(good), "HTTP/1.1 200 OK");
    EXPECT_EQ(status_line(client.reply()), "HTTP/1.1 400 Bad Request");
    EXPECT_EQ(client.rest(), "");
    EXPECT_EQ(besieged.installation().order(order_id(good) + 1).status(), 404);
}

TEST(Pipelining, a_half_closed_client_gets_all_its_answers)
{
    Besieged besieged;
    http::RawClient client(besieged.port());
    client.send(orders(besieged, 10, "half-closed"));
    client.end();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(status_line(client.reply()), "HTTP/1.1 200 OK") << i;
    bool closed = false;
    EXPECT_EQ(client.rest(&closed), "");
    EXPECT_TRUE(closed);
}

TEST(Pipelining, by_hundreds_does_not_disturb_the_shop)
{
    constexpr int clients = 200;
    Besieged besieged;
    std::string requests;
    for (int i = 0; i < 1000; ++i) requests += "GET /api/v1/nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
    {
        Swarm swarm(besieged.port());
        swarm.send(clients, {.opening = requests, .drip = requests});
        EXPECT_TRUE(eventually([&] { return swarm.open() == clients && swarm.answers(404) >= clients; }));
        besieged.orders_flow();
        auto before = swarm.answers(404);
        EXPECT_TRUE(eventually([&] { return swarm.answers(404) >= before + 1000; }));  // still at it
    }
    besieged.memory_holds();
    besieged.recovers();
}

}  // namespace
}  // namespace smg::test
