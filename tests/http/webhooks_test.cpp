#include <fmt/core.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <mutex>

#include "base/crypto.hpp"
#include "http/installation.hpp"
#include "net/test_server.hpp"

namespace smg::test {
namespace {

using net::TestServer;

class WebhooksOut : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, WebhooksOut, both_databases(), name_of);

/// A program of others that is told by HTTP. It answers 500 as often as it is told to, and 200 from then on.
class Receiver {
public:
    explicit Receiver(int failures = 0) : failures_(failures) {}

    std::string url() const { return server_.url("/hook"); }
    std::size_t count() const { return server_.requests().size(); }

    static std::string header(const std::string& request, const std::string& name)
    {
        auto at = request.find("\r\n" + name + ": ");
        if (at == std::string::npos) return "";
        at += name.size() + 4;
        return request.substr(at, request.find("\r\n", at) - at);
    }
    static std::string body(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

    /// The requests of this event.
    std::vector<std::string> of(const std::string& event) const
    {
        std::vector<std::string> out;
        for (const auto& request : server_.requests())
            if (header(request, "X-SMG-Event") == event) out.push_back(request);
        return out;
    }

    /// That this order has this status.
    bool heard(const std::string& event, std::int64_t order, const std::string& status) const
    {
        return std::ranges::any_of(of(event), [&](const auto& request) {
            auto said = json::parse(body(request)).value();
            return text_at(said, "data.id") == std::to_string(order) && text_at(said, "data.status") == status;
        });
    }

private:
    TestServer::Answer answer()
    {
        std::lock_guard lock(mutex_);
        if (failures_ == 0) return {TestServer::reply("thank you")};
        --failures_;
        return {TestServer::reply("not now", "500 Internal Server Error")};
    }

    std::mutex mutex_;
    int failures_;
    TestServer server_{[this](const std::string&) { return answer(); }};
};

// What docs/webhooks.md tells receivers to do.
bool verifies(const std::string& request, const std::string& body, const std::string& secret)
{
    auto signed_text = Receiver::header(request, "X-SMG-Timestamp") + "." + body;
    return Receiver::header(request, "X-SMG-Signature") == "sha256=" + hex(hmac_sha256(secret, signed_text));
}

const std::map<std::string, std::string> quick = {{"webhooks.first_delay_s", "1"}, {"webhooks.last_delay_s", "1"}};

struct Followed {
    std::string id, secret;
};

class Shop {
public:
    explicit Shop(On on) : crm(on, {.settings = quick}), admin(crm.add_token("admin")) {}

    Followed follow(const std::string& url, json::array events, bool allow_private = true)
    {
        auto made = post(
            crm.url("/api/v1/webhooks"), admin,
            json::object{{"name", "Books"}, {"url", url}, {"events", std::move(events)}, {"allow_private", allow_private}});
        EXPECT_EQ(made.status(), 201) << made.http.body;
        return {made.text("data.id"), made.text("data.secret")};
    }

    Reply log(const Followed& hook) { return get(crm.url(fmt::format("/api/v1/webhooks/{}/deliveries", hook.id)), admin); }

    bool becomes(const Followed& hook, const std::string& state)
    {
        return eventually([&] { return log(hook).text("data.0.state") == state; });
    }

    Installation crm;
    std::string admin;
};

TEST_P(WebhooksOut, reach_a_receiver_that_fails_twice_once_and_signed)
{
    Receiver receiver(2);
    Shop shop(GetParam());
    auto hook = shop.follow(receiver.url(), {"order.created"});
    ASSERT_TRUE(hook.secret.starts_with("whsec_"));
    auto id = shop.crm.order(order_of("1"));
    ASSERT_TRUE(shop.becomes(hook, "delivered")) << shop.log(hook).http.body;
    auto log = shop.log(hook);
    EXPECT_EQ(log.text("data.0.tries"), "3");
    EXPECT_EQ(log.text("data.0.last_status"), "200");
    EXPECT_EQ(log.text("data.0.last_answer"), "thank you");
    EXPECT_EQ(log.list("data").size(), 1U);

    auto requests = receiver.of("order.created");
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_EQ(Receiver::header(requests[0], "X-SMG-Delivery"), Receiver::header(requests[2], "X-SMG-Delivery"));
    for (const auto& request : requests) {
        auto body = Receiver::body(request);
        EXPECT_TRUE(verifies(request, body, hook.secret));
        EXPECT_FALSE(verifies(request, body + " ", hook.secret));
        EXPECT_FALSE(verifies(request, body, hook.secret + "x"));
    }
    auto said = json::parse(Receiver::body(requests[2])).value();
    EXPECT_TRUE(text_at(said, "id").starts_with("evt_"));
    EXPECT_EQ(text_at(said, "event"), "order.created");
    EXPECT_EQ(text_at(said, "data.id"), std::to_string(id));
    for (auto word :
         {"provider", "supplier_id", "supplier_name", "supplier_service", "attempts", "reason", "suspicion", "phase"})
        EXPECT_FALSE(Receiver::body(requests[2]).contains(word)) << word;
}

TEST_P(WebhooksOut, lose_nothing_when_the_program_is_killed)
{
    Shop shop(GetParam());
    auto receiver = std::make_unique<Receiver>(1'000'000);
    auto hook = shop.follow(receiver->url(), {"order.created", "order.status_changed"});
    std::vector<std::int64_t> orders;
    for (int n = 0; n < 5; ++n) orders.push_back(shop.crm.order(order_of(std::to_string(n))));
    shop.crm.kill();
    Receiver better;
    shop.crm.start();
    auto url = json::object{{"url", better.url()}};
    EXPECT_EQ(patch(shop.crm.url("/api/v1/webhooks/" + hook.id), shop.admin, url).status(), 200);
    // Each came, and then where it went: one that was on its way at the kill is uncertain, and that is told too.
    for (auto id : orders) {
        EXPECT_TRUE(eventually([&] { return better.heard("order.created", id, "launching"); })) << id;
        EXPECT_TRUE(eventually([&] {
            auto status = shop.crm.order(id).text("data.status");
            return (status == "completed" || status == "uncertain") && better.heard("order.status_changed", id, status);
        })) << shop.crm.order(id).http.body
            << shop.log(hook).http.body;
    }
}

TEST_P(WebhooksOut, are_sent_again_when_a_person_asks)
{
    Receiver receiver;
    Shop shop(GetParam());
    auto hook = shop.follow(receiver.url(), {"order.needs_decision", "notice.raised"});
    shop.crm.order(order_of("1", {{"client_email", "x@mailinator.com"}}));
    ASSERT_TRUE(eventually([&] { return receiver.count() == 2; })) << shop.log(hook).http.body;
    ASSERT_EQ(receiver.of("notice.raised").size(), 1U);
    auto first = receiver.of("order.needs_decision").at(0);
    auto line = fmt::format("/api/v1/webhook-deliveries/{}", Receiver::header(first, "X-SMG-Delivery"));
    EXPECT_EQ(get(shop.crm.url(line), shop.admin).text("data.payload"), Receiver::body(first));
    EXPECT_EQ(post(shop.crm.url(line + "/replay"), shop.admin, json::object{}).status(), 201);
    ASSERT_TRUE(eventually([&] { return receiver.count() == 3; }));
    auto second = receiver.of("order.needs_decision").at(1);
    EXPECT_EQ(Receiver::body(second), Receiver::body(first));
    EXPECT_NE(Receiver::header(second, "X-SMG-Delivery"), Receiver::header(first, "X-SMG-Delivery"));
    EXPECT_EQ(post(shop.crm.url("/api/v1/webhooks/" + hook.id + "/test"), shop.admin, json::object{}).status(), 201);
    EXPECT_TRUE(eventually([&] { return receiver.of("ping").size() == 1; }));
    auto told = get(shop.crm.url("/api/v1/audit?action=webhook"), shop.admin).http.body;
    for (auto action : {"webhook.add", "webhook.replay", "webhook.test"}) EXPECT_TRUE(told.contains(action)) << told;
}

TEST(WebhooksOut, refuse_a_private_address_until_it_is_allowed)
{
    Receiver receiver;
    Shop shop(On::sqlite);
    auto hook = shop.follow(receiver.url(), {"order.created"}, false);
    shop.crm.order(order_of("1"));
    EXPECT_TRUE(eventually([&] { return shop.log(hook).text("data.0.last_error").contains("refused_address"); }))
        << shop.log(hook).http.body;
    EXPECT_EQ(receiver.count(), 0U);
    patch(shop.crm.url("/api/v1/webhooks/" + hook.id), shop.admin, json::object{{"allow_private", true}});
    EXPECT_TRUE(shop.becomes(hook, "delivered")) << shop.log(hook).http.body;
    EXPECT_EQ(receiver.count(), 1U);
}

TEST(WebhooksOut, are_for_administrators_alone_and_keep_their_secret)
{
    Shop shop(On::sqlite);
    auto hook = shop.follow("https://books.example/hook", {"order.created"});
    auto listed = get(shop.crm.url("/api/v1/webhooks"), shop.admin);
    EXPECT_EQ(listed.text("data.0.name"), "Books");
    EXPECT_FALSE(listed.http.body.contains(hook.secret));
    for (const auto& token : {shop.crm.manager(), shop.crm.shop()}) {
        EXPECT_EQ(get(shop.crm.url("/api/v1/webhooks"), token).status(), 403);
        EXPECT_EQ(post(shop.crm.url("/api/v1/webhooks/" + hook.id + "/test"), token, json::object{}).status(), 403);
    }
    EXPECT_EQ(http_call("DELETE", shop.crm.url("/api/v1/webhooks/" + hook.id), bearer(shop.admin)).status, 204);
    EXPECT_EQ(shop.log(hook).status(), 404);
}

}  // namespace
}  // namespace smg::test
