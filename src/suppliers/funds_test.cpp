#include "suppliers/funds.hpp"

#include <gmock/gmock.h>

#include <fmt/core.h>

#include "jobs/job.hpp"
#include "suppliers/balance_jobs.hpp"
#include "suppliers/testing.hpp"

namespace smg::suppliers {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::optional<Money> money(const char* text) { return text ? Money::parse(text) : std::nullopt; }

TEST(Judge, what_a_balance_says_to_a_supplier_without_funds)
{
    struct Row {
        const char *least, *needed, *reading;
        Finding finding;
    };
    for (const auto& row : std::vector<Row>{
             {nullptr, nullptr, "100", Finding::dry},  // nothing to compare it with
             {"5", nullptr, "5", Finding::dry},        //
             {"5", nullptr, "4", Finding::dry},        //
             {"5", nullptr, "5.01", Finding::enough},  // money came, and nobody knows how much it takes
             {nullptr, "10", "9.99", Finding::dry},    //
             {nullptr, "10", "10", Finding::enough},   //
             {"5", "10", "5", Finding::dry},           //
             {"5", "10", "7", Finding::try_one},       // money came, too little by our reckoning
             {"5", "10", "10", Finding::enough},       //
         }) {
        Provider provider;
        provider.funds_balance = money(row.least);
        provider.funds_needed = money(row.needed);
        EXPECT_EQ(judge(provider, *money(row.reading)), row.finding) << row.reading;
    }
}

class Funds : public Suppliers {
protected:
    bool dry(ProviderId id, const char* charge = nullptr)
    {
        Refused refused{"101", 1000, money(charge), clock.now()};
        return write([&](db::Tx& tx) { return run_dry(tx, clock.now(), settings(), id, refused); });
    }

    void read_balance(ProviderId id, const char* amount)
    {
        write([&](db::Tx& tx) -> Result<void> {
            note_reading(tx, clock.now(), settings(), find_provider(tx, id).value(), *money(amount));
            return {};
        });
    }

    int at_once(ProviderId id) { return sends_at_once(found(id), clock.now()); }

    std::vector<std::string> jobs_of(std::string_view kind)
    {
        return read(
            [&](db::Tx& tx) { return tx.query<std::string>("SELECT payload FROM jobs WHERE kind = ? ORDER BY id", kind); });
    }

    jobs::Outcome check(ProviderId id)
    {
        jobs::Job job;
        job.kind = balance_job;
        job.payload = fmt::format(R"({{"provider":{}}})", id.value);
        return run(check_balance(desk(), job));
    }
};
INSTANTIATE_TEST_SUITE_P(databases, Funds, db::both_databases(), db::dialect_name);

TEST_P(Funds, that_are_out_hold_the_lane_and_ask_for_the_balance_at_once)
{
    auto id = add("1").id;
    EXPECT_EQ(at_once(id), 8);
    EXPECT_TRUE(dry(id));
    EXPECT_FALSE(dry(id)) << "one outage, one notice";
    EXPECT_EQ(at_once(id), 0);
    EXPECT_THAT(held_back(found(id), clock.now()).value_or(""), HasSubstr("no funds"));
    EXPECT_EQ(jobs_of(balance_job).size(), 1u);
}

TEST_P(Funds, are_tried_by_one_order_now_and_then_where_the_balance_does_not_tell)
{
    auto id = add("1").id;
    set(id, "api_check = 0");
    dry(id);
    EXPECT_THAT(jobs_of(balance_job), IsEmpty());
    clock.advance(settings().seconds("funds.probe_every_s"));
    EXPECT_EQ(at_once(id), 1);
    dry(id);
    EXPECT_EQ(at_once(id), 0);
    clock.advance(settings().seconds("funds.probe_every_s"));
    EXPECT_EQ(at_once(id), 1);
}

TEST_P(Funds, are_not_tried_while_the_balance_says_that_they_do_not_suffice)
{
    auto id = add("1").id;
    dry(id, "10");
    clock.advance(settings().seconds("funds.probe_every_s") - 1s);
    read_balance(id, "3");
    clock.advance(2s);
    EXPECT_EQ(at_once(id), 0);
    read_balance(id, "4");
    EXPECT_EQ(at_once(id), 1) << "something came: one may try";
}

TEST_P(Funds, that_came_back_let_everything_go_on)
{
    auto id = add("1").id;
    dry(id, "10");
    read_balance(id, "3");
    EXPECT_THAT(jobs_of(funds_back_job), IsEmpty());
    read_balance(id, "30");
    EXPECT_EQ(at_once(id), 8);
    EXPECT_FALSE(found(id).funds_since);
    ASSERT_EQ(jobs_of(funds_back_job).size(), 1u);
    EXPECT_THAT(jobs_of(funds_back_job)[0], HasSubstr("\"again\":true"));
    EXPECT_TRUE(dry(id)) << "the next outage is another";
}

TEST_P(Funds, that_were_there_all_the_time_let_others_go_and_begin_no_new_outage)
{
    auto id = add("1").id;
    EXPECT_TRUE(dry(id, "10"));
    clock.advance(1s);
    read_balance(id, "30");
    EXPECT_EQ(at_once(id), 8);
    EXPECT_THAT(jobs_of(funds_back_job).back(), HasSubstr("\"again\":false")) << "or it would go on for ever";
    clock.advance(1s);
    EXPECT_FALSE(dry(id, "10"));
    read_balance(id, "30");
    EXPECT_EQ(at_once(id), 8);
    clock.advance(2h);
    EXPECT_TRUE(dry(id, "10")) << "hours later it is news again";
}

TEST_P(Funds, a_refusal_that_comes_after_the_end_of_its_outage_is_sent_again)
{
    auto id = add("1").id;
    dry(id);
    auto sent_at = clock.now();
    clock.advance(1s);
    write([&](db::Tx& tx) { return release_funds(tx, clock.now(), id, FundsBack::seen, "Olena"); });
    clock.advance(1s);
    Refused late{"101", 1000, {}, sent_at};
    EXPECT_FALSE(write([&](db::Tx& tx) { return run_dry(tx, clock.now(), settings(), id, late); }));
    EXPECT_EQ(at_once(id), 8);
    EXPECT_EQ(jobs_of(funds_back_job).size(), 2u);
}

TEST_P(Funds, are_proved_by_an_order_that_was_sent_since)
{
    auto id = add("1").id;
    auto prove = [&](Time sent_at) {
        write([&](db::Tx& tx) -> Result<void> {
            funds_proved(tx, clock.now(), id, sent_at);
            return {};
        });
    };
    prove(clock.now());
    auto sent_before = clock.now();
    clock.advance(1s);
    dry(id);
    clock.advance(1s);
    prove(sent_before);
    EXPECT_EQ(at_once(id), 0) << "that one was on its way already";
    prove(clock.now());
    EXPECT_EQ(at_once(id), 8);
}

TEST_P(Funds, are_released_by_a_person)
{
    auto id = add("1").id;
    auto release = [&] {
        return write([&](db::Tx& tx) { return release_funds(tx, clock.now(), id, FundsBack::seen, "Olena"); });
    };
    EXPECT_FALSE(release());
    dry(id);
    EXPECT_TRUE(release());
    EXPECT_EQ(at_once(id), 8);
}

TEST_P(Funds, are_looked_for_with_the_price_from_the_list_until_they_suffice)
{
    std::string balance = "0.5";
    TestServer panel([&](const std::string& request) {
        if (request.contains("action=services"))
            return TestServer::Answer{
                TestServer::reply(R"([{"service":101,"name":"F","type":"Default","rate":"0.90","min":1,"max":9}])")};
        return TestServer::Answer{TestServer::reply(R"({"balance":")" + balance + R"(","currency":"USD"})")};
    });
    auto id = add("1", panel.url("/api/v2")).id;
    dry(id);
    auto parked = check(id);
    ASSERT_TRUE(std::holds_alternative<jobs::Park>(parked));
    EXPECT_EQ(std::get<jobs::Park>(parked).until, clock.now() + settings().seconds("funds.balance_every_s"));
    EXPECT_EQ(found(id).funds_needed, money("0.90"));
    EXPECT_EQ(found(id).funds_balance, money("0.5"));
    balance = "1";
    EXPECT_TRUE(std::holds_alternative<jobs::Done>(check(id)));
    EXPECT_EQ(at_once(id), 8);
    EXPECT_EQ(panel.requests().size(), 3u) << "the list is asked for once";
    EXPECT_EQ(read([&](db::Tx& tx) { return tx.query<Money>("SELECT amount FROM supplier_balances ORDER BY id"); }),
              (std::vector{*money("0.5"), *money("1")}));
}

}  // namespace
}  // namespace smg::suppliers
