#include "orders/funds.hpp"

#include <gmock/gmock.h>
#include <boost/asio/co_spawn.hpp>

#include <fmt/core.h>

#include "orders/charge.hpp"
#include "orders/testing.hpp"
#include "orders/waiting.hpp"
#include "suppliers/funds.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using suppliers::Reason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Funds : public Orders {
protected:
    Order refuse(const std::string& number)
    {
        auto id = add(number, {{"url", "https://t.me/p" + number}}).id;
        return end(begin(id), rejected(Reason::no_funds, "Not enough funds on balance"));
    }

    std::string notice()
    {
        return read([](db::Tx& tx) {
            return tx.first<std::string>("SELECT body FROM notices WHERE kind = 'out_of_funds' ORDER BY id DESC")
                .value_or("");
        });
    }

    void release(suppliers::FundsBack how)
    {
        write([&](db::Tx& tx) { return suppliers::release_funds(tx, now, provider, how, "test"); });
        auto payload = read([](db::Tx& tx) {
            return tx
                .first<std::string>("SELECT payload FROM jobs WHERE kind = ? ORDER BY id DESC LIMIT 1",
                                    suppliers::funds_back_job)
                .value();
        });
        ManualClock clock(now);
        io.restart();
        jobs::Job job;
        job.payload = payload;
        boost::asio::co_spawn(io, after_funds({db(), clock, settings()}, job), [](std::exception_ptr, jobs::Outcome) {});
        io.run();
    }

    suppliers::Provider supplier()
    {
        return read([&](db::Tx& tx) { return suppliers::find_provider(tx, provider).value(); });
    }

    boost::asio::io_context io;  // outlives the database's threads, which wake it
};
INSTANTIATE_TEST_SUITE_P(databases, Funds, db::both_databases(), db::dialect_name);

TEST_P(Funds, that_are_out_are_one_notice_with_what_waits)
{
    set("telegram.language", "en");
    add("1"), add("2", {{"total_amount", "0.50"}});
    write([&](db::Tx& tx) -> Result<void> {
        suppliers::note_balance(tx, now, provider, *Money::parse("0.42"), "USD");
        return {};
    });
    auto refused = refuse("3");
    EXPECT_EQ(refused.phase, Phase::notaccepted);
    EXPECT_EQ(refused.reason, "no_funds");
    EXPECT_TRUE(supplier().funds_out_at);
    EXPECT_THAT(notice(), HasSubstr("Supplier 1 has no funds left"));
    EXPECT_THAT(notice(), HasSubstr("Balance: 0.42 USD"));
    EXPECT_THAT(notice(), HasSubstr("Orders that wait: 3"));
    EXPECT_THAT(notice(), HasSubstr("For: 25.50 UAH"));
    refuse("4");
    EXPECT_EQ(count("notices"), 1) << "one notice for an outage, none for each order";

    // Its reminders tell the figures of then.
    write([&](db::Tx& tx) -> Result<void> {
        reword_funds(tx, *suppliers::find_provider(tx, provider), settings());
        return {};
    });
    EXPECT_THAT(notice(), HasSubstr("Orders that wait: 4"));
}

TEST_P(Funds, that_are_back_send_the_refused_again_oldest_first)
{
    auto one = refuse("1").id, two = refuse("2").id;
    auto bad = end(begin(add("3").id), rejected(Reason::bad_link, "Bad link")).id;
    now += 10min;
    auto later = add("4").id;
    release(suppliers::FundsBack::seen);
    EXPECT_EQ(order(one).phase, Phase::launching);
    EXPECT_EQ(order(two).phase, Phase::launching);
    EXPECT_EQ(order(bad).phase, Phase::notaccepted);
    auto queue = read([](db::Tx& tx) {
        return tx.query<std::string>(
            "SELECT dedup_key FROM jobs WHERE kind = 'order.send' AND lane <> '' ORDER BY run_at, id");
    });
    std::erase_if(queue, [&](const auto& key) { return key == fmt::format("order.send:{}", bad.value); });
    EXPECT_THAT(queue, ElementsAre(fmt::format("order.send:{}", one.value), fmt::format("order.send:{}", two.value),
                                   fmt::format("order.send:{}", later.value)));
    EXPECT_EQ(count("notices WHERE kind = 'out_of_funds' AND seen_at IS NULL"), 0);
}

TEST_P(Funds, that_are_back_take_along_what_was_refused_first_and_written_later)
{
    auto one = refuse("1").id;
    now -= 5ms;
    auto two = refuse("2").id;
    now += 10min;
    release(suppliers::FundsBack::seen);
    EXPECT_EQ(order(one).phase, Phase::launching);
    EXPECT_EQ(order(two).phase, Phase::launching);
}

TEST_P(Funds, that_were_there_all_the_time_are_told_of_for_each_order)
{
    auto id = refuse("1").id;
    now += 1s;
    release(suppliers::FundsBack::unexplained);
    EXPECT_EQ(order(id).phase, Phase::notaccepted);
    EXPECT_EQ(count("notices WHERE kind = 'notaccepted'"), 1);
}

TEST_P(Funds, are_tried_with_a_refused_order_when_nothing_else_waits)
{
    auto one = refuse("1").id, two = refuse("2").id;
    auto probe = [&] { EXPECT_TRUE(write([&](db::Tx& tx) { return probe_with_refused(tx, now); })); };
    probe();
    EXPECT_EQ(order(one).phase, Phase::notaccepted);
    now += settings().seconds("funds.probe_every_s");
    probe(), probe();
    EXPECT_EQ(order(one).phase, Phase::launching);
    EXPECT_EQ(order(two).phase, Phase::notaccepted) << "one is enough";
    end(begin(one), accepted("9001"));
    EXPECT_FALSE(supplier().funds_out_at);
    EXPECT_EQ(count("jobs WHERE kind = 'supplier.funds_back'"), 1);
}

TEST_P(Funds, an_order_costs_as_much_as_the_last_one_of_its_service)
{
    auto usual = [&](const Order& of, const std::string& service = "77") {
        return read([&](db::Tx& tx) { return usual_charge(tx, provider, service, of); });
    };
    auto small = add("1", {{"quantity", 100}});
    EXPECT_FALSE(usual(small));
    auto done = add_in(Phase::completed, "2", {{"quantity", 300}, {"url", "https://t.me/p2"}});
    write([&](db::Tx& tx) {
        return tx.execute("UPDATE orders SET provider_price = ? WHERE id = ?", *Money::parse("0.27"), done.id);
    });
    EXPECT_EQ(usual(small), Money::parse("0.09"));
    EXPECT_FALSE(usual(small, "78"));
    auto drip = add("3", {{"quantity", 100}, {"runs", 3}, {"interval", 10}, {"url", "https://t.me/p3"}});
    EXPECT_EQ(usual(drip), Money::parse("0.27"));
    read([&](db::Tx& tx) {
        UsualCharges at_once(tx, provider);
        EXPECT_EQ(at_once.of(small, "77"), Money::parse("0.09"));
        EXPECT_EQ(at_once.of(drip, "77"), Money::parse("0.27"));
        EXPECT_TRUE(at_once.know("77", small.order_type));
        EXPECT_FALSE(at_once.know("78", small.order_type) || at_once.of(small, "78"));
        return true;
    });
    EXPECT_TRUE(about_the_same(*Money::parse("1.01"), *Money::parse("1"), 1));
    EXPECT_FALSE(about_the_same(*Money::parse("1.02"), *Money::parse("1"), 1));
    EXPECT_TRUE(about_the_same(*Money::parse("0.99"), *Money::parse("1"), 1));
}

}  // namespace
}  // namespace smg::orders
