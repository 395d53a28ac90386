#include <fmt/core.h>
#include <gmock/gmock.h>

#include <fstream>

#include "chaos/audit.hpp"

// The send journal of a whole installation: damaged, moved, and older or younger than its database.
namespace smg::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class Journal : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Journal, both_databases(), name_of);

std::vector<fs::path> journals(const Installation& crm)
{
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(crm.data() / "journal"))
        if (entry.path().extension() == ".log") found.push_back(entry.path());
    return found;
}

// One bit in the middle of each journal with an order in it.
void damage(const Installation& crm)
{
    int damaged = 0;
    for (const auto& file : journals(crm)) {
        auto text = read_file(file);
        auto at = text.find("\"go\"");
        if (at == std::string::npos) continue;
        text[at + 30] ^= 1;
        write_file(file, text);
        ++damaged;
    }
    ASSERT_GT(damaged, 0);
}

// An order on its way, a crash, and its journal damaged.
std::int64_t crash_with_damage(Installation& crm)
{
    auto id = crm.order(order_of("1"));
    EXPECT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of("1")) == 1; }));
    crm.kill();
    damage(crm);
    return id;
}

Installation::Options slow() { return {.settings = {{"sending.timeout_s", "20"}}, .supplier = {"--latency-ms", "5000"}}; }

void goes_on_after_damage(Installation& crm, std::int64_t id, std::int64_t waiting)
{
    EXPECT_TRUE(crm.becomes(id, "uncertain")) << crm.order(id).http.body;
    EXPECT_EQ(crm.phase(waiting), "review");
    crm.supplier().change(json::object{{"latency_ms", 0}});
    auto fresh = crm.order(order_of("3"));
    EXPECT_TRUE(crm.becomes(fresh, "completed")) << crm.order(fresh).http.body;
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
    EXPECT_EQ(crm.supplier().adds_for(link_of("2")), 0);
    EXPECT_EQ(text_at(crm.result_of({"journal", "status"}), "damage"), "[]");
    crm.stop();
    crm.start();
    EXPECT_EQ(crm.phase(id), "uncertain");
}

TEST_P(Journal, a_damaged_one_stops_sending_and_nothing_else_until_a_person_accepts_it)
{
    Installation crm(GetParam(), slow());
    auto id = crash_with_damage(crm);
    crm.start();
    auto waiting = crm.order(order_of("2"));
    EXPECT_TRUE(crm.server().says("is damaged in line")) << crm.server().err();
    EXPECT_TRUE(crm.server().says("smgcrm journal accept-damage")) << crm.server().err();
    EXPECT_TRUE(eventually([&] { return crm.get("/api/v1/notices").http.body.contains("is damaged in line"); }));
    EXPECT_NE(text_at(crm.result_of({"journal", "status"}), "damage"), "[]");
    // Several rounds of the loop that would send.
    auto rounds = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    eventually([&] { return std::chrono::steady_clock::now() > rounds; });
    EXPECT_EQ(crm.phase(waiting), "launching");
    EXPECT_EQ(crm.phase(id), "sending");
    auto accepted = crm.command({"journal", "accept-damage"});
    EXPECT_EQ(accepted.exit, (Exit{0, 0})) << accepted.err;
    EXPECT_THAT(accepted.out, HasSubstr("1 orders are held for review"));
    goes_on_after_damage(crm, id, waiting);
    EXPECT_EQ(crm.command({"journal", "accept-damage"}).exit, (Exit{1, 0})) << "nothing is damaged any more";
}

TEST_P(Journal, damage_can_be_accepted_while_no_server_runs)
{
    Installation crm(GetParam(), slow());
    auto id = crash_with_damage(crm);
    crm.start();
    auto waiting = crm.order(order_of("2"));
    crm.stop();
    EXPECT_EQ(crm.command({"journal", "accept-damage"}).exit, (Exit{0, 0}));
    crm.start();
    goes_on_after_damage(crm, id, waiting);
}

// C10: what a person does who "just puts the file back".
TEST(OldDatabase, put_back_under_its_journal_sends_nothing_twice)
{
    Installation crm(On::sqlite);
    auto database = crm.data() / "smgcrm.db", copy = crm.data() / "copy.db";
    auto known = crm.order(order_of("known"));
    EXPECT_TRUE(crm.becomes(known, "completed"));
    crm.pause(true);
    auto sent = crm.order(order_of("sent")), silent = crm.order(order_of("silent")), unsent = crm.order(order_of("unsent"));
    crm.stop();
    fs::copy_file(database, copy);
    crm.start();
    crm.decide(unsent, "cancel");  // so that it stays the one order that nobody ever sent
    crm.pause(false);
    EXPECT_TRUE(crm.becomes(sent, "completed"));
    EXPECT_TRUE(crm.becomes(silent, "completed"));
    auto later = crm.create(order_of("later"));
    EXPECT_TRUE(crm.becomes(later.number("order_id"), "completed"));
    crm.stop();
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(database.string() + ending);
    fs::rename(copy, database);
    crm.start();

    EXPECT_TRUE(crm.server().says("this database is of the past")) << crm.server().err();
    crm.pause(false);
    for (auto id : {sent, silent}) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_TRUE(crm.becomes(unsent, "review"));
    auto again = crm.create(order_of("later"));
    EXPECT_EQ(again.status(), 200) << again.http.body;
    auto held = crm.order(again.number("order_id"));
    EXPECT_EQ(held.text("data.phase"), "review") << held.http.body;
    EXPECT_EQ(held.text("data.reason"), "lost_send");
    auto fresh = crm.order(order_of("fresh"));
    EXPECT_TRUE(crm.becomes(fresh, "completed")) << crm.order(fresh).http.body;
    for (const char* number : {"known", "sent", "silent", "later", "fresh"})
        EXPECT_EQ(crm.supplier().adds_for(link_of(number)), 1) << number;
    EXPECT_EQ(crm.supplier().adds_for(link_of("unsent")), 0);
    crm.stop();
    crm.start();
    EXPECT_EQ(crm.server().err().find("of the past"), std::string::npos) << "once";
}

TEST(OldDatabase, moved_without_its_journal_sends_nothing)
{
    Installation crm(On::sqlite);
    EXPECT_TRUE(crm.becomes(crm.order(order_of("1")), "completed"));
    crm.pause(true);
    auto waiting = crm.order(order_of("2"));
    crm.stop();
    fs::remove_all(crm.data() / "journal");
    crm.start();
    crm.pause(false);
    EXPECT_TRUE(crm.becomes(waiting, "review"));
    EXPECT_TRUE(crm.server().says("its send journal is missing")) << crm.server().err();
    crm.stop();
    crm.start();
    EXPECT_TRUE(crm.becomes(crm.order(order_of("3")), "completed"));
}

// Control for both: a plain restart is no such thing.
TEST(OldDatabase, a_restart_is_no_reason_for_alarm)
{
    Installation crm(On::sqlite);
    crm.pause(true);
    auto waiting = crm.order(order_of("1"));
    for (int i = 0; i < 2; ++i) {
        crm.stop();
        crm.start();
    }
    crm.pause(false);
    EXPECT_TRUE(crm.becomes(waiting, "completed"));
}

}  // namespace
}  // namespace smg::test
