#include <fmt/core.h>

#include <set>
#include <thread>

#include "jobs/claim_sql.hpp"
#include "jobs/testing.hpp"

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct NewRow {
    std::string kind = "a", lane = "supplier:1", payload = "{}";
    Time run_at = start, created_at = start;
};
BOOST_DESCRIBE_STRUCT(NewRow, (), (kind, lane, payload, run_at, created_at))

class Claim : public JobFixture {
protected:
    std::string plan(std::string_view sql)
    {
        auto text = std::string(sql);
        while (text.find('?') != std::string::npos) text.replace(text.find('?'), 1, "'1'");
        std::string steps;
        for (const auto& [id, parent, unused, step] : write(
                 [&](db::Tx& tx) { return tx.query<std::tuple<int, int, int, std::string>>("EXPLAIN QUERY PLAN " + text); }))
            steps += step + "\n";
        return steps;
    }
};

INSTANTIATE_TEST_SUITE_P(databases, Claim, db::both_databases(), db::dialect_name);

TEST_P(Claim, takes_what_is_due_in_order_and_only_once)
{
    add({"a", "2", {}, {}, now + 2s});
    add({"a", "1", {}, {}, now + 1s});
    add({"a", "9", {}, {}, now + 9s});
    add({"other", "0"});
    now += 5s;
    EXPECT_THAT(payloads(take()), ElementsAre("1", "2"));
    EXPECT_THAT(take(), IsEmpty());
}

TEST_P(Claim, does_not_take_more_than_asked_and_says_that_there_is_more)
{
    for (int i = 0; i < 5; ++i) add({"a"});
    auto first = taken(3, 10);
    EXPECT_THAT(first.jobs, SizeIs(3));
    EXPECT_TRUE(first.more);
    auto rest = taken(3, 10);
    EXPECT_THAT(rest.jobs, SizeIs(2));
    EXPECT_FALSE(rest.more);
}

TEST_P(Claim, a_full_kind_does_not_hold_up_the_rest)
{
    for (int i = 0; i < 20; ++i) add({"a", "a"});
    add({"b", "b"});
    auto claimed = taken(4, 2);
    EXPECT_THAT(payloads(claimed.jobs), ElementsAre("a", "a", "b"));
    EXPECT_TRUE(claimed.more);
}

TEST_P(Claim, a_full_lane_does_not_hold_up_the_rest)
{
    for (int i = 0; i < 20; ++i) add({"a", "slow", {}, "supplier:1"});
    for (int i = 0; i < 20; ++i) add({"a", "paused", {}, "supplier:2"});
    add({"a", "fast", {}, "supplier:3"});
    add({"a", "free"});
    auto limit = [](std::string_view lane) { return lane == "supplier:2" ? 0 : 2; };
    auto claimed = taken(6, 10, limit);
    EXPECT_THAT(payloads(claimed.jobs), ElementsAre("slow", "slow", "fast", "free"));
    EXPECT_TRUE(claimed.more);
    EXPECT_THAT(take(6, 10, limit), IsEmpty()) << "what runs counts";
    EXPECT_TRUE(ends(claimed.jobs[0]));
    EXPECT_THAT(payloads(take(6, 10, limit)), ElementsAre("slow"));
}

TEST_P(Claim, two_processes_never_get_the_same)
{
    constexpr int jobs = 60, processes = 4;
    for (int i = 0; i < jobs; ++i) add({"a", std::to_string(i)});
    std::vector<std::vector<Job>> got(processes);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < processes; ++i)
            threads.emplace_back([&, i] {
                for (int empty = 0; empty < 3;) {
                    auto some = taken(7, 100, {}, std::to_string(i)).jobs;
                    empty = some.empty() ? empty + 1 : 0;
                    std::ranges::move(some, std::back_inserter(got[static_cast<std::size_t>(i)]));
                }
            });
    }
    std::set<std::int64_t> ids;
    std::size_t total = 0;
    for (const auto& mine : got)
        for (const auto& job : mine) ids.insert(job.id.value), ++total;
    EXPECT_EQ(total, jobs);
    EXPECT_EQ(ids.size(), jobs);
}

TEST_P(Claim, takes_the_longest_waiting_of_all_lanes_first)
{
    for (int i = 0; i < 6; ++i) add({"a", std::to_string(i), {}, fmt::format("supplier:{}", i % 3), now - 1min + i * 1s});
    EXPECT_THAT(payloads(take(4, 10, [](auto) { return 8; })), ElementsAre("0", "1", "2", "3"));
}

TEST_P(Claim, what_is_in_a_paused_lane_is_not_even_looked_at)
{
    constexpr int paused = 20'000;
    std::vector<NewRow> rows(paused);
    write([&](db::Tx& tx) { return tx.insert_all<NewRow>("jobs", rows).size(); });
    now += 1s;
    add({"a", "1", {}, "supplier:2"});
    auto limit = [](std::string_view lane) { return lane == "supplier:1" ? 0 : 2; };
    auto claimed = taken(32, 10, limit);
    EXPECT_THAT(payloads(claimed.jobs), ElementsAre("1"));
    EXPECT_FALSE(claimed.more) << "nothing of ours will make room in it";
    EXPECT_THAT(take(5, 10, [](auto) { return 2; }), SizeIs(2)) << "released";
}

TEST_P(Claim, its_questions_are_answered_by_the_index_of_lanes)
{
    if (GetParam() != db::Dialect::sqlite) GTEST_SKIP() << "the plan's words are SQLite's";
    EXPECT_THAT(plan(due_in_lane("id, payload", "('a', 'b')")),
                HasSubstr("jobs_lane (lane=? AND dead_at=? AND lease_owner=? AND run_at<?)"));
    EXPECT_THAT(plan(due_in_lane("id, payload", "('a', 'b')")), Not(HasSubstr("TEMP B-TREE"))) << "in order already";
    EXPECT_THAT(plan(running_in_lane), HasSubstr("jobs_lane (lane=? AND dead_at=? AND lease_owner>?)"));
    EXPECT_THAT(plan(all_lanes), HasSubstr("SEARCH jobs USING COVERING INDEX jobs_lane (lane>?)"));
    EXPECT_THAT(plan("SELECT id FROM jobs WHERE kind = 'a'"), HasSubstr("SCAN jobs")) << "what a walk looks like";
    EXPECT_THAT(plan(all_lanes), Not(HasSubstr("SCAN jobs")));
}

}  // namespace
}  // namespace smg::jobs
