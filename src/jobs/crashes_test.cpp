#include <functional>

#include "jobs/testing.hpp"

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Crashes : public JobFixture {
protected:
    /// So many processes die with the one job in hand.
    void crash(int times)
    {
        for (int i = 0; i < times; ++i) {
            ASSERT_THAT(take(), SizeIs(1));
            EXPECT_EQ(lost_by({"other"}), 1);
        }
    }
};

INSTANTIATE_TEST_SUITE_P(databases, Crashes, db::both_databases(), db::dialect_name);

TEST_P(Crashes, who_lost_the_lease_has_no_say)
{
    add({"a", "1"});
    auto frozen = take().at(0);
    EXPECT_EQ(lost_by({"other"}), 1);
    auto taken_over = take().at(0);
    EXPECT_FALSE(ends(frozen));
    EXPECT_FALSE(fails(frozen));
    EXPECT_FALSE(write([&](db::Tx& tx) { return park(tx, now, frozen, "", now); }));
    EXPECT_FALSE(write([&](db::Tx& tx) { return renew(tx, frozen, now + 1h); }));
    EXPECT_FALSE(write([&](db::Tx& tx) { return release(tx, frozen); }));
    EXPECT_TRUE(ends(taken_over));
}

TEST_P(Crashes, only_leases_of_the_dead_and_expired_ones_are_lost)
{
    add({"a"});
    take();
    EXPECT_EQ(lost_by({"x", "boot", "y"}), 0);
    EXPECT_EQ(lost_by({"boot"}, now + 120s), 0);
    EXPECT_EQ(lost_by({"boot"}, now + 121s), 1);
    EXPECT_EQ(lost_by({"nobody"}, now + 121s), 0) << "it waits again, and is nobody's";
}

TEST_P(Crashes, a_renewed_lease_does_not_expire)
{
    add({"a"});
    auto job = take().at(0);
    EXPECT_TRUE(write([&](db::Tx& tx) { return renew(tx, job, now + 1h); }));
    EXPECT_TRUE(write([&](db::Tx& tx) { return renew(tx, job, now + 1h); })) << "the same again is no loss";
    EXPECT_EQ(lost_by({"boot"}, now + 30min), 0);
}

TEST_P(Crashes, three_in_a_row_are_poison)
{
    add({"a", "1", "key"});
    crash(max_crashes);
    EXPECT_THAT(told, ElementsAre("a"));
    EXPECT_THAT(*dead().at(0).last_error, testing::HasSubstr("poison"));
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_TRUE(write([&](db::Tx& tx) { return retry_dead(tx, now, dead()[0].id); }));
    EXPECT_EQ(take().at(0).crashes, 0);
}

TEST_P(Crashes, a_lease_that_its_own_boot_does_not_know_is_given_back_without_blame)
{
    add({"a", "held"});
    add({"a", "forgotten"});
    auto jobs = take();
    EXPECT_EQ(write([&](db::Tx& tx) { return release_unheld(tx, "boot", {jobs[0].id}); }), 1);
    EXPECT_EQ(write([&](db::Tx& tx) { return release_unheld(tx, "elsewhere", {}); }), 0);
    auto again = take();
    EXPECT_THAT(payloads(again), ElementsAre("forgotten"));
    EXPECT_EQ(again[0].crashes, 0);
}

TEST_P(Crashes, with_answers_in_between_are_no_poison)
{
    add({"a", "1", "key"});
    using Answer = std::function<bool(db::Tx&, const Job&)>;
    std::vector<Answer> answers{
        [&](db::Tx& tx, const Job& job) { return retry(tx, now, job, "no", now, 100, tell); },
        [&](db::Tx& tx, const Job& job) { return park(tx, now, job, "later", now); },
        [&](db::Tx& tx, const Job& job) { return enqueue(tx, now, {"a", "1", "key"}), finish(tx, now, job); },
    };
    for (const auto& answer : answers) {
        crash(max_crashes - 1);
        auto job = take().at(0);
        EXPECT_EQ(job.crashes, max_crashes - 1);
        EXPECT_TRUE(write([&](db::Tx& tx) { return answer(tx, job); }));
        EXPECT_EQ(rows().at(0).crashes, 0);
    }
    EXPECT_THAT(dead(), IsEmpty());
    fails(take().at(0), 1);
    add({"a", "1", "key"});
    EXPECT_EQ(take().at(0).crashes, 0) << "it died of an answer";
}

TEST_P(Crashes, poison_that_is_asked_for_runs_again_after_a_pause_and_one_more_buries_it)
{
    add({"a", "1", "key", "lane"});
    crash(max_crashes);
    add({"a", "1", "key", "lane"});
    EXPECT_THAT(take(), IsEmpty());
    now += poison_pause - 1ms;
    add({"a", "1", "key", "lane"});
    write([&](db::Tx& tx) { return hurry_lane(tx, now, "lane"), 0; });
    EXPECT_THAT(take(), IsEmpty()) << "nobody cuts the pause short: it would crash as often as someone asks";
    now += 1ms;
    told.clear();
    crash(1);
    EXPECT_THAT(told, ElementsAre("a")) << "told again";
    ASSERT_THAT(dead(), SizeIs(1));
    add({"a", "1", "key", "lane"});
    now += poison_pause;
    EXPECT_TRUE(ends(take().at(0)));
    EXPECT_THAT(rows(), IsEmpty()) << "and when it was no poison, all is well";
}

}  // namespace
}  // namespace smg::jobs
