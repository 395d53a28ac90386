#include "sandbox/simulate.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "sandbox/ledger_file.hpp"
#include "sandbox/shop.hpp"
#include "support/http.hpp"
#include "support/temp_dir.hpp"

namespace smg::sandbox {
namespace {

using namespace std::chrono_literals;

const SystemClock system_clock;

struct Running {
    Background background;
    std::string address;

    explicit Running(std::string_view scenario = "ok", std::filesystem::path ledger = {})
        : background([=](std::stop_token stop, const Ready& ready) {
              SupplierOptions options;
              options.scenario = scenario;
              return run_supplier("127.0.0.1:0", options, ledger, system_clock, stop, ready);
          }),
          address(background.address().value())
    {
    }

    int port() const { return std::stoi(address.substr(address.rfind(':') + 1)); }
    std::string url(const std::string& path) const { return "http://" + address + path; }
    test::HttpAnswer add(std::chrono::milliseconds deadline = test::patience)
    {
        return test::http_call("POST", url("/api/v2"), {{"Content-Type", "application/x-www-form-urlencoded"}},
                               "key=k&action=add&service=101&link=x&quantity=100", deadline);
    }
    std::size_t taken() { return json::parse(test::http_call("GET", url("/ledger")).body)->as_array().size(); }
    /// All bytes that come for an add, until the simulator closes or the deadline.
    std::string raw_add(std::chrono::milliseconds deadline = test::patience)
    {
        std::string body = "key=k&action=add&service=101&link=x&quantity=100";
        return test::raw_call(port(),
                              "POST /api/v2 HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                              "Connection: close\r\nContent-Length: " +
                                  std::to_string(body.size()) + "\r\n\r\n" + body,
                              deadline);
    }
};

TEST(Simulate, answers_over_a_real_socket)
{
    Running supplier;
    auto answer = supplier.add();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"order":23501})");
    EXPECT_EQ(answer.header("content-type"), "application/json");
    auto ledger = json::parse(test::http_call("GET", supplier.url("/ledger")).body);
    ASSERT_EQ(ledger->as_array().size(), 1u);
    EXPECT_EQ(ledger->as_array()[0].at("link").as_string(), "x");
    EXPECT_EQ(ledger->as_array()[0].at("connection").as_int64(), 1);
}

TEST(Simulate, keeps_a_connection_for_the_next_request)
{
    Running supplier;
    std::string get = "GET /counts HTTP/1.1\r\nHost: x\r\n\r\n";
    std::string last = "GET /counts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    auto both = test::raw_call(supplier.port(), get + last);
    EXPECT_EQ(both.find("HTTP/1.1 200"), 0u);
    EXPECT_NE(both.rfind("HTTP/1.1 200"), 0u);
    EXPECT_EQ(both.find("\"connections\":2"), std::string::npos) << both;
}

TEST(Simulate, two_run_in_one_process)
{
    Running one, two;
    EXPECT_NE(one.address, two.address);
    one.add();
    EXPECT_EQ(one.taken(), 1u);
    EXPECT_EQ(two.taken(), 0u);
}

TEST(Misbehaviour, close_and_reset_give_not_a_byte_though_the_order_is_taken)
{
    for (auto scenario : {"close_after", "reset_after"}) {
        Running supplier(scenario);
        EXPECT_EQ(supplier.raw_add(), "") << scenario;
        EXPECT_EQ(supplier.taken(), 1u) << scenario;
    }
    Running before("close_before");
    EXPECT_EQ(before.raw_add(), "");
    EXPECT_EQ(before.taken(), 0u);
}

TEST(Misbehaviour, hang_gives_nothing_until_the_client_leaves)
{
    Running supplier("hang_after");
    EXPECT_EQ(supplier.add(200ms).status, 0);
    EXPECT_TRUE(test::eventually([&] { return supplier.taken() == 1; }));
    Running before("hang_before");
    EXPECT_EQ(before.add(200ms).status, 0);
    EXPECT_EQ(before.taken(), 0u);
}

TEST(Misbehaviour, half_a_body_is_less_than_promised)
{
    Running supplier("half_body");
    auto bytes = supplier.raw_add();
    EXPECT_NE(bytes.find("Content-Length: 15\r\n"), std::string::npos);
    EXPECT_TRUE(bytes.ends_with("\r\n\r\n{\"order")) << bytes;
    EXPECT_EQ(supplier.add().status, 0);
}

TEST(Misbehaviour, raw_bytes_go_out_as_they_are)
{
    Running supplier("not_http");
    EXPECT_EQ(supplier.raw_add(), "SSH-2.0-OpenSSH_9.2\r\n");
    Running hints("early_hints_flood");
    EXPECT_TRUE(hints.raw_add().starts_with("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103"));
}

TEST(Misbehaviour, huge_body_flows_until_the_client_leaves)
{
    Running supplier("huge_body");
    auto bytes = supplier.raw_add(500ms);
    EXPECT_NE(bytes.find("Content-Length: 10737418255\r\n"), std::string::npos) << bytes.substr(0, 200);
    EXPECT_GT(bytes.size(), 1024u * 1024);
    EXPECT_EQ(supplier.taken(), 1u);
}

TEST(Misbehaviour, redirect_names_its_target)
{
    Running supplier("redirect");
    auto answer = supplier.add();
    EXPECT_EQ(answer.status, 302);
    EXPECT_EQ(answer.header("location"), "http://169.254.169.254/latest/meta-data/");
}

TEST(Simulate, garbage_closes_the_connection_and_harms_nobody)
{
    Running supplier;
    for (std::string_view bytes :
         {"\r\n\r\n", "HELLO\r\n\r\n", "\x16\x03\x01\x02", "POST /api/v2 HTTP/1.1\r\nContent-Length: x\r\n\r\n"})
        test::raw_call(supplier.port(), bytes, 100ms);
    EXPECT_EQ(supplier.add().status, 200);
}

// The simulator stands in for the shop's CRM: it answers anything under /api/.
TEST(Feed, posts_one_order_after_another_until_it_is_stopped)
{
    Running somebody;
    boost::asio::io_context io(1);
    net::HttpClient client(io);
    FeedOptions options{.url = somebody.url("/api/v1/createOrder"), .token = Secret("t"), .every = 1ms};
    std::stop_source stop;
    std::vector<std::string> numbers;
    auto observe = [&](const json::object& order, int status, const std::string&) {
        EXPECT_EQ(status, 200);
        numbers.emplace_back(order.at("wp_order_number").as_string());
        if (numbers.size() == 3) stop.request_stop();
    };
    boost::asio::co_spawn(io, feed_orders(client, options, stop.get_token(), observe), boost::asio::detached);
    ASSERT_TRUE(test::eventually([&] { return io.run_for(20ms), numbers.size() == 3; }));
    EXPECT_EQ(numbers, (std::vector<std::string>{"10001", "10002", "10003"}));
}

TEST(LedgerFile, outlives_the_simulator)
{
    test::TempDir folder;
    auto file = folder / "ledger.jsonl";
    {
        Running supplier("hang_after", file);
        supplier.add(200ms);
        ASSERT_TRUE(test::eventually([&] { return supplier.taken() == 1; }));
    }
    test::write_file(file, test::read_file(file) + "{\"order\":235");  // torn by a crash
    Running again("ok", file);
    EXPECT_EQ(again.taken(), 1u);
    EXPECT_EQ(again.add().body, R"({"order":23502})");
    auto opened = LedgerFile::open(file);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->take_entries().size(), 2u);
}

TEST(LedgerFile, a_file_of_something_else_is_refused)
{
    test::TempDir folder;
    test::write_file(folder / "x", "hello\n");
    EXPECT_FALSE(LedgerFile::open(folder / "x"));
    EXPECT_FALSE(LedgerFile::open(folder / "no/such/folder"));
}

TEST(Simulate, says_why_it_cannot_start)
{
    auto start = [](const std::string& listen, const std::string& scenario) {
        Background background([=](std::stop_token stop, const Ready& ready) {
            TelegramOptions options;
            options.scenario = scenario;
            return run_telegram(listen, options, system_clock, stop, ready);
        });
        auto address = background.address();
        return address ? std::string("runs") : address.error().message;
    };
    EXPECT_EQ(start("127.0.0.1:0", "ok"), "runs");
    EXPECT_EQ(start("[::1]:0", "ok").find("cannot listen on `"), std::string::npos);
    EXPECT_EQ(start("127.0.0.1:0", "nonsense"), "there is no scenario `nonsense`; GET /scenarios lists them");
    EXPECT_EQ(start("0.0.0.0:0", "ok"),
              "cannot listen on `0.0.0.0:0`: a simulator listens on loopback alone, e.g. 127.0.0.1:9001");
    for (auto listen : {"", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "localhost:1"})
        EXPECT_TRUE(start(listen, "ok").starts_with("cannot listen on `")) << listen;
}

}  // namespace
}  // namespace smg::sandbox
