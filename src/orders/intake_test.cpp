#include "orders/intake.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "orders/suspicion.hpp"
#include "orders/testing.hpp"

namespace smg::orders {
namespace {

class IntakeTest : public Orders {
protected:
    const DisposableDomains disposable{"mailinator.com\n"};
    std::list<boost::asio::io_context> loops;  // they outlive the database's threads, which wake them
    std::mutex mutex;                          // several arrive at once in some tests

    boost::asio::io_context& another_loop()
    {
        std::lock_guard lock(mutex);
        return loops.emplace_back();
    }

    // All of them arrive at once; gives what each was told.
    std::vector<Result<Taken>> arrive(std::vector<Draft> drafts)
    {
        auto& io = another_loop();
        ManualClock clock(now);
        Intake intake(io, db(), clock, settings(), disposable);
        std::vector<std::optional<Result<Taken>>> told(drafts.size());
        for (std::size_t i = 0; i < drafts.size(); ++i)
            boost::asio::co_spawn(io, intake.take(std::move(drafts[i])),
                                  [&told, i](std::exception_ptr error, Result<Taken> taken) {
                                      if (!error) told[i] = std::move(taken);
                                  });
        io.run();
        std::vector<Result<Taken>> out;
        for (auto& one : told) out.push_back(one ? std::move(*one) : Result<Taken>(fail(Code::unavailable, "threw")));
        return out;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, IntakeTest, db::both_databases(), db::dialect_name);

TEST_P(IntakeTest, everybody_hears_of_their_own_order)
{
    std::vector<Draft> drafts;
    for (int i = 0; i < 600; ++i) drafts.push_back(draft("n" + std::to_string(i)));
    auto told = arrive(drafts);
    std::set<std::int64_t> ids;
    for (std::size_t i = 0; i < told.size(); ++i) {
        ASSERT_TRUE(told[i]) << told[i].error().message;
        ids.insert(told[i]->id.value);
        EXPECT_THAT(told[i]->body, ::testing::HasSubstr("\"n" + std::to_string(i) + "\""));
    }
    EXPECT_EQ(ids.size(), 600u);
    EXPECT_EQ(count("orders"), 600);
    EXPECT_EQ(count("jobs"), 600);
}

TEST_P(IntakeTest, a_shop_that_repeats_itself_at_once_makes_one_order)
{
    std::vector<Draft> drafts(300, draft("10045"));
    auto told = arrive(drafts);
    int first = 0;
    for (const auto& one : told) {
        ASSERT_TRUE(one) << one.error().message;
        first += !one->replayed;
        EXPECT_EQ(one->body, told[0]->body);
    }
    EXPECT_EQ(first, 1);
    EXPECT_EQ(count("orders"), 1);
    EXPECT_EQ(count("jobs"), 1);
}

TEST_P(IntakeTest, screens_what_it_takes_and_counts_what_comes_together)
{
    set("suspicious.velocity_email_count", "3");
    set("suspicious.velocity_email", "100");
    set("suspicious.velocity_alone_holds", "1");
    std::vector<Draft> drafts{draft("bad", {{"client_email", "x@mailinator.com"}})};
    for (int i = 0; i < 5; ++i) drafts.push_back(draft("same " + std::to_string(i)));
    for (const auto& one : arrive(drafts)) ASSERT_TRUE(one) << one.error().message;
    EXPECT_EQ(count("orders WHERE phase = 'review' AND client_email = 'x@mailinator.com'"), 1);
    EXPECT_EQ(count("orders WHERE phase = 'launching' AND client_email = 'olena@ukr.net'"), 3);
    EXPECT_EQ(count("orders WHERE phase = 'review' AND client_email = 'olena@ukr.net'"), 2);
    EXPECT_EQ(count("jobs WHERE kind = 'order.send'"), 3);
}

TEST_P(IntakeTest, one_refusal_leaves_the_others_alone)
{
    auto told = arrive({draft("1", {{"item_id", "7"}}), draft("1", {{"item_id", "7"}, {"quantity", 5}}), draft("2")});
    EXPECT_TRUE(told[2]);
    // On MariaDB two batches are under way at once: either may be the first.
    ASSERT_NE(told[0].has_value(), told[1].has_value());
    EXPECT_EQ((told[0] ? told[1] : told[0]).error().code, Code::invalid);
    EXPECT_EQ(count("orders"), 2);
}

// A SQLite file has one program.
class IntakeOfTwo : public IntakeTest {};
INSTANTIATE_TEST_SUITE_P(databases, IntakeOfTwo, ::testing::Values(db::Dialect::mariadb), db::dialect_name);

TEST_P(IntakeOfTwo, two_programs_that_take_the_same_orders_make_each_once)
{
    std::vector<Draft> drafts;
    for (int i = 0; i < 100; ++i) drafts.push_back(draft("n" + std::to_string(i)));
    std::vector<Result<Taken>> told[2];
    std::thread other([&] { told[1] = arrive(drafts); });
    told[0] = arrive(drafts);
    other.join();
    int first = 0;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        ASSERT_TRUE(told[0][i]) << told[0][i].error().message;
        ASSERT_TRUE(told[1][i]) << told[1][i].error().message;
        EXPECT_EQ(told[0][i]->body, told[1][i]->body);
        first += !told[0][i]->replayed + !told[1][i]->replayed;
    }
    EXPECT_EQ(first, 100);
    EXPECT_EQ(count("orders"), 100);
}

}  // namespace
}  // namespace smg::orders
