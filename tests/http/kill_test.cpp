#include <fmt/core.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class Kill : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Kill, both_databases(), name_of);

constexpr int orders = 20;

// What the shops hold in their hands: number and first reply of each order that was acknowledged.
using Acknowledged = std::map<std::string, std::string>;

Acknowledged send_until_killed(Installation& crm)
{
    Acknowledged acknowledged;
    std::mutex mutex;
    std::vector<std::jthread> shops;
    for (int shop = 0; shop < 4; ++shop)
        shops.emplace_back([&, shop] {
            for (int i = shop; i < orders; i += 4) {
                auto number = std::to_string(i);
                auto reply = crm.create(order_of(number, {{"supplier_service_id", "920"}}));
                std::lock_guard lock(mutex);
                if (reply.status() == 200) acknowledged[number] = reply.http.body;
            }
        });
    EXPECT_TRUE(eventually([&] { return crm.supplier().ledger().size() >= 5; }));
    crm.kill();
    shops.clear();  // joins them
    return acknowledged;
}

// One crash in the middle of sends. Gives how many orders were on their way at that moment.
int crash(On on)
{
    Installation crm(on, {.settings = {{"sending.timeout_s", "10"}}, .supplier = {"--latency-ms", "300"}});
    auto acknowledged = send_until_killed(crm);
    crm.start();
    auto sent_before = crm.supplier().ledger().size();
    int lost = 0;
    for (int i = 0; i < orders; ++i) {
        auto number = std::to_string(i);
        auto again = crm.create(order_of(number, {{"supplier_service_id", "920"}}));
        EXPECT_EQ(again.status(), 200) << again.http.body;
        if (auto first = acknowledged.find(number); first != acknowledged.end()) {
            EXPECT_TRUE(again.replayed()) << number << ": an acknowledged order is gone";
            EXPECT_EQ(again.http.body, first->second);
        }
        auto id = again.number("order_id");
        EXPECT_TRUE(eventually([&] {
            auto phase = crm.phase(id);
            return phase == "executing" || phase == "uncertain";
        })) << crm.order(id).http.body;
        auto order = crm.order(id);
        auto adds = crm.supplier().adds_for(link_of(number));
        EXPECT_LE(adds, 1) << number << ": sent twice";
        if (order.text("data.phase") == "executing") {
            EXPECT_EQ(adds, 1) << number;
        } else {
            EXPECT_EQ(order.text("data.reason"), "restart") << order.http.body;
            EXPECT_EQ(order.body.at("data").at("attempts").as_array().size(), 1U) << order.http.body;
            ++lost;
        }
    }
    EXPECT_GE(sent_before, 5U);
    EXPECT_EQ(crm.get("/api/v1/orders").text("meta.count"), std::to_string(orders));
    // Nothing is said to be executed that the supplier does not have, and what it has without our knowing is uncertain.
    auto known = crm.get("/api/v1/orders?phase=executing&per_page=500").list("data").size();
    EXPECT_LE(crm.supplier().ledger().size(), known + static_cast<std::size_t>(lost));
    return lost;
}

TEST_P(Kill, in_the_middle_of_sends_loses_no_order_and_sends_none_twice)
{
    constexpr int tries = 5;
    int on_their_way = 0;
    for (int i = 0; i < tries && on_their_way == 0; ++i) on_their_way = crash(GetParam());
    EXPECT_GT(on_their_way, 0) << "no crash hit an order on its way: this shows nothing";
}

TEST(Kill, a_lost_answer_of_our_own_crash_does_not_pause_the_supplier)
{
    Installation crm(On::sqlite, {.settings = {{"sending.timeout_s", "10"}, {"sending.pause_after_unknowns", "1"}},
                                  .supplier = {"--latency-ms", "1000"}});
    auto id = crm.order(order_of("1"));
    ASSERT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of("1")) == 1; }));
    crm.kill();
    crm.start();
    EXPECT_EQ(crm.phase(id), "uncertain") << "recovery comes before the first request";
    EXPECT_EQ(crm.get("/api/v1/suppliers").text("data.0.paused_at"), "null");
    EXPECT_TRUE(crm.becomes(crm.order(order_of("2")), "completed"));
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

TEST(Kill, a_killed_supplier_leaves_uncertainty_and_no_second_add)
{
    Installation crm(On::sqlite, {.settings = {{"sending.timeout_s", "10"}}});
    TempDir folder;
    std::vector<std::string> options = {"--latency-ms", "2000", "--ledger", (folder / "ledger").string()};
    auto supplier = std::make_unique<Supplier>(options);
    auto port = supplier->program().port();
    crm.add_supplier("2", supplier->api());
    auto id = crm.order(order_of("1", {{"supplier_id", "2"}}));
    ASSERT_TRUE(eventually([&] { return supplier->adds_for(link_of("1")) == 1; }));
    supplier->program().kill();
    EXPECT_TRUE(crm.becomes(id, "uncertain"));
    supplier = std::make_unique<Supplier>(options, fmt::format("127.0.0.1:{}", port));
    EXPECT_TRUE(crm.becomes(crm.order(order_of("2", {{"supplier_id", "2"}})), "completed"));
    EXPECT_EQ(crm.phase(id), "uncertain");
    EXPECT_EQ(supplier->adds_for(link_of("1")), 1);
}

}  // namespace
}  // namespace smg::test
