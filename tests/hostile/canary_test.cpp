// A listener on a private address that nobody has allowed: whatever suppliers and their keepers say, it is never called.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "hostile/canary.hpp"
#include "hostile/crowd.hpp"

namespace smg::test {
namespace {

bool decided(const std::string& phase) { return phase != "launching" && phase != "sending"; }

TEST(Canary, is_not_called_wherever_a_supplier_leads)
{
    Canary canary;
    Installation crm(On::sqlite);
    crm.supplier().change(json::object{{"lead_to", canary.url()}});
    auto peers = join_all(crm, {"redirect", "redirect_301", "redirect_302", "redirect_303", "redirect_307", "redirect_308",
                                "redirect_to_file", "redirect_nowhere", "refresh", "location_with_200"});
    for (auto& peer : peers) peer.order = crm.order(order_of(peer.scenario, {{"supplier_id", peer.scenario}}));
    auto admin = crm.add_token("admin");
    for (const auto& peer : peers) {
        EXPECT_TRUE(eventually([&] { return decided(crm.phase(peer.order)); })) << peer.scenario;
        // The calls that read are led away as well.
        crm.get(fmt::format("/api/v1/suppliers/{}/services", peer.provider_id));
        post(crm.url(fmt::format("/api/v1/suppliers/{}/test", peer.provider_id)), admin, json::object());
    }
    EXPECT_EQ(canary.connections(), 0);
}

const std::vector<std::string> spellings = {"127.0.0.1",  "localhost", "2130706433",         "0x7f.1",
                                            "0177.0.0.1", "127.1",     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"};

TEST(Canary, is_not_called_as_a_supplier_under_any_name)
{
    Canary canary;
    Installation crm(On::sqlite);
    auto admin = crm.add_token("admin");
    std::vector<Peer> peers;
    for (const auto& host : spellings)
        peers.push_back({host, join(crm, admin, host, canary.url(host), {{"allow_private", false}})});
    for (auto& peer : peers) peer.order = crm.order(order_of(peer.scenario, {{"supplier_id", peer.scenario}}));
    for (const auto& peer : peers) {
        EXPECT_TRUE(eventually([&] { return decided(crm.phase(peer.order)); })) << peer.scenario;
        EXPECT_EQ(crm.order(peer.order).text("data.attempts.0.state"), "not_sent") << peer.scenario;
        EXPECT_EQ(crm.order(peer.order).text("data.reason"), "bad_address") << peer.scenario;
        auto path = fmt::format("/api/v1/suppliers/{}/", peer.provider_id);
        EXPECT_EQ(crm.get(path + "services").status(), 503) << peer.scenario;
        EXPECT_FALSE(post(crm.url(path + "test"), admin, json::object()).body.at("data").at("works").as_bool());
    }
    EXPECT_EQ(canary.connections(), 0);
}

// The link of an order belongs to its buyer: it goes to the supplier as text and is never opened.
TEST(Canary, is_not_called_as_the_link_of_an_order)
{
    Canary canary;
    Installation crm(On::sqlite);
    auto id = crm.order(order_of("1", {{"url", canary.url()}, {"url_site", canary.url()}}));
    EXPECT_TRUE(crm.becomes(id, "completed"));
    EXPECT_EQ(canary.connections(), 0);
}

// Otherwise all of the above would show nothing.
TEST(Canary, is_called_when_that_was_allowed)
{
    Canary canary;
    Installation crm(On::sqlite);
    join(crm, crm.add_token("admin"), "2", canary.url(), {{"allow_private", true}});
    auto id = crm.order(order_of("1", {{"supplier_id", "2"}}));
    EXPECT_TRUE(crm.becomes(id, "executing")) << "it believes the canary, which nobody may have";
    EXPECT_GE(canary.connections(), 1);
    // And this is what the comparison with the ledger is for.
    EXPECT_NE(contradiction(crm.order(id), crm.supplier().ledger(), link_of("1")), "");
}

}  // namespace
}  // namespace smg::test
