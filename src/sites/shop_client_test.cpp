#include "sites/shop_client.hpp"

#include <gmock/gmock.h>

#include <fmt/core.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "sites/shop_signature.hpp"

namespace smg::sites {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr auto good_ping =
    R"({"plugin":"smgcrm","version":"1.0.0","wordpress":"6.1","php":"8.2","woocommerce":null,"hpos":false,)"
    R"("wallet":"smgcrm","currency":"UAH","rest_url":"","time":1,"capabilities":["order-event"],)"
    R"("outbox":{"queued":0,"failed":0,"oldest_s":0}})";
constexpr auto no_signature = R"({"code":"smgcrm_unauthorized","message":"No."})";

net::HttpResult answer(int status, std::string body, std::string location = {})
{
    return net::HttpReply{.status = status, .body = std::move(body), .location = std::move(location)};
}

std::string header(const net::HttpRequest& request, std::string_view name)
{
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return "";
}

/// A client whose shop is a function.
class Client : public testing::Test {
protected:
    Async<net::HttpResult> perform(net::HttpRequest request)
    {
        asked.push_back(request);
        co_return says(request);
    }

    template <class T>
    T wait(Async<T> work)
    {
        std::optional<T> result;
        auto run = [&]() -> Async<> { result = co_await std::move(work); };
        io.restart();
        boost::asio::co_spawn(io, run(), boost::asio::detached);
        io.run();
        return std::move(*result);
    }

    ShopResult<ShopPing> ping() { return wait(client.ping(shop, {})); }

    /// Takes one key alone, in the form of address that it knows.
    std::function<net::HttpResult(const net::HttpRequest&)> knowing(std::string key, bool plain = false)
    {
        return [key = std::move(key), plain](const net::HttpRequest& request) {
            if (plain && request.url.contains("/wp-json/")) return answer(404, "<html></html>");
            auto signature = signature_of(
                key, {"GET", "/smgcrm/v1/ping", "", "", header(request, "X-SMG-Timestamp"), header(request, "X-SMG-Nonce")});
            bool fits = header(request, "X-SMG-Signature") == signature;
            return fits ? answer(200, good_ping) : answer(401, no_signature);
        };
    }

    std::vector<std::string> urls() const
    {
        std::vector<std::string> out;
        for (const auto& request : asked) out.push_back(request.url);
        return out;
    }

    boost::asio::io_context io{1};
    ManualClock clock{*parse_date("2026-11-29T06:00:00Z", "UTC")};
    std::vector<net::HttpRequest> asked;
    std::function<net::HttpResult(const net::HttpRequest&)> says = knowing("old");
    ShopClient client{[this](net::HttpRequest request) { return perform(std::move(request)); }, clock};
    Shop shop{SiteId{3}, "https://shop.example/", false, {Secret("new"), Secret("old")}};
};

TEST_F(Client, asks_at_the_exact_address)
{
    ASSERT_TRUE(ping());
    EXPECT_EQ(asked.front().url, "https://shop.example/wp-json/smgcrm/v1/ping");
    asked.clear();
    says = [](const auto&) { return answer(404, R"({"code":"smgcrm_user_not_found","message":"No."})"); };
    wait(client.wallet(shop, {}, 5));
    EXPECT_THAT(urls(), ElementsAre("https://shop.example/wp-json/smgcrm/v1/get-user-balance/?user_id=5"));
}

TEST_F(Client, tries_each_token_once_and_remembers_the_one_that_fits)
{
    EXPECT_TRUE(client.key_of(shop).empty());
    ASSERT_TRUE(ping());
    EXPECT_THAT(asked, SizeIs(2)) << "the newest first";
    EXPECT_EQ(client.key_of(shop).reveal(), "old");
    ASSERT_TRUE(ping());
    EXPECT_THAT(asked, SizeIs(3));
    says = knowing("new");
    ASSERT_TRUE(ping());
    EXPECT_EQ(client.key_of(shop).reveal(), "new") << "the token in the plugin was changed";
    says = knowing("neither");
    auto refused = ping();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ShopTrouble::unauthorized);
}

TEST_F(Client, signs_each_try_with_a_nonce_of_its_own)
{
    says = [](const auto&) { return answer(503, "<html></html>"); };
    ping();
    ping();
    ASSERT_THAT(asked, SizeIs(2));
    EXPECT_NE(header(asked[0], "X-SMG-Nonce"), header(asked[1], "X-SMG-Nonce"));
}

TEST_F(Client, finds_the_form_of_addresses_that_a_shop_knows)
{
    says = knowing("new", true);
    ASSERT_TRUE(ping());
    EXPECT_THAT(urls(), ElementsAre("https://shop.example/wp-json/smgcrm/v1/ping",
                                    "https://shop.example/?rest_route=/smgcrm/v1/ping"));
    EXPECT_EQ(client.address_of(shop, "order-event"), "https://shop.example/?rest_route=/smgcrm/v1/order-event");
    asked.clear();
    ASSERT_TRUE(ping());
    EXPECT_THAT(asked, SizeIs(1)) << "it is remembered";
}

TEST_F(Client, says_what_the_first_form_said_when_neither_leads_to_the_plugin)
{
    says = [](const auto& request) {
        return request.url.contains("/wp-json/") ? answer(404, "<html></html>") : answer(200, "<html></html>");
    };
    auto none = ping();
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ShopTrouble::no_plugin);
}

TEST_F(Client, follows_one_redirect_within_the_shop)
{
    says = [](const auto& request) {
        return request.url.starts_with("https://www.") ? answer(200, good_ping)
                                                       : answer(301, "", "https://www.shop.example/wp-json/smgcrm/v1/ping");
    };
    ASSERT_TRUE(ping());
    EXPECT_NE(header(asked[0], "X-SMG-Nonce"), header(asked[1], "X-SMG-Nonce"));
    says = [](const auto&) { return answer(301, "", "https://www.shop.example/wp-json/smgcrm/v1/ping"); };
    asked.clear();
    auto round = ping();
    ASSERT_FALSE(round);
    EXPECT_EQ(round.error().kind, ShopTrouble::redirected);
    EXPECT_THAT(asked, SizeIs(2));
}

TEST_F(Client, asks_nothing_without_a_token)
{
    shop.keys.clear();
    auto none = ping();
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ShopTrouble::no_token);
    EXPECT_THAT(asked, SizeIs(0));
}

TEST_F(Client, sends_amounts_as_text)
{
    says = [](const auto&) {
        return answer(200, R"({"operation_id":"crm-000123","operation":"credit","user_id":5,"email":"a@example.com",)"
                           R"("amount":"12.50","balance_before":"0.00","balance":"12.50","currency":"UAH"})");
    };
    auto changed = wait(client.change_wallet(shop, {}, {5, "credit", *Money::parse("12.5"), {}, "crm-000123", "a gift"}));
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->balance, *Money::parse("12.50"));
    EXPECT_THAT(asked.front().body, HasSubstr(R"("amount":"12.50")"));
    EXPECT_THAT(asked.front().body, Not(HasSubstr("expected_balance")));
    EXPECT_EQ(asked.front().url, "https://shop.example/wp-json/smgcrm/v1/set-user-balance/");
}

TEST_F(Client, writes_the_monobank_token_and_says_which_is_in_force)
{
    constexpr auto gateway = R"({"gateway":"mono_gateway","enabled":true,"key_sha256":"ab12","last_four":"0042"})";
    says = [&](const auto&) { return answer(200, fmt::format(R"({{"applied":true,"gateways":[{}]}})", gateway)); };
    auto written = wait(client.write_mono_key(shop, {}, Secret("token-of-shop-0042")));
    ASSERT_TRUE(written);
    ASSERT_THAT(written->gateways, SizeIs(1));
    EXPECT_EQ(written->gateways.front().last_four, "0042");
    EXPECT_EQ(asked.front().method, "POST");
    EXPECT_EQ(asked.front().url, "https://shop.example/wp-json/smgcrm/v1/update-mono-api-key");
    EXPECT_EQ(asked.front().body, R"({"api_key":"token-of-shop-0042"})");
    ASSERT_TRUE(wait(client.mono_keys(shop, {})));
    EXPECT_EQ(asked.back().method, "GET");

    says = [&](const auto&) {
        return answer(
            409, fmt::format(R"({{"code":"smgcrm_key_not_in_force","message":"Another one.","gateways":[{}]}})", gateway));
    };
    auto other = wait(client.write_mono_key(shop, {}, Secret("token-of-shop-0043")));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, "smgcrm_key_not_in_force");
    EXPECT_TRUE(other.error().answer.contains("gateways")) << "it tells which one is";
    EXPECT_THAT(other.error().message, Not(HasSubstr("0043")));
}

}  // namespace
}  // namespace smg::sites
