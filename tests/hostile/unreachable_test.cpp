// Suppliers that no request ever reaches: closed ports and every way in which TLS can fail. Proven unsent, so tried again.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <optional>

#include "hostile/canary.hpp"
#include "hostile/crowd.hpp"

namespace smg::test {
namespace {

int closed_port() { return Canary().port(); }

// `openssl s_server` with a certificate that nobody has signed.
class SelfSigned {
public:
    SelfSigned()
    {
        auto made =
            run("openssl", {{"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
                             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path("key"), "-out", path("cert")}});
        if (made.exit != Exit{0, 0}) return;
        server_.emplace("openssl", Program::Options{{"s_server", "-accept", "127.0.0.1:0", "-cert", path("cert"), "-key",
                                                     path("key"), "-www"}});
        eventually([&] { return port() != 0 || !server_->running(); });
    }

    /// 0 when there is no openssl on this machine.
    int port() const
    {
        constexpr std::string_view accepts = "ACCEPT 127.0.0.1:";
        auto out = server_ ? server_->out() : "";
        auto at = out.find(accepts);
        return at == std::string::npos ? 0 : std::stoi(out.substr(at + accepts.size()));
    }

private:
    std::string path(std::string_view name) const { return (folder_ / name).string(); }

    TempDir folder_;
    std::optional<Program> server_;
};

std::string https(int port) { return fmt::format("https://127.0.0.1:{}/api/v2", port); }

TEST(Unreachable, suppliers_get_nothing_and_their_orders_wait)
{
    Canary hangs_up("\x15\x03\x01"), alerts(std::string("\x15\x03\x03\x00\x02\x02\x28", 7)), speaks_http;
    SelfSigned self_signed;
    Installation crm(On::sqlite);
    auto admin = crm.add_token("admin");
    std::vector<std::pair<std::string, std::string>> rows = {
        {"closed port", fmt::format("http://127.0.0.1:{}/api/v2", closed_port())},
        {"no such name", "http://no-such-supplier.invalid/api/v2"},
        {"plain HTTP in place of TLS", https(speaks_http.port())},
        {"half a TLS alert", https(hangs_up.port())},
        {"TLS alert", https(alerts.port())},
        {"the simulator under https", https(crm.supplier().program().port())},
    };
    if (self_signed.port() != 0) rows.emplace_back("a certificate that nobody has signed", https(self_signed.port()));
    std::vector<Peer> peers;
    for (const auto& [name, api] : rows) peers.push_back({name, join(crm, admin, name, api)});
    for (auto& peer : peers) peer.order = crm.order(order_of(peer.scenario, {{"supplier_id", peer.scenario}}));
    for (const auto& peer : peers) {
        EXPECT_TRUE(eventually([&] { return crm.order(peer.order).text("data.attempts.0.state") == "not_sent"; }))
            << peer.scenario << crm.order(peer.order).http.body;
        EXPECT_EQ(crm.phase(peer.order), "launching") << peer.scenario;
        EXPECT_EQ(crm.order(peer.order).text("data.attempts.0.reason"), "unreachable") << peer.scenario;
    }
    EXPECT_EQ(crm.supplier().ledger().size(), 0u);
    EXPECT_GE(speaks_http.connections(), 1) << "it was tried";
}

}  // namespace
}  // namespace smg::test
