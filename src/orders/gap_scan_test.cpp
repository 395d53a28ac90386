#include "orders/gap_scan.hpp"

#include <gmock/gmock.h>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Orphan orphan(const std::string& number, const char* charge, std::int64_t remains = 100)
{
    Orphan one{number, {}};
    one.status.charge = Money::parse(charge);
    one.status.remains = remains;
    return one;
}

Scan whole(std::vector<Orphan> orphans)
{
    Scan scan;
    scan.orphans = std::move(orphans);
    scan.first = 101, scan.last = 199, scan.calls = 1, scan.whole = true;
    return scan;
}

Claim claim()
{
    Claim claim;
    claim.expected = Money::parse("0.90");
    claim.pieces = 100;
    claim.percent = 1;
    return claim;
}

TEST(Judgement, takes_the_only_orphan_at_the_right_price)
{
    EXPECT_EQ(judge(whole({orphan("150", "0.90")}), claim()).number, "150");
    EXPECT_EQ(judge(whole({orphan("150", "0.908")}), claim()).number, "150");
}

TEST(Judgement, takes_none_that_leaves_a_doubt)
{
    struct Row {
        std::string why;
        Scan scan;
        std::function<void(Claim&)> change;
    };
    auto nothing = [](Claim&) {};
    auto one = whole({orphan("150", "0.90")});
    auto part = one, broken = one;
    part.whole = false;
    broken.problem = "HTTP 502";
    Rival rival{OrderId{7}, {100, 0}, Money::parse("0.90")}, unpriced{OrderId{7}, {100, 200}, std::nullopt};
    for (const auto& row : std::vector<Row>{
             {"no number is left over", whole({}), nothing},
             {"more than one", whole({orphan("150", "0.90"), orphan("151", "0.90")}), nothing},
             {"more than one", whole({orphan("150", "0.90"), orphan("151", "55")}), nothing},
             {"not all numbers", part, nothing},
             {"HTTP 502", broken, nothing},
             {"charge", whole({orphan("150", "0.92")}), nothing},
             {"charge", whole({orphan("150", "0.90", 101)}), nothing},
             {"charge", one, [](Claim& c) { c.expected.reset(); }},
             {"same key", one, [](Claim& c) { c.key_shared = true; }},
             {"on its way", one, [](Claim& c) { c.others_under_way = true; }},
             {"order 7", one, [&](Claim& c) { c.rivals = {rival}; }},
             {"order 7", one, [&](Claim& c) { c.rivals = {unpriced}; }},
         }) {
        auto asked = claim();
        row.change(asked);
        auto judged = judge(row.scan, asked);
        EXPECT_FALSE(judged.number) << row.why;
        EXPECT_THAT(judged.why_not, HasSubstr(row.why));
    }
}

TEST(Judgement, is_not_kept_by_rivals_that_cannot_have_it)
{
    auto asked = claim();
    asked.rivals = {{OrderId{7}, {150, 0}, Money::parse("0.90")},   // it was sent after that number
                    {OrderId{8}, {10, 150}, Money::parse("0.90")},  // … before it
                    {OrderId{9}, {100, 0}, Money::parse("12.5")}};  // it costs something else
    EXPECT_EQ(judge(whole({orphan("150", "0.90")}), asked).number, "150");
}

// What the rule is there for: two of one price, and the first of them is somebody else's.
TEST(Judgement, control_without_the_rule_of_the_only_one_the_wrong_order_would_be_taken)
{
    auto loose = [](const Scan& scan, const Claim& asked) -> std::optional<std::string> {
        for (const auto& one : scan.orphans)
            if (matches(one, asked)) return one.number;
        return std::nullopt;
    };
    const std::string ours = "160";
    auto scan = whole({orphan("150", "0.90"), orphan(ours, "0.90")});
    EXPECT_NE(loose(scan, claim()), ours) << "the control shows nothing";
    EXPECT_FALSE(judge(scan, claim()).number);
}

TEST(Counted, is_a_number_of_up_to_18_digits)
{
    EXPECT_EQ(counted("23501"), 23'501u);
    EXPECT_EQ(counted("999999999999999999"), 999'999'999'999'999'999u);
    for (auto wrong : {"", "1000000000000000000", "12a", "-1", "1.5"}) EXPECT_FALSE(counted(wrong)) << wrong;
}

class Gaps : public Orders {
protected:
    Attempt take(const std::string& order_number, const std::string& supplier_number, Duration takes = 1s)
    {
        auto attempt = begin(add(order_number, {{"url", "https://t.me/p" + order_number}}).id);
        now += takes;
        end(attempt, accepted(supplier_number));
        return attempt;
    }

    std::optional<Gap> gap(const Attempt& attempt)
    {
        return read([&](db::Tx& tx) { return gap_of(tx, find_attempt(tx, attempt.id).value()); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, Gaps, db::both_databases(), db::dialect_name);

TEST_P(Gaps, lie_between_the_last_number_before_the_request_and_the_first_after_the_loss)
{
    auto lost = begin(add("1").id);
    now += 1s;
    end(lost, unknown());
    EXPECT_FALSE(gap(lost)) << "nothing is known before it";

    now += 1s;
    take("2", "23502"), take("3", "23501");
    now += 1s;
    auto slow = begin(add("4", {{"url", "https://t.me/p4"}}).id);
    auto second = begin(add("5", {{"url", "https://t.me/p5"}}).id);
    now += 30s;
    end(second, unknown());
    EXPECT_EQ(gap(second)->after, 23'502u);
    EXPECT_EQ(gap(second)->before, 0u);
    end(slow, accepted("23510"));
    EXPECT_EQ(gap(second)->before, 0u) << "that one was written before the loss: ours may come after it";
    now += 1s;
    take("6", "23520"), take("7", "23519");
    EXPECT_EQ(gap(second)->before, 23'519u);
    EXPECT_TRUE(gap(second)->has(23'510) && !gap(second)->has(23'519) && !gap(second)->has(23'502));
}

TEST_P(Gaps, are_unknown_where_a_supplier_does_not_count_upwards)
{
    take("1", "900");
    now += 1s;
    auto lost = begin(add("2").id);
    now += 1s;
    end(lost, unknown());
    now += 1s;
    take("3", "700");
    EXPECT_FALSE(gap(lost));
}

}  // namespace
}  // namespace smg::orders
