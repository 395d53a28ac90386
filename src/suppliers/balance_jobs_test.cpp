#include "suppliers/balance_jobs.hpp"

#include <gmock/gmock.h>

#include <fmt/core.h>

#include "suppliers/testing.hpp"

namespace smg::suppliers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Balances : public Suppliers {
protected:
    std::vector<std::string> waiting()
    {
        return read([](db::Tx& tx) {
            return tx.query<std::string>("SELECT dedup_key FROM jobs WHERE kind = ? ORDER BY id", balance_job);
        });
    }

    void check(ProviderId id) { check(desk(), id); }

    void check(ProviderDesk& with, ProviderId id)
    {
        jobs::Job job;
        job.kind = balance_job;
        job.payload = fmt::format(R"({{"provider":{}}})", id.value);
        auto outcome = run(check_balance(with, job));
        EXPECT_TRUE(std::holds_alternative<jobs::Done>(outcome));
    }

    std::optional<std::string> error_of(ProviderId id)
    {
        return *read([&](db::Tx& tx) {
            return tx.first<std::optional<std::string>>("SELECT balance_error FROM api_providers WHERE id = ?", id);
        });
    }

    std::int64_t notices()
    {
        return *read(
            [](db::Tx& tx) { return tx.first<std::int64_t>("SELECT COUNT(*) FROM notices WHERE kind = 'low_balance'"); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, Balances, db::both_databases(), db::dialect_name);

TEST_P(Balances, are_asked_for_by_a_job_for_each_supplier)
{
    auto one = add("1").id, unwatched = add("2").id, off = add("3").id, four = add("4").id;
    set(unwatched, "api_check = 0");
    set(off, "is_active = 0");
    for (int i = 0; i < 2; ++i) run(check_balances(desk(), jobs::Job{}));
    EXPECT_THAT(waiting(),
                ElementsAre(fmt::format("supplier.balance:{}", one.value), fmt::format("supplier.balance:{}", four.value)));
}

TEST_P(Balances, are_kept_and_told_of_when_low_once_a_day)
{
    TestServer panel(says(R"({"balance":"4.5","currency":"USD"})"));
    auto id = add("1", panel.url("/api/v2")).id;
    check(id);
    EXPECT_EQ(found(id).api_balance, Money::parse("4.5"));
    EXPECT_EQ(found(id).balance_at, clock.now());
    EXPECT_FALSE(found(id).status_at);
    EXPECT_EQ(notices(), 0);
    set(id, GetParam() == db::Dialect::sqlite ? "trigger_price = 500000000" : "trigger_price = 5");
    for (int i = 0; i < 2; ++i) check(id);
    EXPECT_EQ(notices(), 1);
    clock.advance(std::chrono::hours(24));
    check(id);
    EXPECT_EQ(notices(), 2);
}

TEST_P(Balances, that_do_not_come_leave_the_last_one_and_the_reason)
{
    TestServer panel(says(R"({"status":"error","message":"Come later","balance":"0"})"));
    auto id = add("1", panel.url("/api/v2")).id;
    set(id, GetParam() == db::Dialect::sqlite ? "api_balance = 700000000" : "api_balance = 7");
    check(id);
    EXPECT_EQ(error_of(id), "Come later");
    EXPECT_EQ(found(id).api_balance, Money::parse("7"));
    set(id, "api_key = NULL");
    check(id);
    EXPECT_THAT(error_of(id).value_or(""), HasSubstr("enter it again"));
    EXPECT_EQ(panel.requests().size(), 1u);
}

TEST_P(Balances, of_suppliers_that_were_switched_off_meanwhile_are_not_asked_for)
{
    TestServer panel(says(R"({"balance":"4.5"})"));
    auto id = add("1", panel.url("/api/v2")).id;
    set(id, "is_active = 0");
    check(id);
    check(ProviderId{99});
    EXPECT_EQ(panel.requests().size(), 0u);
}

TEST_P(Balances, take_their_turn_among_the_calls_of_the_supplier)
{
    TestServer panel(says(R"({"balance":"4.5"})"));
    auto id = add("1", panel.url("/api/v2")).id;
    set(id, "calls_per_second = 4");
    Traffic frozen(clock, [] { return CircuitLimits{}; }, [] { return Duration{}; });
    ProviderDesk slow{db(), clock, master, settings(), http, frozen};
    check(slow, id);
    EXPECT_EQ(frozen.calls.take(id, 4), std::chrono::milliseconds(250));
}

// Statuses alone show that a supplier is not silent on them.
TEST_P(Balances, and_other_answers_do_not_pass_for_statuses)
{
    auto id = add("1").id;
    auto note = [&](auto what) {
        write([&](db::Tx& tx) -> Result<void> {
            what(tx);
            return {};
        });
    };
    note([&](db::Tx& tx) { note_answer(tx, clock.now(), id); });
    note([&](db::Tx& tx) { note_balance(tx, clock.now(), id, Money{}, "USD"); });
    EXPECT_EQ(found(id).answered_at, clock.now());
    EXPECT_FALSE(found(id).status_at);
    clock.advance(std::chrono::minutes(1));
    note([&](db::Tx& tx) { note_status(tx, clock.now(), id); });
    EXPECT_EQ(found(id).status_at, clock.now());
    EXPECT_EQ(found(id).answered_at, clock.now());
}

}  // namespace
}  // namespace smg::suppliers
