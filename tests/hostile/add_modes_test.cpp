// Every way in which the simulator can spoil an `add`, against the real program and judged by the simulator's ledger.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "hostile/crowd.hpp"

namespace smg::test {
namespace {

constexpr long most_growth_kib = 64 * 1024;
const std::string key = "0f1e2d3c4b5a6978";

class Hostile : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Hostile, both_databases(), name_of);

bool decided(const std::string& phase) { return phase != "launching" && phase != "sending"; }

void order_of_each(Installation& crm, std::vector<Peer>& peers, const std::string& round)
{
    for (auto& peer : peers) peer.order = crm.order(order_of(round + peer.scenario, {{"supplier_id", peer.scenario}}));
}

// What came of each, by phase. Every order is decided, and none against the ledger.
std::map<std::string, int> judge(Installation& crm, const std::vector<Peer>& peers, const std::string& round)
{
    std::map<std::string, int> ends;
    for (const auto& peer : peers) EXPECT_TRUE(eventually([&] { return decided(crm.phase(peer.order)); })) << peer.scenario;
    auto ledger = crm.supplier().ledger();
    for (const auto& peer : peers) {
        auto order = crm.order(peer.order);
        EXPECT_EQ(contradiction(order, ledger, link_of(round + peer.scenario)), "") << peer.scenario;
        EXPECT_EQ(order.body.at("data").at("attempts").as_array().size(), 1u) << peer.scenario;
        EXPECT_EQ(order.http.body.find(key), std::string::npos) << peer.scenario << " shows the key";
        ++ends[order.text("data.phase")];
    }
    return ends;
}

TEST_P(Hostile, suppliers_of_every_kind_make_no_false_end_and_no_second_order)
{
    Installation crm(GetParam());
    auto scenarios = scenarios_of(crm, {"every", "add"});
    ASSERT_GE(scenarios.size(), 150u);
    auto peers = join_all(crm, scenarios);
    crm.order(order_of("warm-up"));
    auto before = memory_of(crm.server().pid());

    std::map<std::string, int> ends;
    for (const std::string round : {"first-", "second-"}) {
        order_of_each(crm, peers, round);
        ends = judge(crm, peers, round);
    }
    EXPECT_GE(ends["uncertain"], 100);
    EXPECT_GE(ends["notaccepted"], 10);
    EXPECT_GE(ends["executing"] + ends["completed"], 15);
    auto after = memory_of(crm.server().pid());
    auto growth = after.most - before.now;
    RecordProperty("memory_growth_kib", std::to_string(growth));
    fmt::print("memory: {} KiB before, {} after, {} at most; {} scenarios\n", before.now, after.now, after.most,
               scenarios.size());
    if (!with_sanitizers()) EXPECT_LE(growth, most_growth_kib);
    EXPECT_TRUE(crm.becomes(crm.order(order_of("afterwards")), "completed")) << "the program still works";
}

// Good manners in unusual clothes: an order is not to wait for a person because of them.
TEST(Hostile, suppliers_who_only_look_so_are_understood)
{
    Installation crm(On::sqlite);
    auto peers = join_all(
        crm, {"http_201",          "status_success", "order_text", "order_with_charge", "key_escaped",   "members_flood",
              "long_neighbour",    "gzip",           "chunked",    "http_1_0",          "no_length",     "bom",
              "text_html_json",    "octet_stream",   "string_ids", "padded_body",       "header_folded", "bare_line_feeds",
              "location_with_200", "late_garbage"});
    order_of_each(crm, peers, "");
    for (const auto& peer : peers) EXPECT_TRUE(crm.becomes(peer.order, "completed")) << peer.scenario;
    EXPECT_EQ(crm.supplier().ledger().size(), peers.size());
}

// What the checks above stand on: a program that believed these would be found out.
TEST(Contradiction, is_found_in_whatever_does_not_fit_the_ledger)
{
    auto order = [](std::string_view phase, std::string_view number) {
        json::object data{{"phase", phase}, {"supplier_order_number", number}};
        json::object whole;
        whole["data"] = data;
        Reply reply;
        reply.body = whole;
        return reply;
    };
    auto ledger = [](std::vector<int> numbers) {
        json::array entries;
        for (int number : numbers) entries.push_back({{"link", "x"}, {"order", number}});
        entries.push_back({{"link", "y"}, {"order", 99}});
        return entries;
    };
    EXPECT_EQ(contradiction(order("executing", "7"), ledger({7}), "x"), "");
    EXPECT_EQ(contradiction(order("uncertain", "null"), ledger({7}), "x"), "");
    EXPECT_EQ(contradiction(order("notaccepted", "null"), ledger({}), "x"), "");
    EXPECT_NE(contradiction(order("executing", "7"), ledger({}), "x"), "");
    EXPECT_NE(contradiction(order("completed", "7"), ledger({8}), "x"), "");
    EXPECT_NE(contradiction(order("executing", "7"), ledger({7, 8}), "x"), "");
    EXPECT_NE(contradiction(order("uncertain", "null"), ledger({7, 8}), "x"), "");
    EXPECT_NE(contradiction(order("notaccepted", "null"), ledger({7}), "x"), "");
}

}  // namespace
}  // namespace smg::test
