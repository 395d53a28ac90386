#include <fmt/core.h>
#include <gmock/gmock.h>

#include "http/connected.hpp"
#include "http/person.hpp"
#include "support/eventually.hpp"

namespace smg::test {
namespace {

class ShopWallets : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, ShopWallets, both_databases(), name_of);

/// The shop's users 1 to 60 have ten times their number each.
struct Walled : Connected {
    using Connected::Connected;

    std::string wallet(int user) { return crm.url(fmt::format("{}/wallets/{}", path, user)); }
    Reply show(int user) { return get(wallet(user), admin); }
    Reply change(int user, json::object body, const std::string& token)
    {
        if (!body.contains("reason")) body["reason"] = "a test";
        return post(wallet(user) + "/changes", token, body);
    }
    Reply change(int user, json::object body) { return change(user, std::move(body), admin); }
};

TEST_P(ShopWallets, are_found_and_shown)
{
    Walled it(GetParam());
    auto found = get(it.crm.url(it.path + "/wallets?search=olena"), it.admin);
    ASSERT_EQ(found.status(), 200) << found.http.body;
    EXPECT_GT(found.list("data").size(), 1U);
    auto shown = it.show(5);
    EXPECT_EQ(shown.text("data.balance"), "50.00");
    EXPECT_EQ(it.show(61).status(), 404);
    EXPECT_EQ(get(it.crm.url(it.path + "/wallets?search="), it.admin).status(), 422);
}

TEST_P(ShopWallets, are_credited_debited_and_set)
{
    Walled it(GetParam());
    auto credited = it.change(5, {{"operation", "credit"}, {"amount", "12.50"}});
    ASSERT_EQ(credited.status(), 200) << credited.http.body;
    EXPECT_EQ(credited.text("data.balance"), "62.50");
    EXPECT_EQ(it.change(5, {{"operation", "debit"}, {"amount", "2.50"}}).text("data.amount"), "-2.50");
    auto set = it.change(5, {{"operation", "set"}, {"amount", "7.00"}, {"expected_balance", "60.00"}});
    EXPECT_EQ(set.text("data.balance"), "7.00") << set.http.body;
    EXPECT_EQ(it.shop.ledger().size(), 3U);

    auto rows = get(it.crm.url("/api/v1/transactions?wp_user_id=5"), it.admin);
    ASSERT_EQ(rows.list("data").size(), 3U);
    EXPECT_EQ(rows.text("data.0.operation"), "set");
    EXPECT_EQ(rows.text("data.0.reason"), "a test");
    EXPECT_EQ(rows.text("meta.totals.0.credited"), "12.50");
    EXPECT_EQ(rows.text("meta.totals.0.debited"), "-55.50");
    auto page = get(it.crm.url("/api/v1/transactions?per_page=2"), it.admin);
    auto last = get(it.crm.url("/api/v1/transactions?per_page=2&cursor=" + page.text("meta.next_cursor")), it.admin);
    EXPECT_EQ(last.list("data").size(), 1U);
    EXPECT_EQ(last.text("meta.next_cursor"), "null");
}

TEST_P(ShopWallets, refusals_say_what_is_there)
{
    Walled it(GetParam());
    auto differs = it.change(5, {{"operation", "set"}, {"amount", "7.00"}, {"expected_balance", "49.00"}});
    EXPECT_EQ(differs.status(), 409) << differs.http.body;
    EXPECT_EQ(differs.text("balance"), "50.00");
    auto poor = it.change(5, {{"operation", "debit"}, {"amount", "50.01"}});
    EXPECT_EQ(poor.status(), 422) << poor.http.body;
    EXPECT_EQ(poor.text("balance"), "50.00");
    EXPECT_EQ(it.change(61, {{"operation", "credit"}, {"amount", "1.00"}}).status(), 404);
    EXPECT_TRUE(it.shop.ledger().empty());
    for (const auto& body : {json::object{{"operation", "credit"}, {"amount", "0"}},
                             {{"operation", "credit"}, {"amount", "-1"}},
                             {{"operation", "credit"}, {"amount", "1.123456789"}},
                             {{"operation", "give"}, {"amount", "1"}},
                             {{"operation", "set"}, {"amount", "1"}},
                             {{"operation", "credit"}, {"amount", "1"}, {"reason", " "}},
                             {{"operation", "credit"}, {"amount", "1"}, {"operation_id", "short"}}})
        EXPECT_EQ(it.change(5, body).status(), 422) << json::text_of(body);
    EXPECT_TRUE(it.shop.ledger().empty());
    EXPECT_EQ(it.change(5, {{"operation", "debit"}, {"amount", "50.00"}}).status(), 200) << "control";
}

TEST_P(ShopWallets, an_operation_is_done_once_however_often_it_is_asked_for)
{
    Walled it(GetParam());
    const json::object gift{{"operation", "credit"}, {"amount", "1.00"}, {"operation_id", "gift-000001"}};
    auto first = it.change(5, gift);
    auto again = it.change(5, gift);
    EXPECT_EQ(again.status(), 200);
    EXPECT_TRUE(again.replayed());
    EXPECT_EQ(again.text("data.id"), first.text("data.id"));
    auto other = gift;
    other["amount"] = "2.00";
    EXPECT_EQ(it.change(5, other).status(), 422);
    EXPECT_EQ(it.shop.ledger().size(), 1U);
    other["operation_id"] = "gift-000002";
    EXPECT_EQ(it.change(5, other).status(), 200);
    EXPECT_EQ(it.shop.ledger().size(), 2U) << "control: another id is another change";
}

TEST_P(ShopWallets, a_lost_answer_is_settled_and_nothing_is_done_twice)
{
    Walled it(GetParam());
    it.shop.change({{"scenario", "lost_answer"}});
    auto lost = it.change(5, {{"operation", "credit"}, {"amount", "1.00"}});
    ASSERT_EQ(lost.status(), 202) << lost.http.body;
    EXPECT_EQ(lost.text("data.state"), "asked");
    EXPECT_EQ(it.change(5, {{"operation", "credit"}, {"amount", "1.00"}}).status(), 409) << "not before that is settled";
    it.shop.change({{"scenario", "ok"}});
    it.crm.kill();
    it.crm.start();
    EXPECT_TRUE(eventually(
        [&] {
            auto rows = get(it.crm.url("/api/v1/transactions"), it.admin);
            return rows.text("data.0.state") == "done" && rows.text("data.0.balance") == "51.00";
        },
        std::chrono::minutes(2)));
    EXPECT_EQ(it.shop.ledger().size(), 1U);
}

TEST_P(ShopWallets, a_shop_that_misbehaves_is_named_and_nothing_is_changed)
{
    Walled it(GetParam());
    for (auto scenario : {"html", "redirect", "half_json", "unauthorized", "no_plugin", "error_page"}) {
        it.shop.change({{"scenario", scenario}});
        auto shown = it.show(5);
        EXPECT_EQ(shown.status(), 503) << scenario << shown.http.body;
        EXPECT_FALSE(shown.text("message").empty()) << scenario;
    }
    it.shop.change({{"scenario", "unauthorized"}});
    EXPECT_EQ(it.change(5, {{"operation", "credit"}, {"amount", "1.00"}}).status(), 503);
    it.shop.change({{"scenario", "notices"}});
    EXPECT_EQ(it.show(5).text("data.balance"), "50.00");
    EXPECT_TRUE(it.shop.ledger().empty());
}

TEST_P(ShopWallets, are_for_those_who_see_the_site_and_to_be_changed_by_those_who_may)
{
    Walled it(GetParam());
    EXPECT_EQ(get(it.wallet(5), it.crm.shop()).status(), 403) << "a shop's token is no person's";
    auto id = add_user(it.crm, "seller@ukr.net", "user");
    auto account = it.crm.url(fmt::format("/api/v1/users/{}", id));
    auto site = json::as_integer(it.added.at("id")).value_or(0);
    auto seller = signed_in(it.crm, "seller@ukr.net");
    const json::object gift{{"operation", "credit"}, {"amount", "1.00"}, {"reason", "a gift"}};
    auto change = [&] { return seller.send("POST", it.path + "/wallets/5/changes", gift).status(); };
    EXPECT_EQ(seller.get(it.path + "/wallets/5").status(), 404) << "not a site of theirs";
    EXPECT_EQ(change(), 404);
    ASSERT_EQ(patch(account, it.admin, {{"site_ids", json::array{site}}}).status(), 200);
    EXPECT_EQ(seller.get(it.path + "/wallets/5").text("data.may_change"), "false");
    EXPECT_EQ(change(), 403);
    ASSERT_EQ(patch(account, it.admin, {{"edits_wallets", true}}).status(), 200);
    EXPECT_EQ(change(), 200);
    EXPECT_EQ(it.shop.ledger().size(), 1U);
}

}  // namespace
}  // namespace smg::test
