// What people are told when the work stands still, by whoever is left to tell it.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <ranges>

#include "chaos/node.hpp"

namespace smg::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Alarmed : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Alarmed, both_databases(), name_of);

const std::map<std::string, std::string> serves_only = {{"SMGCRM_ROLES", "web,realtime"}};

std::vector<json::value> notices(Installation& crm, const std::string& kind, const std::string& words = "")
{
    std::vector<json::value> found;
    for (const auto& notice : crm.get("/api/v1/notices?per_page=200").list("data"))
        if (text_at(notice, "kind") == kind && text_at(notice, "body").contains(words)) found.push_back(notice);
    return found;
}

bool open_notice(Installation& crm, const std::string& kind, const std::string& words = "")
{
    return std::ranges::any_of(notices(crm, kind, words), [](const auto& one) { return text_at(one, "seen_at") == "null"; });
}

bool taken_back(Installation& crm, const std::string& kind, const std::string& words = "")
{
    auto all = notices(crm, kind, words);
    return !all.empty() && std::ranges::all_of(all, [](const auto& one) { return text_at(one, "seen_by") == "SMG CRM"; });
}

std::string late(Installation& crm, const std::string& admin, const std::string& name)
{
    for (const auto& task : get(crm.url("/api/v1/system"), admin).body.at("data").at("tasks").as_array())
        if (text_at(task, "name") == name) return text_at(task, "late");
    return "none";
}

TEST_P(Alarmed, by_a_node_that_only_serves_when_no_task_runs_until_one_does)
{
    Shift shift;
    Installation crm(GetParam(), {.environment = {shift.variable()}});
    auto admin = crm.add_token("admin");
    crm.stop();
    crm.start(serves_only);
    shift.by(10min);
    ASSERT_TRUE(eventually([&] { return open_notice(crm, "task_overdue", "“orders”"); }));
    EXPECT_EQ(late(crm, admin, "orders"), "true");
    EXPECT_EQ(late(crm, admin, "cleaning"), "false") << "the control: its period is longer";
    EXPECT_TRUE(notices(crm, "task_overdue", "“cleaning”").empty());
    // A node that has just begun takes nothing back that others have found.
    crm.stop();
    crm.start(serves_only);
    shift.by(25min);
    ASSERT_TRUE(eventually([&] { return open_notice(crm, "task_overdue", "“balances”"); })) << "it has looked";
    EXPECT_TRUE(open_notice(crm, "task_overdue", "“orders”"));
    crm.stop();
    crm.start();
    for (auto task : {"orders", "errors", "balances"})
        post(crm.url(fmt::format("/api/v1/system/tasks/{}/run", task)), admin, json::object());
    EXPECT_TRUE(eventually([&] { return taken_back(crm, "task_overdue"); })) << crm.get("/api/v1/notices").http.body;
    EXPECT_EQ(late(crm, admin, "orders"), "false");
    EXPECT_EQ(notices(crm, "task_overdue", "“orders”").size(), 1U) << "one notice of one standstill";
}

TEST(Alarmed, of_tasks_that_never_ran_at_all)
{
    Shift shift;
    Installation crm(On::sqlite, {.environment = {shift.variable(), *serves_only.begin()}});
    shift.by(10min);
    EXPECT_TRUE(eventually([&] { return open_notice(crm, "task_overdue", "“errors”"); }));
}

// One bit in the middle of a journal with an order in it.
void damage_journals(const Installation& crm)
{
    for (const auto& entry : fs::directory_iterator(crm.data() / "journal")) {
        if (entry.path().extension() != ".log") continue;
        auto text = read_file(entry.path());
        auto at = text.find("\"go\"");
        if (at == std::string::npos) continue;
        text[at + 30] ^= 1;
        write_file(entry.path(), text);
        return;
    }
    FAIL() << "there is nothing to damage";
}

TEST(Alarmed, by_a_node_whose_journal_is_damaged_in_telegram_as_well)
{
    Shift shift;
    Telegram telegram;
    Installation crm(On::sqlite, {.environment = {shift.variable()}});
    crm.tell(telegram);
    ASSERT_TRUE(crm.becomes(crm.order(order_of("1")), "completed"));
    crm.kill();
    damage_journals(crm);
    crm.start();
    auto waiting = crm.order(order_of("2"));
    shift.by(20min);
    EXPECT_TRUE(eventually([&] { return open_notice(crm, "task_overdue", "“orders”"); })) << crm.server().err();
    EXPECT_TRUE(eventually([&] { return open_notice(crm, "in_flight", "Orders: 1"); }));
    EXPECT_TRUE(eventually([&] { return telegram.heard({"Task", "orders", "overdue"}); })) << crm.server().err();
    EXPECT_TRUE(eventually([&] { return telegram.heard({"In flight for more than 15 minutes"}); }));
    EXPECT_EQ(crm.phase(waiting), "launching") << "people are told, and nothing else is done";
    EXPECT_EQ(crm.supplier().adds_for(link_of("2")), 0);
    EXPECT_EQ(crm.command({"journal", "accept-damage"}).exit, (Exit{0, 0}));
    EXPECT_TRUE(eventually([&] { return taken_back(crm, "task_overdue"); })) << crm.get("/api/v1/notices").http.body;
    EXPECT_TRUE(eventually([&] { return taken_back(crm, "in_flight"); })) << crm.get("/api/v1/notices").http.body;
}

TEST_P(Alarmed, of_what_has_been_in_flight_for_a_quarter_of_an_hour_until_it_is_decided)
{
    Shift shift;
    Installation crm(GetParam(), {.environment = {shift.variable(), *serves_only.begin()}});
    crm.add_supplier("2", "http://127.0.0.1:9/api/v2");
    ASSERT_EQ(crm.pause(true).status(), 200);
    auto held = crm.order(order_of("held"));
    auto stuck = crm.order(order_of("stuck", {{"supplier_id", "2"}}));
    shift.by(14min);
    ASSERT_TRUE(eventually([&] { return open_notice(crm, "task_overdue", "“orders”"); })) << "the alarms have looked";
    EXPECT_TRUE(notices(crm, "in_flight").empty());
    shift.by(2min);
    ASSERT_TRUE(eventually([&] { return open_notice(crm, "in_flight", "Orders: 1"); }))
        << "not of the one whose supplier is paused" << crm.get("/api/v1/notices").http.body;
    crm.decide(stuck, "cancel");
    crm.stop();
    crm.start({{"SMGCRM_ROLES", "web,worker"}});  // background jobs are in flight as well
    EXPECT_TRUE(eventually([&] { return taken_back(crm, "in_flight"); })) << crm.get("/api/v1/notices").http.body;
    EXPECT_EQ(crm.phase(held), "launching");
}

}  // namespace
}  // namespace smg::test
