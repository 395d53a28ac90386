#include <fmt/core.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <cstdlib>
#include <set>

#include "base/failpoint.hpp"
#include "chaos/audit.hpp"
#include "chaos/node.hpp"

// Every crash point of docs/decisions/0007-send-journal.md: the program is killed or frozen there, and what is found
// afterwards is what the table says. Each point is passed SMGCRM_CHAOS_HITS times, 1 unless it is given.
namespace smg::test {
namespace {

using namespace std::chrono_literals;

int hits()
{
    auto text = std::getenv("SMGCRM_CHAOS_HITS");
    return text ? std::max(1, std::atoi(text)) : 1;
}

std::map<std::string, std::string> armed(std::string_view point, int hit, std::string_view action)
{
    return {{"SMGCRM_FAILPOINT", fmt::format("{}:{}:{}", point, hit, action)}, {"SMGCRM_TEST_RERUN_ONE_IN", "0"}};
}

std::string states(const Reply& order)
{
    std::string list;
    if (!order.body.is_object()) return list;
    for (const auto& attempt : order.body.at("data").at("attempts").as_array())
        list += (list.empty() ? "" : ",") + text_at(attempt, "state");
    return list;
}

struct Point {
    std::string_view crash;  // as the table names it
    std::string_view point;
    std::string_view action;
    std::string_view phase;   // where the order comes to
    std::string_view states;  // of its attempts
    int adds;
};

std::string named(const std::string& crash, std::string_view point, std::string_view action)
{
    auto name = fmt::format("{}_{}_{}", crash, point, action);
    std::ranges::replace(name, '.', '_');
    return name;
}

// ---- Killed, or told that nobody knows whether a commit was kept

constexpr Point killed[] = {
    {"C0", "intake.before_commit", "kill", "completed", "accepted", 1},
    {"C1", "intake.committed", "kill", "completed", "accepted", 1},
    {"C2", "send.prepared", "kill", "completed", "not_sent,accepted", 1},
    {"C2", "send.connected", "kill", "completed", "not_sent,accepted", 1},
    {"C3a", "send.marked", "kill", "completed", "not_sent,accepted", 1},
    {"C3b", "send.journaled", "kill", "uncertain", "unknown", 0},
    {"C4", "send.written", "kill", "uncertain", "unknown", 1},
    {"C5", "send.answered", "kill", "uncertain", "unknown", 1},
    {"C6", "send.replied", "kill", "completed", "accepted", 1},
    {"C7", "send.marked_unknown", "fail", "completed", "not_sent,accepted", 1},
    {"C8", "send.saved_unknown", "fail", "completed", "accepted", 1},
};

class CrashPoint : public testing::TestWithParam<std::tuple<Point, On>> {
protected:
    void SetUp() override
    {
        if (!has_failpoints) GTEST_SKIP() << "this build has no failpoints";
    }
};

std::string crash_name(const testing::TestParamInfo<std::tuple<Point, On>>& info)
{
    const auto& [point, on] = info.param;
    return named(std::string(point.crash), point.point, point.action) + (on == On::sqlite ? "_sqlite" : "_mariadb");
}

INSTANTIATE_TEST_SUITE_P(All, CrashPoint, testing::Combine(testing::ValuesIn(killed), both_databases()), crash_name);

using Acknowledged = std::map<std::string, std::string>;

// One order after the other, so that the last of them is the one at the crash point.
void order_until(Installation& crm, const Point& point, int hit, Acknowledged& acknowledged)
{
    for (int i = 1; i <= hit; ++i) {
        auto number = fmt::format("{}{:02}", hit, i);
        auto reply = crm.create(order_of(number));
        if (reply.status() == 200) acknowledged[number] = reply.http.body;
        if (i == hit) break;
        ASSERT_EQ(reply.status(), 200) << reply.http.body << reply.http.error;
        ASSERT_TRUE(crm.becomes(reply.number("order_id"), "completed")) << number;
    }
    if (point.action == "kill") {
        auto exit = crm.server().wait();
        ASSERT_TRUE(exit) << point.point << " is never passed";
        ASSERT_EQ(*exit, (Exit{-1, SIGKILL}));
        crm.start();
    }
}

TEST_P(CrashPoint, is_recovered_from_as_the_table_says)
{
    const auto& [point, on] = GetParam();
    Installation crm(on, {.settings = {{"sending.timeout_s", "10"}}, .supplier = {"--latency-ms", "200"}});
    Acknowledged acknowledged;
    std::size_t uncertain = 0;
    for (int hit = 1; hit <= hits(); ++hit) {
        crm.stop();
        crm.start(armed(point.point, hit, point.action));
        ASSERT_NO_FATAL_FAILURE(order_until(crm, point, hit, acknowledged));
        auto victim = fmt::format("{}{:02}", hit, hit);
        bool had_reply = acknowledged.contains(victim);
        auto again = crm.create(order_of(victim));
        ASSERT_EQ(again.status(), 200) << again.http.body;
        EXPECT_EQ(again.replayed(), point.crash != "C0") << "an order is there once it is committed, and not before";
        if (point.crash == "C0" || point.crash == "C1") EXPECT_FALSE(had_reply);
        acknowledged.try_emplace(victim, again.http.body);
        auto id = again.number("order_id");
        EXPECT_TRUE(crm.becomes(id, point.phase)) << crm.order(id).http.body;
        auto order = crm.order(id);
        EXPECT_EQ(states(order), point.states) << order.http.body;
        EXPECT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of(victim)) == point.adds; }))
            << crm.supplier().adds_for(link_of(victim));
        if (point.phase == "uncertain") EXPECT_EQ(order.text("data.reason"), "restart");
        if (point.phase == "uncertain") ++uncertain;
    }
    auto found = audit(crm, acknowledged);
    EXPECT_TRUE(found.clean()) << found.summary();
    EXPECT_EQ(found.uncertain, uncertain);
}

// A supplier's refusal is as much of an answer.
TEST_F(CrashPoint, C6_a_refusal_comes_out_of_the_journal_as_well)
{
    Installation crm(On::sqlite);
    crm.stop();
    crm.start(armed("send.replied", 1, "kill"));
    auto unknown_service = order_of("1", {{"supplier_service_id", "99999"}});
    crm.create(unknown_service);
    ASSERT_TRUE(crm.server().wait());
    crm.start();
    auto id = crm.create(unknown_service).number("order_id");
    EXPECT_TRUE(crm.becomes(id, "notaccepted")) << crm.order(id).http.body;
    EXPECT_EQ(states(crm.order(id)), "rejected");
}

// ---- Frozen for longer than the time from the commit to the first byte

constexpr Point frozen[] = {
    {"C2", "send.prepared", "stop", "completed", "accepted", 1},
    {"C2", "send.connected", "stop", "completed", "accepted", 1},
    {"C9", "send.marked", "stop", "completed", "not_sent,accepted", 1},
    {"C9", "send.journaled", "stop", "completed", "not_sent,accepted", 1},
    {"C5", "send.answered", "stop", "completed", "accepted", 1},
    {"C9", "send.replied", "stop", "completed", "accepted", 1},
};

class FrozenAt : public CrashPoint {};
INSTANTIATE_TEST_SUITE_P(All, FrozenAt, testing::Combine(testing::ValuesIn(frozen), both_databases()), crash_name);

TEST_P(FrozenAt, a_process_that_wakes_late_writes_nothing_that_it_may_not)
{
    constexpr auto write_within = 200ms;
    const auto& [point, on] = GetParam();
    Installation crm(on, {.settings = {{"sending.timeout_s", "10"}}});
    Acknowledged acknowledged;
    for (int hit = 1; hit <= hits(); ++hit) {
        crm.stop();
        auto environment = armed(point.point, hit, point.action);
        environment["SMGCRM_TEST_WRITE_WITHIN_MS"] = std::to_string(write_within.count());
        crm.start(environment);
        ASSERT_NO_FATAL_FAILURE(order_until(crm, point, hit, acknowledged));
        ASSERT_TRUE(eventually([&] { return is_frozen(crm.server()); }));
        auto frozen_at = std::chrono::steady_clock::now();
        eventually([&] { return std::chrono::steady_clock::now() - frozen_at > 2 * write_within; });
        crm.server().thaw();
        auto victim = fmt::format("{}{:02}", hit, hit);
        auto reply = crm.create(order_of(victim));
        acknowledged.try_emplace(victim, reply.http.body);
        auto id = reply.number("order_id");
        EXPECT_TRUE(crm.becomes(id, point.phase)) << crm.order(id).http.body;
        EXPECT_EQ(states(crm.order(id)), point.states);
        EXPECT_EQ(crm.supplier().adds_for(link_of(victim)), point.adds);
    }
    auto found = audit(crm, acknowledged);
    EXPECT_TRUE(found.clean()) << found.summary();
    EXPECT_EQ(found.uncertain, 0U);
}

// ---- C9 and C11: frozen for so long that another node takes it for dead, and it wakes

struct TakenOver {
    std::string_view crash, point;
    std::string_view meanwhile;  // what the other node makes of it
    std::string_view states;     // in the end
};

constexpr TakenOver taken_over[] = {
    {"C9", "send.prepared", "completed", "not_sent,accepted"}, {"C9", "send.connected", "completed", "not_sent,accepted"},
    {"C9", "send.marked", "uncertain", "not_sent,accepted"},   {"C9", "send.journaled", "uncertain", "not_sent,accepted"},
    {"C9", "send.answered", "uncertain", "accepted"},          {"C9", "send.replied", "uncertain", "accepted"},
};

/// One node that freezes at a point, and a second one that comes after it.
struct TwoNodes {
    explicit TwoNodes(std::string_view point, int hit, const std::string& host = {})
        : crm(On::mariadb, {.settings = {{"sending.timeout_s", "10"}, {"sending.safe_wait_s", "0"}}})
    {
        crm.stop();
        auto environment = armed(point, hit, "stop");
        environment.insert(shift.variable());
        environment["SMGCRM_TEST_WRITE_WITHIN_MS"] = "300";
        if (!host.empty()) environment["SMGCRM_TEST_HOST"] = host;
        crm.start(environment);
        for (int i = 1; i <= hit; ++i) {
            auto reply = crm.create(order_of(std::to_string(i)));
            if (reply.status() == 200) acknowledged[std::to_string(i)] = reply.http.body;
            id = reply.number("order_id");
            if (i < hit) EXPECT_TRUE(crm.becomes(id, "completed"));
        }
        link = link_of(std::to_string(hit));
        EXPECT_TRUE(eventually([&] { return is_frozen(crm.server()); }));
        std::map<std::string, std::string> same{shift.variable()};
        if (!host.empty()) same["SMGCRM_TEST_HOST"] = "this machine";
        other.emplace(crm, same);
        // The shop may have been left without an answer; the order is the newest one in any case.
        id = other->get("/api/v1/orders?per_page=1").number("data.0.id");
    }

    // Time goes by, in steps that look to nobody like a pause.
    bool other_makes_it(std::string_view phase)
    {
        return eventually([&] {
            shift.by(10s);
            return other->phase(id) == phase;
        });
    }

    Shift shift;
    Installation crm;
    std::optional<Node> other;
    Acknowledged acknowledged;
    std::int64_t id = 0;
    std::string link;
};

class TakenOverAt : public testing::TestWithParam<TakenOver> {
protected:
    void SetUp() override
    {
        if (!has_failpoints) GTEST_SKIP() << "this build has no failpoints";
    }
};

INSTANTIATE_TEST_SUITE_P(All, TakenOverAt, testing::ValuesIn(taken_over),
                         [](const auto& info) { return named(std::string(info.param.crash), info.param.point, "stop"); });

TEST_P(TakenOverAt, two_nodes_send_an_order_once)
{
    const auto& row = GetParam();
    for (int hit = 1; hit <= hits(); ++hit) {
        TwoNodes nodes(row.point, hit);
        EXPECT_TRUE(nodes.other_makes_it(row.meanwhile)) << nodes.other->order(nodes.id).http.body;
        nodes.crm.server().thaw();
        EXPECT_TRUE(eventually([&] { return nodes.other->phase(nodes.id) == "completed"; }))
            << nodes.other->order(nodes.id).http.body;
        // Until its next heartbeat the one that woke may be taken for dead again before it writes anything.
        auto ended = states(nodes.other->order(nodes.id));
        while (ended.starts_with("not_sent,not_sent,")) ended.erase(0, std::string_view("not_sent,").size());
        EXPECT_EQ(ended, row.states);
        EXPECT_EQ(nodes.crm.supplier().adds_for(nodes.link), 1);
        auto found = audit(nodes.crm, nodes.acknowledged);
        EXPECT_TRUE(found.clean()) << found.summary();
    }
}

class WakingSender : public TakenOverAt {};

TEST_F(WakingSender, C11_writes_nothing_after_a_person_has_sent_the_order_again)
{
    for (int hit = 1; hit <= hits(); ++hit) {
        TwoNodes nodes("send.journaled", hit, "another machine");
        ASSERT_TRUE(nodes.other_makes_it("uncertain")) << nodes.other->order(nodes.id).http.body;
        Reply decided;
        EXPECT_TRUE(eventually([&] {
            decided = nodes.other->decide(nodes.id, "send_again", {{"confirm", true}});
            return decided.status() == 200;
        })) << decided.http.body;
        EXPECT_TRUE(eventually([&] { return nodes.other->phase(nodes.id) == "completed"; }))
            << nodes.other->order(nodes.id).http.body;
        nodes.crm.server().thaw();
        EXPECT_TRUE(eventually([&] { return history(nodes.crm.order(nodes.id)).contains("evidence"); }))
            << history(nodes.crm.order(nodes.id));
        EXPECT_EQ(nodes.crm.supplier().adds_for(nodes.link), 1);
        EXPECT_EQ(states(nodes.crm.order(nodes.id)), "resolved_absent,accepted");
        auto found = audit(nodes.crm, nodes.acknowledged);
        EXPECT_TRUE(found.clean()) << found.summary();
    }
}

TEST_F(WakingSender, C11_on_this_machine_is_known_by_its_lock_to_live)
{
    TwoNodes nodes("send.journaled", 1);
    ASSERT_TRUE(nodes.other_makes_it("uncertain")) << nodes.other->order(nodes.id).http.body;
    auto refused = nodes.other->decide(nodes.id, "send_again", {{"confirm", true}});
    EXPECT_EQ(refused.status(), 409);
    EXPECT_TRUE(refused.text("message").contains("not proven dead")) << refused.http.body;
    nodes.crm.kill();
    EXPECT_TRUE(
        eventually([&] { return nodes.other->decide(nodes.id, "send_again", {{"confirm", true}}).status() == 200; }));
    EXPECT_TRUE(eventually([&] { return nodes.other->phase(nodes.id) == "completed"; }));
    EXPECT_EQ(nodes.crm.supplier().adds_for(nodes.link), 1);
}

// ---- The tests themselves

TEST(CrashPoints, are_all_passed_by_these_tests)
{
    std::set<std::string_view> passed;
    for (const auto& one : killed) passed.insert(one.point);
    for (const auto& one : frozen) passed.insert(one.point);
    for (auto point : failpoints) EXPECT_TRUE(passed.contains(point)) << point;
}

// What the audit is for: a client that repeats what it has no answer to.
TEST(AuditControl, finds_an_order_that_was_sent_twice)
{
    for (bool retries : {false, true}) {
        Installation crm(On::sqlite, {.environment = {{"SMGCRM_TEST_RETRY_ON_TIMEOUT", retries ? "1" : "0"}},
                                      .supplier = {"--scenario", "close_after"}});
        auto reply = crm.create(order_of("1"));
        auto id = reply.number("order_id");
        EXPECT_TRUE(crm.becomes(id, "uncertain")) << crm.order(id).http.body;
        auto found = audit(crm, {{"1", reply.http.body}});
        EXPECT_EQ(found.clean(), !retries) << found.summary();
        EXPECT_EQ(found.doubled.size(), retries ? 1U : 0U);
        EXPECT_EQ(found.adds, retries ? 2U : 1U);
    }
}

TEST(AuditControl, finds_what_is_missing)
{
    Installation crm(On::sqlite);
    auto id = crm.order(order_of("1"));
    EXPECT_TRUE(crm.becomes(id, "completed"));
    EXPECT_TRUE(audit(crm, {{"1", crm.create(order_of("1")).http.body}}).clean());
    auto found = audit(crm, {{"2", R"({"success":true,"order_id":99,"wp_order_number":"2","status":"launching"})"}});
    EXPECT_EQ(found.missing, std::vector<std::string>{"2"});
    // A reply that is not the first one.
    found = audit(crm, {{"1", R"({"success":true,"order_id":1,"wp_order_number":"1","status":"completed"})"}});
    EXPECT_FALSE(found.clean());
}

}  // namespace
}  // namespace smg::test
