// Each kind of abuse at its height, and the shop's orders all taken meanwhile. The controls switch one limit off and see the
// abuse get through, so that the tests are known to look at the right thing.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "abuse/besieged.hpp"

namespace smg::test {
namespace {

using namespace std::chrono_literals;

constexpr int many = 300;
constexpr int some = 40;           // of those who send as fast as they can
constexpr auto never = "3600000";  // ms

std::string start_of(const std::string& request_line) { return request_line + " HTTP/1.1\r\nHost: x\r\n"; }
std::string whole(const std::string& request_line) { return start_of(request_line) + "\r\n"; }
std::string repeated(const std::string& text, std::size_t bytes)
{
    std::string out;
    while (out.size() < bytes) out += text;
    return out;
}

// A kind of abuse, and what it is answered with. One whose limit is off is never answered.
struct Kind {
    std::string name;
    Habit habit;
    int status = 0;  // 0: hung up on without a word. A machine that is too busy for all they send says 408
    int clients = many;
    std::map<std::string, std::string> limit_off = {};
};

std::string name_of_kind(const testing::TestParamInfo<Kind>& info) { return info.param.name; }

bool turned_away(const Swarm& swarm, const Kind& kind, int times)
{
    return kind.status == 0 ? swarm.hung_up_on() >= times : swarm.answers(kind.status) + swarm.answers(408) >= times;
}

class Abuse : public testing::TestWithParam<Kind> {};

TEST_P(Abuse, does_not_disturb_the_shop)
{
    Besieged besieged;
    const auto& kind = GetParam();
    {
        Swarm swarm(besieged.port());
        swarm.send(kind.clients, kind.habit);
        EXPECT_TRUE(eventually([&] { return turned_away(swarm, kind, kind.clients); })) << swarm.hung_up_on();
        besieged.orders_flow();
        auto before = swarm.hung_up_on();
        EXPECT_TRUE(eventually([&] { return swarm.hung_up_on() >= before + kind.clients; }));  // still at it
        besieged.orders_flow();
        for (auto [status, times] : swarm.all_answers()) EXPECT_TRUE(status < 500 || status == 503) << status << times;
    }
    besieged.memory_holds();
    besieged.recovers();
}

std::vector<Kind> kinds()
{
    auto post = start_of("POST /api/v1/createOrder") + "Content-Type: application/json\r\n";
    auto chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    constexpr std::size_t mebibyte = 1024 * 1024;
    return {
        {"slow_headers", {.opening = start_of("GET /healthz"), .drip = "A: b\r\n", .every = 100ms}, 408},
        {"slow_first_line", {.opening = "G", .drip = "E", .every = 100ms}, 408},
        {"slow_bodies", {.opening = post + "Content-Length: 1000\r\n\r\n", .drip = "x", .every = 100ms}, 408},
        {"slow_chunks", {.opening = chunked, .drip = "1\r\nx\r\n", .every = 100ms}, 408},
        {"silence", {}, 0},
        {"silence_after_the_header", {.opening = chunked}, 408},
        {"half_closed_in_the_header", {.opening = start_of("GET /healthz"), .half_closes = true}, 0},
        {"half_closed_in_the_body", {.opening = post + "Content-Length: 9\r\n\r\n{", .half_closes = true}, 0},
        {"header_of_a_mebibyte",
         {.opening = start_of("GET /healthz") + "A: " + repeated("b", mebibyte) + "\r\n\r\n"},
         431,
         some},
        {"url_of_a_mebibyte", {.opening = whole("GET /" + repeated("b", mebibyte))}, 431, some},
        {"a_thousand_headers", {.opening = start_of("GET /healthz") + repeated("A: b\r\n", 6000) + "\r\n"}, 400, some},
        {"endless_header", {.opening = start_of("GET /healthz") + "A: ", .drip = repeated("b", 65536)}, 431, some},
        {"announced_body_of_a_gibibyte", {.opening = post + "Content-Length: 1073741824\r\n\r\n", .drip = "{"}, 413, some},
        {"endless_chunks", {.opening = chunked, .drip = "10000\r\n" + repeated("b", 65536) + "\r\n"}, 413, some},
        {"endless_chunk_extension", {.opening = chunked + "1;", .drip = repeated("b", 65536)}, 400, some},
        {"not_http", {.opening = repeated("\x16\x03\x01", 3000)}, 400, some},
        {"resets", {.opening = post + "Content-Length: 9\r\n\r\n{", .resets = true}, 0},
    };
}
INSTANTIATE_TEST_SUITE_P(Kinds, Abuse, testing::ValuesIn(kinds()), name_of_kind);

// Twenty drips take twice as long as the limits of `Abuse` allow.
class AbuseControl : public testing::TestWithParam<Kind> {};

TEST_P(AbuseControl, gets_through_without_the_limit)
{
    constexpr int clients = 20, drips = 20;
    Besieged besieged(GetParam().limit_off);
    Swarm swarm(besieged.port());
    const auto& habit = GetParam().habit;
    swarm.send(clients, habit);
    auto enough = clients * (habit.opening.size() + drips * habit.drip.size());
    EXPECT_TRUE(eventually([&] { return swarm.written() >= enough; }));
    EXPECT_EQ(swarm.hung_up_on(), 0);
    EXPECT_EQ(swarm.open(), clients);
}

std::vector<Kind> unlimited_kinds()
{
    std::vector<Kind> out;
    for (auto& kind : kinds()) {
        if (kind.name == "slow_headers") kind.limit_off = {{"SMGCRM_HEADER_TIMEOUT_MS", never}};
        else if (kind.name == "slow_bodies") kind.limit_off = {{"SMGCRM_BODY_TIMEOUT_MS", never}};
        else if (kind.name == "endless_header")
            kind.limit_off = {{"SMGCRM_HEADER_BYTES", "1048576"}, {"SMGCRM_HEADER_TIMEOUT_MS", never}};
        else if (kind.name == "endless_chunks")
            kind.limit_off = {{"SMGCRM_BODY_BYTES", "67108864"}, {"SMGCRM_BODY_TIMEOUT_MS", never}};
        else continue;
        if (kind.name == "endless_header") kind.habit.drip = repeated("b", 4096), kind.habit.every = 10ms;
        out.push_back(std::move(kind));
    }
    return out;
}
INSTANTIATE_TEST_SUITE_P(Kinds, AbuseControl, testing::ValuesIn(unlimited_kinds()), name_of_kind);

// ---- Clients that ask and never read

Habit never_reading(Besieged& besieged)
{
    for (int i = 0; i < 20; ++i)
        besieged.installation().order(order_of(fmt::format("long-{}", i), {{"notes", std::string(9000, 'n')}}));
    auto list = start_of("GET /api/v1/orders") + "Authorization: Bearer " + besieged.installation().shop() + "\r\n\r\n";
    return {.opening = repeated(list, 8 * 1024), .drip = list, .every = 100ms, .reads = false, .receive_buffer = 4096};
}

TEST(SlowReaders, are_hung_up_on_and_do_not_disturb_the_shop)
{
    constexpr int clients = 100;  // each makes the server write out some hundreds of orders
    Besieged besieged;
    {
        Swarm swarm(besieged.port());
        swarm.send(clients, never_reading(besieged));
        EXPECT_TRUE(eventually([&] { return swarm.hung_up_on() >= clients; })) << swarm.hung_up_on();
        besieged.orders_flow();
    }
    besieged.memory_holds();
    besieged.recovers();
}

TEST(SlowReaders, control_without_the_limit_they_stay)
{
    constexpr int clients = 20, drips = 20;
    Besieged besieged({{"SMGCRM_WRITE_TIMEOUT_MS", never}});
    Swarm swarm(besieged.port());
    auto habit = never_reading(besieged);
    swarm.send(clients, habit);
    auto enough = clients * (habit.opening.size() + drips * habit.drip.size());
    EXPECT_TRUE(eventually([&] { return swarm.written() >= enough; }));
    EXPECT_EQ(swarm.hung_up_on(), 0);
}

// ---- More than one may have

// In waves, and with the time for a header as shipped: four thousand in the same moment, who all come back a moment after
// they were too slow, would be another kind of abuse.
TEST(Connections, of_four_thousand_idle_clients_do_not_disturb_the_shop)
{
    constexpr int idle = 4000, wave = 500;
    Besieged besieged({{"SMGCRM_KEEP_ALIVE_MS", never}, {"SMGCRM_HEADER_TIMEOUT_MS", "5000"}});
    {
        Swarm swarm(besieged.port());
        for (int sent = wave; sent <= idle; sent += wave) {
            swarm.send(wave, {.opening = whole("GET /healthz")});
            ASSERT_TRUE(eventually([&] { return swarm.answers(200) >= sent && swarm.open() == sent; })) << swarm.open();
        }
        EXPECT_GE(besieged.sockets(), idle);
        besieged.orders_flow();
        EXPECT_EQ(swarm.open(), idle);
    }
    besieged.memory_holds();
    besieged.recovers();
}

constexpr int per_address = 64;

std::map<std::string, std::string> counting(int one_address, int all)
{
    return {{"SMGCRM_TEST_COUNT_LOOPBACK", "1"},
            {"SMGCRM_CONNECTIONS_PER_IP", std::to_string(one_address)},
            {"SMGCRM_CONNECTIONS", std::to_string(all)},
            {"SMGCRM_KEEP_ALIVE_MS", never}};
}

const Habit idle_elsewhere{.opening = whole("GET /healthz"), .from = "127.0.0.2"};

TEST(Connections, of_one_address_are_limited_and_leave_room_for_others)
{
    Besieged besieged(counting(per_address, 200));
    auto before = besieged.sockets();
    {
        Swarm swarm(besieged.port());
        swarm.send(1000, idle_elsewhere);
        EXPECT_TRUE(eventually([&] { return swarm.hung_up_on() >= 5000; })) << swarm.hung_up_on();
        besieged.orders_flow();
        EXPECT_EQ(swarm.answers(200), per_address);
        EXPECT_LE(besieged.sockets(), before + per_address + 1 + 16);
    }
    besieged.memory_holds();
    besieged.recovers();
}

TEST(Connections, control_without_the_limit_one_address_takes_all_places)
{
    constexpr int all = 200;
    Besieged besieged(counting(1'000'000, all));
    Swarm swarm(besieged.port());
    swarm.send(1000, idle_elsewhere);
    EXPECT_TRUE(eventually([&] { return swarm.answers(200) >= all; })) << swarm.answers(200);
    EXPECT_EQ(besieged.installation().create(order_of("late")).status(), 0);
}

TEST(Connections, are_limited_altogether_and_those_that_are_there_stay_served)
{
    constexpr int all = 300;
    Besieged besieged(counting(1'000'000, all));
    auto before = besieged.sockets();
    {
        Swarm shop(besieged.port());  // one good client on one kept connection, an order every 10 ms
        shop.send(1, {.opening = besieged.order_request("kept-0"), .drip = besieged.order_request("kept"), .every = 10ms});
        EXPECT_TRUE(eventually([&] { return shop.answers(200) >= 1; }));

        Swarm swarm(besieged.port());
        swarm.send(1000, idle_elsewhere);
        EXPECT_TRUE(eventually([&] { return swarm.answers(200) >= all - 1 && swarm.hung_up_on() >= 5000; }));
        EXPECT_LE(besieged.sockets(), before + all + 16);
        auto served = shop.answers(200);
        EXPECT_TRUE(eventually([&] { return shop.answers(200) >= served + 50; }));
        EXPECT_EQ(shop.connected(), 1);
        EXPECT_EQ(shop.all_answers().size(), 1u);
    }
    besieged.memory_holds();
    besieged.recovers();
}

}  // namespace
}  // namespace smg::test
