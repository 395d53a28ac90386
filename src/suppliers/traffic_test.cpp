#include "suppliers/traffic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suppliers/test_panel.hpp"

namespace smg::suppliers {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr ProviderId supplier{3};

struct Guarded : Panel {
    explicit Guarded(TestServer::Answering answering) : Panel(std::move(answering))
    {
        endpoint.provider = supplier;
        endpoint.retry_after = 1ms;
    }
    CircuitState state() const { return traffic.circuits.of(supplier).state; }
};

TestServer::Answering breaks_off(int times, std::shared_ptr<std::atomic<int>> calls = std::make_shared<std::atomic<int>>(0))
{
    return [=](const std::string&) {
        if ((*calls)++ < times) return TestServer::Answer{"", Then::close};
        return TestServer::Answer{TestServer::reply(R"({"balance":"5"})")};
    };
}

TEST(ReadCalls, of_a_supplier_that_does_not_answer_end_at_once_when_its_circuit_is_open)
{
    Guarded panel(breaks_off(5));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(panel.balance().error().code, Code::unavailable);
    EXPECT_EQ(panel.state(), CircuitState::open);
    auto found = panel.balance();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::unavailable);
    EXPECT_THAT(found.error().message, HasSubstr("left alone for now"));
    EXPECT_EQ(panel.status({"1", "2"}).error().code, Code::unavailable);
    EXPECT_EQ(panel.server.requests().size(), 5u) << "nothing was asked any more";

    panel.endpoint.probe = true;
    EXPECT_TRUE(panel.balance());
    EXPECT_EQ(panel.state(), CircuitState::closed);
    panel.endpoint.probe = false;
    EXPECT_TRUE(panel.balance());
}

TEST(ReadCalls, that_are_answered_in_whatever_way_keep_the_circuit_closed)
{
    for (auto body : {"<html>", R"({"error":"Invalid API key"})", "", "[]"}) {
        Guarded panel([=](const std::string&) { return TestServer::Answer{TestServer::reply(body)}; });
        for (int i = 0; i < 10; ++i) panel.balance();
        EXPECT_EQ(panel.state(), CircuitState::closed) << body;
    }
    Guarded away([](const std::string&) { return TestServer::Answer{TestServer::reply("<html>", "503 Away")}; });
    for (int i = 0; i < 10; ++i) away.balance();
    EXPECT_EQ(away.state(), CircuitState::open);
    EXPECT_EQ(away.server.requests().size(), 5u);

    Guarded forbidden(breaks_off(0));
    forbidden.endpoint.allow_private = false;
    for (int i = 0; i < 10; ++i) forbidden.balance();
    EXPECT_EQ(forbidden.state(), CircuitState::closed) << "our own rule says nothing of the supplier";
}

TEST(ReadCalls, whose_connection_broke_are_made_once_more_within_the_budget)
{
    Guarded panel(breaks_off(1));
    EXPECT_FALSE(panel.balance()) << "nothing is saved up yet";

    Guarded saved(breaks_off(1));
    saved.endpoint.retry_percent = 100;
    EXPECT_TRUE(saved.balance());
    EXPECT_EQ(saved.server.requests().size(), 2u);

    Guarded broken(breaks_off(1000));
    broken.limits.failures = broken.limits.calls = 1000;
    broken.endpoint.retry_percent = 10;
    for (int i = 0; i < 50; ++i) broken.balance();
    EXPECT_EQ(broken.server.requests().size(), 55u);
}

TEST(ReadCalls, that_change_something_or_took_all_their_time_are_not_made_again)
{
    Guarded panel(breaks_off(1000));
    panel.endpoint.retry_percent = 100;
    panel.ask([](ApiClient& client) { return client.refill({"1"}); });
    panel.ask([](ApiClient& client) { return client.cancel({"1"}); });
    EXPECT_EQ(panel.server.requests().size(), 2u);

    Guarded silent([](const std::string&) { return TestServer::Answer{"", Then::hang}; });
    silent.endpoint.retry_percent = 100;
    silent.endpoint.read_timeout = 100ms;
    EXPECT_FALSE(silent.balance());
    EXPECT_EQ(silent.server.requests().size(), 1u);
}

TEST(ReadCalls, obey_the_rate_of_their_supplier)
{
    Guarded panel(breaks_off(0));
    panel.step = {};
    panel.endpoint.calls_per_second = 50;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(panel.balance());
    EXPECT_EQ(panel.traffic.calls.take(supplier, 50), 60ms) << "three turns of 20 ms were taken";
    EXPECT_EQ(panel.traffic.sends.take(supplier, 50), 0ms) << "`add` has turns of its own";
}

}  // namespace
}  // namespace smg::suppliers
