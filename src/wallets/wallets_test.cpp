#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "db/testing.hpp"
#include "sites/token_store.hpp"
#include "wallets/change.hpp"
#include "wallets/transaction_table.hpp"

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

TEST_P(Wallets, a_refusal_of_wordpress_itself_proves_nothing_of_an_earlier_try)
{
    says = lost;
    auto id = ask(credit())->transaction.id;
    says = [] { return answer(404, R"({"code":"rest_disabled","message":"The REST API is off."})"); };
    EXPECT_TRUE(std::holds_alternative<jobs::Retry>(settle_again(id)));
    EXPECT_EQ(row(id).state, State::asked);
    says = [] { return answer(422, R"({"code":"smgcrm_wallet_refused","message":"No."})"); };
    EXPECT_TRUE(std::holds_alternative<jobs::Done>(settle_again(id)));
    EXPECT_EQ(row(id).state, State::refused) << "control: the plugin's own word";
}

TEST_P(Wallets, a_change_of_which_nothing_is_known_for_a_quarter_of_an_hour_is_a_notice_until_it_is_settled)
{
    auto open = [&] {
        return *db().read_now([](db::Tx& tx) {
            return tx.first<std::int64_t>(
                "SELECT COUNT(*) FROM notices WHERE kind = 'wallet_unsettled' AND seen_at IS NULL");
        });
    };
    says = lost;
    auto id = ask(credit())->transaction.id;
    clock.advance(std::chrono::minutes(14));
    settle_again(id);
    EXPECT_EQ(open(), 0) << "control";
    clock.advance(std::chrono::minutes(1));
    settle_again(id);
    settle_again(id);
    EXPECT_EQ(open(), 1);
    says = [] { return done("12.50"); };
    settle_again(id);
    EXPECT_EQ(open(), 0);
}

TEST_P(Wallets, a_first_call_that_outlasts_the_jobs_hour_proves_nothing_alone)
{
    says = [this] {
        clock.advance(std::chrono::minutes(1));
        return net::HttpResult(std::unexpected(net::HttpFailure{net::Failure::connect, false, "No."}));
    };
    EXPECT_EQ(ask(credit())->transaction.state, State::asked);
}

TEST_P(Wallets, a_row_that_lost_its_job_gets_it_back_from_whoever_asks_next)
{
    says = lost;
    ASSERT_EQ(ask(credit())->transaction.state, State::asked);
    auto drop_job = [&] { db().write_now([](db::Tx& tx) { return Result<std::int64_t>(tx.execute("DELETE FROM jobs")); }); };
    drop_job();
    EXPECT_TRUE(ask(credit())->replayed);
    EXPECT_EQ(jobs_waiting(), 1) << "a repeat";
    drop_job();
    auto other = ask(credit("gift-000002"));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::conflict);
    EXPECT_EQ(jobs_waiting(), 1) << "another change of the wallet";
    EXPECT_EQ(asked, 1);
}

TEST_P(Wallets, an_operation_id_that_another_request_wrote_first_is_a_conflict_and_no_fault)
{
    ASSERT_TRUE(ask(credit()));
    auto again = db().write_now([&](db::Tx& tx) { return begin(tx, clock.now(), credit()); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Code::conflict);
}

TEST_P(Wallets, lists_what_the_caller_may_see)
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
    all.operation_ids = {"gift-000002", "gift-000003"};
    EXPECT_EQ(count(all), 1U);
}

TEST_P(Wallets, sums_exactly_what_is_done_of_each_currency)
{
    auto put = [&](std::string_view amount, State state, std::optional<std::string> currency) {
        Transaction row;
        row.amount = money(amount);
        row.state = state;
        row.currency = std::move(currency);
        row.date = clock.now();
        db().write_now([&](db::Tx& tx) { return Result<std::int64_t>(tx.insert("history_transaction", row)); });
    };
    for (auto amount : {"0.10", "0.20", "9999999999.99999999", "-0.30", "-5.00"}) put(amount, State::done, "UAH");
    put("7.00", State::refused, "UAH");
    put("7.00", State::asked, "UAH");
    put("-1.00", State::done, std::nullopt);
    Filter all;
    all.limit = 1;
    all.before = TransactionId{2};
    auto totals = db().read_now([&](db::Tx& tx) { return totals_of(tx, all); });
    ASSERT_EQ(totals.size(), 2U);
    EXPECT_EQ(totals[0].currency, "");
    EXPECT_EQ(totals[0].debited, money("-1.00"));
    EXPECT_EQ(totals[1].count, 5) << "of all pages";
    EXPECT_EQ(totals[1].credited, money("10000000000.29999999"));
    EXPECT_EQ(totals[1].debited, money("-5.30"));
}

TEST_P(Wallets, of_the_earlier_system_are_shown_with_their_people_to_those_who_see_all)
{
    Transaction old;
    old.wp_user_id = 7;
    old.email = "b@example.com";
    old.amount = money("-3.00");
    old.balance = money("4.00");
    old.date = clock.now();
    db().write_now([&](db::Tx& tx) -> Result<void> {
        old.user_by_id = UserId{*tx.first<std::int64_t>(
            "INSERT INTO users (name, email, password, role) VALUES ('Petro', 'p@example.com', 'x', 'admin') RETURNING id")};
        tx.insert("history_transaction", old);
        return {};
    });
    auto rows = db().read_now([](db::Tx& tx) { return list_transactions(tx, {}); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().who, "Petro");
    Filter of_site;
    of_site.sites = std::vector{site.id};
    EXPECT_TRUE(db().read_now([&](db::Tx& tx) { return list_transactions(tx, of_site); }).empty());
}

TEST_P(Wallets, go_into_a_file_piece_by_piece)
{
    constexpr int many = 501;
    db().write_now([&](db::Tx& tx) -> Result<void> {
        for (int i = 0; i < many; ++i) {
            auto row = credit(fmt::format("gift-{:06}", i));
            row.date = clock.now();
            row.state = i == 0 ? State::refused : State::done;
            row.amount = money("12.50");
            tx.insert("history_transaction", row);
        }
        return {};
    });
    http::Caller everybody;
    everybody.sites.reset();
    everybody.role = http::Role::admin;
    exports::Asked wanted{.columns = {"client", "state"}, .language = exports::Language::en};
    auto source = transaction_source();
    auto next = [&](std::optional<std::int64_t> after) {
        return db().read_now([&](db::Tx& tx) { return source.next(tx, everybody, wanted, after); });
    };
    auto count = [&](const char* state) {
        if (state) wanted.filter = json::object{{"state", state}};
        return db().read_now([&](db::Tx& tx) { return source.count(tx, everybody, wanted, 1000); });
    };
    EXPECT_EQ(*count(nullptr), many);
    auto first = next(std::nullopt);
    ASSERT_TRUE(first && first->next);
    auto rest = next(first->next);
    ASSERT_TRUE(rest && !rest->next);
    ASSERT_EQ(first->rows.size() + rest->rows.size(), std::size_t{many});
    EXPECT_EQ(source.columns(everybody, wanted).size(), first->rows.front().size());
    EXPECT_EQ(first->rows.front().at(1), "2026-11-29 08:00:00") << "the date is in every file, by the clock of Kyiv";
    EXPECT_EQ(rest->rows.back().at(4), "Refused");
    EXPECT_EQ(*count("refused"), 1);
    EXPECT_FALSE(count("odd"));
    everybody.sites = std::vector<SiteId>{};
    EXPECT_EQ(*count("done"), 0) << "who sees no site exports nothing";
}

}  // namespace
}  // namespace smg::wallets
