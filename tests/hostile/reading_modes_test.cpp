// Every way in which the simulator can spoil the calls that only read: nothing of it harms the program or ends an order
// that has not ended.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "hostile/crowd.hpp"

namespace smg::test {
namespace {

TEST(Reading, spoilt_statuses_end_no_order_that_has_not_ended)
{
    Installation crm(On::sqlite, {.settings = {{"calls.timeout_s", "1"}}});
    auto peers = join_all(crm, scenarios_of(crm, {"status"}));
    ASSERT_GE(peers.size(), 20u);
    for (auto& peer : peers) peer.order = crm.order(order_of(peer.scenario, {{"supplier_id", peer.scenario}}));
    // What the panel says of an order at its end; whatever else it says leaves the order as it is.
    const std::map<std::string, std::set<std::string>> ends = {
        {"partial_over_quantity", {"partial"}}, {"completed_with_remains", {"completed", "partial"}},
        {"negative_remains", {"completed"}},    {"canceled_after_completed", {"canceled"}},
        {"status_spellings", {"completed"}},    {"bare_string_errors", {"completed"}},
        {"positional_status", {"completed"}},   {"missing_ids", {"completed"}},
        {"stranger_in_status", {"completed"}},  {"charge_negative", {"completed"}},
        {"charge_with_comma", {"completed"}},   {"charge_huge", {"completed"}},
        {"null_status_fields", {"completed"}},  {"status_slow", {"completed", "executing"}},
    };
    for (const auto& peer : peers) {
        auto expected = ends.find(peer.scenario);
        if (expected == ends.end()) continue;
        EXPECT_TRUE(eventually([&] { return expected->second.contains(crm.phase(peer.order)); }))
            << peer.scenario << " is " << crm.phase(peer.order);
    }
    // By now those that say nothing usable were asked many times.
    for (const auto& peer : peers) {
        if (ends.contains(peer.scenario)) continue;
        auto phase = crm.phase(peer.order);
        EXPECT_TRUE(phase == "executing" || (peer.scenario == "no_statuses" && phase == "completed"))
            << peer.scenario << " is " << phase;
    }
    EXPECT_EQ(crm.supplier().ledger().size(), peers.size());
}

// What a supplier answers to `services` and `balance`, asked for by a person.
struct Asked {
    std::atomic<int> works = 0, fails = 0;

    void ask(Installation& crm, const std::string& admin, const Peer& peer)
    {
        auto path = fmt::format("/api/v1/suppliers/{}/", peer.provider_id);
        auto services = crm.get(path + "services");
        EXPECT_TRUE(services.status() == 200 || services.status() == 503) << peer.scenario << services.http.body;
        auto tested = post(crm.url(path + "test"), admin, json::object());
        EXPECT_EQ(tested.status(), 200) << peer.scenario << tested.http.body;
        EXPECT_EQ(services.http.body.find("0f1e2d3c4b5a6978"), std::string::npos) << peer.scenario;
        EXPECT_EQ(tested.http.body.find("0f1e2d3c4b5a6978"), std::string::npos) << peer.scenario;
        ++(tested.text("data.works") == "true" ? works : fails);
    }
};

TEST(Reading, spoilt_catalogues_and_balances_are_an_answer_or_an_error_and_never_a_failure_of_ours)
{
    Installation crm(On::sqlite, {.settings = {{"calls.timeout_s", "1"}}});
    auto before = memory_of(crm.server().pid());
    auto admin = crm.add_token("admin");
    auto peers = join_all(crm, scenarios_of(crm, {"every", "services", "balance"}));
    // A catalogue may have 24 MiB: those that fill it come one after the other, the others some at once.
    const std::set<std::string> heavy = {"huge_body", "chunked_endless", "gzip_bomb", "gzip_bomb_twice"};
    Asked asked;
    for (const auto& peer : peers)
        if (heavy.contains(peer.scenario)) asked.ask(crm, admin, peer);
    {
        constexpr std::size_t askers = 8;
        std::vector<std::jthread> threads;
        for (std::size_t first = 0; first < askers; ++first)
            threads.emplace_back([&, first] {
                for (auto at = first; at < peers.size(); at += askers)
                    if (!heavy.contains(peers[at].scenario)) asked.ask(crm, admin, peers[at]);
            });
    }
    EXPECT_GE(asked.works, 20);
    EXPECT_GE(asked.fails, 50);
    auto after = memory_of(crm.server().pid());
    fmt::print("memory: {} KiB before, {} after, {} at most\n", before.now, after.now, after.most);
    if (!with_sanitizers()) EXPECT_LE(after.most - before.now, 64 * 1024);
}

}  // namespace
}  // namespace smg::test
