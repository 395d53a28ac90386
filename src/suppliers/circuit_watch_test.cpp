#include "suppliers/circuit_watch.hpp"

#include <gmock/gmock.h>

#include <fmt/core.h>

#include "jobs/job.hpp"
#include "notices/notice_store.hpp"
#include "suppliers/testing.hpp"

namespace smg::suppliers {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class CircuitWatch : public Suppliers {
protected:
    // Time stands still here unless a test moves it.
    Duration steady_time = 1h;
    Traffic own{clock, [] { return CircuitLimits{}; }, [this] { return steady_time; }};
    http::Metrics metrics;

    ProviderDesk watched() { return {db(), clock, master, settings(), http, own}; }
    void open(ProviderId id)
    {
        for (int i = 0; i < 5; ++i) own.circuits.failed(id, "Connection refused");
    }
    void pass(Duration time)
    {
        steady_time += time;
        clock.advance(time);
    }
    /// One round, and what it has set off.
    void tend(ProviderDesk& desk)
    {
        auto round = [](ProviderDesk& with, http::Metrics& into) -> Async<bool> {
            co_await tend_circuits(with, into);
            co_return true;
        };
        run(round(desk, metrics));
        auto half_open = [&] {
            auto all = own.circuits.all();
            return std::ranges::any_of(all, [](const auto& one) { return one.second.state == CircuitState::half_open; });
        };
        go_on_until([&] { return !half_open(); });
    }
    void go_on_until(const std::function<bool()>& condition)
    {
        auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(20ms);
        }
        EXPECT_TRUE(condition());
    }
    std::vector<notices::Notice> told()
    {
        return read([](db::Tx& tx) { return notices::list_notices(tx, 100); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, CircuitWatch, db::both_databases(), db::dialect_name);

TEST_P(CircuitWatch, asks_for_the_balance_when_the_time_has_come_and_never_adds)
{
    TestServer panel(says(R"({"balance":"4.5","currency":"USD"})"));
    auto id = add("1", panel.url("/api/v2")).id;
    auto desk = watched();
    open(id);
    tend(desk);
    EXPECT_EQ(panel.requests().size(), 0u);
    EXPECT_THAT(metrics.text(), HasSubstr("smgcrm_supplier_circuit_open{supplier=\"1\"} 1"));

    pass(30s);
    tend(desk);
    ASSERT_EQ(panel.requests().size(), 1u);
    EXPECT_THAT(panel.requests()[0], HasSubstr("action=balance"));
    EXPECT_EQ(own.circuits.of(id).state, CircuitState::closed);
    go_on_until([&] { return found(id).api_balance == Money::parse("4.5"); });
    tend(desk);
    EXPECT_THAT(metrics.text(), HasSubstr("smgcrm_supplier_circuit_open{supplier=\"1\"} 0"));
}

TEST_P(CircuitWatch, lets_what_waits_go_on_when_the_supplier_answers_again)
{
    TestServer panel(says(R"({"balance":"4.5"})"));
    auto id = add("1", panel.url("/api/v2")).id;
    auto desk = watched();
    write([&](db::Tx& tx) -> Result<void> {
        jobs::NewJob job;
        job.kind = "order.send", job.lane = lane_of(id), job.run_at = clock.now() + 1h;
        jobs::enqueue(tx, clock.now(), job);
        return {};
    });
    open(id);
    pass(30s);
    tend(desk);  // asks
    tend(desk);  // lets go
    auto due = read([&](db::Tx& tx) { return tx.first<Time>("SELECT run_at FROM jobs WHERE kind = 'order.send'"); });
    EXPECT_LE(*due, clock.now());
}

TEST_P(CircuitWatch, stays_open_when_there_is_still_no_answer)
{
    TestServer panel([](const std::string&) { return TestServer::Answer{"", TestServer::Then::close}; });
    auto id = add("1", panel.url("/api/v2")).id;
    auto desk = watched();
    open(id);
    pass(30s);
    tend(desk);
    EXPECT_EQ(panel.requests().size(), 1u);
    EXPECT_EQ(own.circuits.of(id).state, CircuitState::open);
    EXPECT_EQ(own.circuits.blocked(id)->wait, 60s);
    tend(desk);
    EXPECT_EQ(panel.requests().size(), 1u);
}

TEST_P(CircuitWatch, forgets_a_supplier_that_cannot_be_asked)
{
    auto id = add("1").id;
    set(id, "api_key = NULL");
    auto desk = watched();
    open(id);
    open(ProviderId{99});
    pass(30s);
    tend(desk);
    EXPECT_FALSE(own.circuits.blocked(id)) << "sending says by itself what is wrong with it";
    EXPECT_FALSE(own.circuits.blocked(ProviderId{99}));
}

TEST_P(CircuitWatch, tells_people_once_after_a_quarter_of_an_hour)
{
    TestServer panel([](const std::string&) { return TestServer::Answer{"", TestServer::Then::close}; });
    auto id = add("1", panel.url("/api/v2")).id;
    auto desk = watched();
    open(id);
    pass(14min);
    tend(desk);
    EXPECT_EQ(told().size(), 0u);
    pass(1min);
    for (int i = 0; i < 3; ++i) tend(desk), pass(20min);
    ASSERT_EQ(told().size(), 1u);
    EXPECT_EQ(told()[0].kind, notices::Kind::supplier_silent);
    EXPECT_EQ(told()[0].api_provider_id, id);
    EXPECT_THAT(told()[0].body, AllOf(HasSubstr("Panel 1"), HasSubstr("15")));
}

}  // namespace
}  // namespace smg::suppliers
