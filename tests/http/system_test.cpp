// The page /system: what the program says of itself, and what a person may do about it.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include <set>

#include "http/person.hpp"
#include "support/mariadb.hpp"

namespace smg::test {
namespace {

using testing::IsSupersetOf;

class System : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, System, both_databases(), name_of);

const std::map<std::string, std::string> serves_only = {{"SMGCRM_ROLES", "web,realtime"}};

void sql(Installation& crm, On on, const std::string& text)
{
    if (on == On::mariadb) {
        shared_mariadb().execute("USE `" + crm.data().filename().string() + "`; " + text);
        return;
    }
    auto done = run("sqlite3", {{(crm.data() / "smgcrm.db").string(), text}});
    if (done.exit != Exit{0, 0}) throw std::runtime_error(text + ": " + done.err);
}

json::object task_of(const Reply& system, const std::string& name)
{
    for (const auto& task : system.body.at("data").at("tasks").as_array())
        if (text_at(task, "name") == name) return task.as_object();
    ADD_FAILURE() << "no task " << name << " in " << system.http.body;
    return {};
}

/// Whoever of the administrators asks.
struct Admin {
    explicit Admin(Installation& installation) : crm(installation), token(installation.add_token("admin")) {}

    Reply system() { return get(crm.url("/api/v1/system"), token); }
    Reply run(const std::string& task)
    {
        return post(crm.url("/api/v1/system/tasks/" + task + "/run"), token, json::object());
    }
    Reply audit(const std::string& action) { return get(crm.url("/api/v1/audit?action=" + action), token); }

    Installation& crm;
    std::string token;
};

TEST_P(System, says_how_it_is)
{
    Installation crm(GetParam());
    Admin admin(crm);
    ASSERT_TRUE(eventually([&] { return text_at(task_of(admin.system(), "statuses"), "result") == "done"; }));
    auto system = admin.system();
    auto statuses = task_of(system, "statuses");
    EXPECT_EQ(text_at(statuses, "period_s"), "1");
    EXPECT_NE(text_at(statuses, "started_at"), "null");
    EXPECT_NE(text_at(statuses, "duration_ms"), "null");
    EXPECT_EQ(text_at(statuses, "late"), "false");
    EXPECT_GE(text_at(statuses, "next_at"), text_at(statuses, "started_at"));
    EXPECT_EQ(system.text("data.database.kind"), GetParam() == On::sqlite ? "SQLite" : "MariaDB");
    EXPECT_GT(system.number("data.database.size_bytes"), 10'000);
    EXPECT_GT(system.number("data.database.latency_us"), 0);
    EXPECT_EQ(system.text("data.database.wal_bytes") == "null", GetParam() == On::mariadb);
    EXPECT_GT(system.number("data.disk.free_bytes"), 0);
    EXPECT_GE(system.number("data.disk.total_bytes"), system.number("data.disk.free_bytes"));
    EXPECT_GE(system.number("data.connections.http"), 1);
    EXPECT_EQ(system.text("data.connections.realtime"), "0");
    EXPECT_EQ(system.text("data.suppliers.0.name"), "Supplier 1");
    EXPECT_EQ(system.text("data.suppliers.0.circuit.state"), "closed");
    EXPECT_EQ(system.text("data.nodes.0.version"), system.text("data.program.version"));
    EXPECT_TRUE(system.text("data.program.compiler").starts_with("Clang ")) << system.http.body;
    EXPECT_NE(system.text("data.program.build"), "");
    EXPECT_EQ(system.text("data.program.roles.0"), "web");
    auto metrics = get(crm.url("/metrics"), "").http.body;
    for (auto name : {"smgcrm_realtime_connections 0", "smgcrm_realtime_channels 0", "smgcrm_http_connections "})
        EXPECT_TRUE(metrics.contains(name)) << name;
}

TEST_P(System, shows_what_waits_in_the_queue_and_for_whom)
{
    Installation crm(GetParam());
    Admin admin(crm);
    ASSERT_EQ(crm.pause(true).status(), 200);
    crm.order(order_of("1"));
    auto system = admin.system();
    json::object sends;
    for (const auto& kind : system.body.at("data").at("queue").as_array())
        if (text_at(kind, "kind") == "order.send") sends = kind.as_object();
    EXPECT_EQ(text_at(sends, "due"), "1") << system.http.body;
    EXPECT_EQ(text_at(sends, "running"), "0");
    EXPECT_NE(text_at(sends, "oldest_due"), "null");
    EXPECT_NE(system.text("data.suppliers.0.paused_at"), "null");
    EXPECT_EQ(system.text("data.suppliers.0.waiting"), "1");
}

TEST(SystemAccess, is_for_administrators_alone)
{
    Installation crm(On::sqlite);
    std::map<std::string, int> people = {{"", 401}, {crm.shop(), 403}, {crm.manager(), 403}, {crm.add_token("user"), 403}};
    for (const auto& [token, status] : people) {
        EXPECT_EQ(get(crm.url("/api/v1/system"), token).status(), status);
        EXPECT_EQ(get(crm.url("/api/v1/system/log"), token).status(), status);
        EXPECT_EQ(post(crm.url("/api/v1/system/tasks/cleaning/run"), token, json::object()).status(), status);
    }
    Admin admin(crm);
    EXPECT_EQ(admin.audit("task").list("data").size(), 0U) << "nobody of them ran anything";
    EXPECT_EQ(admin.system().status(), 200);
    EXPECT_EQ(get(crm.url("/api/v1/system/log"), admin.token).status(), 200);
    EXPECT_EQ(admin.run("cleaning").status(), 204);
}

TEST_P(System, runs_a_task_when_asked_and_not_twice)
{
    Installation crm(GetParam());
    Admin admin(crm);
    crm.stop();
    crm.start(serves_only);
    auto earlier = text_at(task_of(admin.system(), "cleaning"), "started_at");
    EXPECT_EQ(admin.run("cleaning").status(), 204);
    auto second = admin.run("cleaning");
    EXPECT_EQ(second.status(), 409) << "nobody here works it off";
    EXPECT_EQ(second.text("message"), "This task runs already, or is about to.");
    EXPECT_EQ(admin.run("nonsense").status(), 404);
    auto audit = admin.audit("task.run");
    ASSERT_EQ(audit.list("data").size(), 1U) << "what was refused was not done";
    EXPECT_EQ(audit.text("data.0.subject"), "task cleaning");
    EXPECT_EQ(audit.text("data.0.actor"), "Olena the admin");
    crm.stop();
    crm.start();
    EXPECT_TRUE(eventually([&] {
        auto task = task_of(admin.system(), "cleaning");
        return text_at(task, "started_at") != earlier && text_at(task, "result") == "done";
    })) << admin.system().http.body;
}

TEST_P(System, a_dead_job_is_retried_or_discarded_and_the_audit_log_says_by_whom)
{
    Installation crm(GetParam());
    Admin admin(crm);
    crm.stop();
    for (auto kind : {"order.batch", "made.up"})
        sql(crm, GetParam(),
            fmt::format(
                "INSERT INTO jobs (kind, payload, run_at, created_at, dead_at, last_error, tries) VALUES ('{}', '{{}}', "
                "'2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000', 'it broke', 8)",
                kind));
    crm.start();
    auto dead = get(crm.url("/api/v1/jobs/dead"), admin.token);
    ASSERT_EQ(dead.list("data").size(), 2U);
    auto made_up = dead.text("data.0.id"), batch = dead.text("data.1.id");
    EXPECT_EQ(post(crm.url("/api/v1/jobs/" + batch + "/retry"), crm.manager(), json::object()).status(), 403);
    EXPECT_EQ(post(crm.url("/api/v1/jobs/" + batch + "/retry"), admin.token, json::object()).status(), 204);
    EXPECT_EQ(http_call("DELETE", crm.url("/api/v1/jobs/" + made_up), bearer(admin.token)).status, 204);
    EXPECT_EQ(post(crm.url("/api/v1/jobs/" + made_up + "/retry"), admin.token, json::object()).status(), 404);
    auto retried = admin.audit("job.retry"), discarded = admin.audit("job.discard");
    ASSERT_EQ(retried.list("data").size(), 1U);
    ASSERT_EQ(discarded.list("data").size(), 1U);
    EXPECT_EQ(retried.text("data.0.subject"), "job " + batch);
    EXPECT_EQ(retried.text("data.0.detail"), "order.batch: it broke");
    EXPECT_EQ(retried.text("data.0.actor"), "Olena the admin");
    EXPECT_EQ(discarded.text("data.0.subject"), "job " + made_up);
    EXPECT_EQ(discarded.text("data.0.detail"), "made.up: it broke");
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");
}

// What comes into the program and must not come out of it: planted wherever a log could have caught it.
TEST_P(System, the_log_shows_its_end_and_no_secret)
{
    const std::string key = "planted-supplier-key-5521", telegram = "77:planted-telegram-token",
                      wrong = "planted wrong password",
                      bearer_token = "smg_1_plantedplantedplantedplantedplantedplantedplan",
                      login = "planted-panel-password";
    Installation crm(GetParam(), {.environment = {{"SMGCRM_LOG_LEVEL", "debug"}}});
    add_user(crm, "admin@ukr.net", "admin");
    Admin admin(crm);
    crm.set({{"telegram.token", telegram},
             {"telegram.chat_id", "4711"},
             {"telegram.api_url", "http://127.0.0.1:9"},
             {"telegram.allow_private", "1"}});
    auto made = post(crm.url("/api/v1/suppliers"), admin.token,
                     json::object{{"name", "Planted"},
                                  {"api_url", "http://127.0.0.1:9/api/v2"},
                                  {"api_key", key},
                                  {"password", login},
                                  {"allow_private", true}});
    ASSERT_EQ(made.status(), 201) << made.http.body;
    post(crm.url("/api/v1/suppliers/" + made.text("data.id") + "/test"), admin.token, json::object());
    get(crm.url("/api/v1/orders?token=" + bearer_token), bearer_token);
    EXPECT_EQ(Person(crm).sign_in("admin@ukr.net", wrong).status(), 422);
    signed_in(crm, "admin@ukr.net");
    crm.order(order_of("1", {{"client_email", "x@mailinator.com"}}));  // is told to Telegram, in vain

    auto log_of = [&](const std::string& query) { return get(crm.url("/api/v1/system/log" + query), admin.token); };
    ASSERT_TRUE(eventually([&] { return log_of("").http.body.contains("notices: "); })) << log_of("").http.body;
    auto all = log_of("?per_page=1000");
    EXPECT_TRUE(all.http.body.contains(" listens on ")) << "the control: it is the log";
    EXPECT_EQ(all.text("meta.level"), "debug");
    EXPECT_FALSE(all.http.body.contains("/setup#")) << "the link of the first account is printed, not logged";
    for (const auto& secret : {key, telegram, wrong, bearer_token, login, std::string(a_password), admin.token, crm.shop()})
        EXPECT_FALSE(all.http.body.contains(secret)) << secret;
    // What people see is what the log itself has.
    for (const auto& line : all.list("data")) EXPECT_TRUE(crm.server().says(text_at(line, "text"))) << text_at(line, "text");

    std::set<std::string> levels;
    for (const auto& line : log_of("?level=warning").list("data")) levels.insert(text_at(line, "level"));
    EXPECT_THAT((std::set<std::string>{"warning", "error"}), IsSupersetOf(levels));
    EXPECT_FALSE(levels.empty());
    EXPECT_EQ(log_of("?per_page=1").list("data").size(), 1U);
    EXPECT_EQ(log_of("?per_page=0").status(), 422);
    EXPECT_EQ(log_of("?level=loud").status(), 422);
}

}  // namespace
}  // namespace smg::test
