#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "db/testing.hpp"
#include "sites/token_store.hpp"
#include "wallets/change.hpp"

namespace smg::wallets {
namespace {

using sites::ShopTrouble;

Money money(std::string_view text) { return *Money::parse(text); }

net::HttpResult answer(int status, std::string body) { return net::HttpReply{.status = status, .body = std::move(body)}; }

net::HttpResult done(std::string_view balance)
{
    return answer(200,
                  fmt::format(R"({{"operation_id":"gift-000001","operation":"credit","user_id":5,"email":"a@example.com",)"
                              R"("amount":"12.50","balance_before":"0.00","balance":"{}","currency":"UAH"}})",
                              balance));
}

net::HttpResult lost() { return std::unexpected(net::HttpFailure{net::Failure::reset, true, "It broke."}); }

class Wallets : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        site = *db().write_now(
            [&](db::Tx& tx) { return sites::add_site(tx, clock.now(), {"https://shop.example", "Shop", "UAH"}); });
        db().write_now([&](db::Tx& tx) -> Result<Secret> {
            return sites::issue_site_token(tx, master, clock.now(), site.id, "plugin");
        });
        settings.emplace(db(), master);
        shops.emplace(
            [this](net::HttpRequest request) -> Async<net::HttpResult> {
                ++asked;
                bodies.push_back(request.body);
                co_return says();
            },
            clock);
        desk.emplace(WalletDesk{db(), clock, master, *settings, *shops});
    }

    void TearDown() override
    {
        desk.reset();
        OnBothDatabases::TearDown();
    }

    template <class T>
    T wait(Async<T> work)
    {
        std::optional<T> result;
        auto run = [&]() -> Async<> { result = co_await std::move(work); };
        boost::asio::co_spawn(io, run(), boost::asio::detached);
        io.restart();
        io.run();
        return std::move(*result);
    }

    Transaction credit(std::string id = "gift-000001", std::string_view amount = "12.50")
    {
        Transaction row;
        row.site_id = site.id;
        row.wp_user_id = 5;
        row.operation_id = std::move(id);
        row.operation = Operation::credit;
        row.asked_amount = money(amount);
        row.reason = "a gift";
        return row;
    }

    Result<Changed> ask(Transaction row)
    {
        return wait(change(*desk, site, std::move(row), [](db::Tx&, const Transaction&) {}));
    }

    jobs::Outcome settle_again(TransactionId id)
    {
        jobs::Job job;
        job.payload = fmt::format(R"({{"transaction":{}}})", id.value);
        return wait(settle_later(*desk, job));
    }

    Transaction row(TransactionId id)
    {
        return *db().read_now([&](db::Tx& tx) { return find_transaction(tx, id); });
    }

    std::int64_t jobs_waiting()
    {
        return *db().read_now(
            [](db::Tx& tx) { return tx.first<std::int64_t>("SELECT COUNT(*) FROM jobs WHERE kind = 'wallets.settle'"); });
    }

    ManualClock clock{*parse_date("2026-11-29T06:00:00Z", "UTC")};
    MasterKey master = MasterKey::random();
    sites::Site site;
    boost::asio::io_context io{1};
    int asked = 0;
    std::vector<std::string> bodies;
    std::function<net::HttpResult()> says = [] { return done("12.50"); };
    std::optional<settings::Settings> settings;
    std::optional<sites::ShopClient> shops;
    std::optional<WalletDesk> desk;
};
INSTANTIATE_TEST_SUITE_P(databases, Wallets, db::both_databases(), db::dialect_name);

TEST_P(Wallets, a_change_is_done_and_told)
{
    auto changed = ask(credit());
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->transaction.state, State::done);
    EXPECT_EQ(changed->transaction.amount, money("12.50"));
    EXPECT_EQ(changed->transaction.balance, money("12.50"));
    EXPECT_EQ(changed->transaction.email, "a@example.com");
    EXPECT_EQ(asked, 1);
}

TEST_P(Wallets, a_repeat_asks_nothing_and_gives_the_row_that_is_there)
{
    auto first = ask(credit());
    auto again = ask(credit());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->transaction.id, first->transaction.id);
    EXPECT_EQ(asked, 1);
    auto other = ask(credit("gift-000001", "13.00"));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::invalid);
    ASSERT_TRUE(ask(credit("gift-000002")));
    EXPECT_EQ(asked, 2) << "control: another id is another change";
}

TEST_P(Wallets, an_answer_that_was_lost_is_asked_for_again_with_the_same_id)
{
    says = lost;
    auto changed = ask(credit());
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->transaction.state, State::asked);
    EXPECT_EQ(jobs_waiting(), 1);
    auto id = changed->transaction.id;
    EXPECT_TRUE(std::holds_alternative<jobs::Retry>(settle_again(id)));
    EXPECT_EQ(row(id).state, State::asked);
    says = [] { return done("12.50"); };
    EXPECT_TRUE(std::holds_alternative<jobs::Done>(settle_again(id)));
    EXPECT_EQ(row(id).state, State::done);
    EXPECT_THAT(bodies, testing::Each(bodies.front()));
    settle_again(id);
    EXPECT_EQ(asked, 3) << "what is settled is not asked for again";
}

TEST_P(Wallets, no_second_change_begins_while_the_first_is_not_settled)
{
    says = lost;
    ASSERT_TRUE(ask(credit()));
    auto second = ask(credit("gift-000002"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::conflict);
    EXPECT_EQ(asked, 1);
}

TEST_P(Wallets, the_job_is_there_before_the_shop_is_asked)
{
    says = [this]() -> net::HttpResult {
        EXPECT_EQ(jobs_waiting(), 1);
        return done("12.50");
    };
    ASSERT_TRUE(ask(credit()));
    EXPECT_EQ(asked, 1);
}

TEST_P(Wallets, a_refusal_is_final_and_tells_the_balance)
{
    says = [] { return answer(409, R"({"code":"smgcrm_balance_differs","message":"Another.","balance":"7.00"})"); };
    auto changed = ask(credit());
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->transaction.state, State::refused);
    EXPECT_EQ(changed->transaction.code, "smgcrm_balance_differs");
    EXPECT_EQ(changed->transaction.balance, money("7.00"));
}

TEST_P(Wallets, what_a_later_try_cannot_reach_proves_nothing_of_the_first)
{
    says = lost;
    auto id = ask(credit())->transaction.id;
    for (auto said : {answer(401, R"({"code":"smgcrm_unauthorized","message":"No."})"), answer(404, "<html></html>"),
                      net::HttpResult(std::unexpected(net::HttpFailure{net::Failure::connect, false, "No."}))}) {
        says = [said] { return said; };
        EXPECT_TRUE(std::holds_alternative<jobs::Retry>(settle_again(id)));
        EXPECT_EQ(row(id).state, State::asked);
    }
    // Control: of the first try the same proves that nothing was changed.
    EXPECT_EQ(ask([&] {
                  auto other = credit("gift-000002");
                  other.wp_user_id = 6;
                  return other;
              }())
                  ->transaction.state,
              State::refused);
}

TEST_P(Wallets, a_first_call_that_outlasts_the_jobs_hour_proves_nothing_alone)
{
    says = [this] {
        clock.advance(std::chrono::minutes(1));
        return net::HttpResult(std::unexpected(net::HttpFailure{net::Failure::connect, false, "No."}));
    };
    EXPECT_EQ(ask(credit())->transaction.state, State::asked);
}

TEST_P(Wallets, lists_and_sums_what_the_caller_may_see)
{
    ASSERT_TRUE(ask(credit()));
    ASSERT_TRUE(ask(credit("gift-000002")));
    Filter all;
    auto count = [&](const Filter& filter) {
        return db().read_now([&](db::Tx& tx) { return list_transactions(tx, filter); }).size();
    };
    EXPECT_EQ(count(all), 2U);
    auto filter = all;
    filter.sites = std::vector<SiteId>{};
    EXPECT_EQ(count(filter), 0U);
    filter.sites = std::vector{site.id};
    filter.q = "A@EX";
    EXPECT_EQ(count(filter), 2U);
    filter.q = "%";
    EXPECT_EQ(count(filter), 0U);
    auto totals = db().read_now([&](db::Tx& tx) { return totals_of(tx, all, 100); });
    ASSERT_EQ(totals.size(), 1U);
    EXPECT_EQ(totals.front().credited, money("25.00"));
    EXPECT_EQ(totals.front().count, 2);
}

}  // namespace
}  // namespace smg::wallets
