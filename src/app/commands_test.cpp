#include "app/commands.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "sites/token_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

class Commands : public db::OnBothDatabases {
protected:
    Result<std::string> run(std::string_view name, const json::object& options)
    {
        return run_command({db(), clock, master}, name, options);
    }

    std::int64_t count(const std::string& what)
    {
        return db().read_now([&](db::Tx& tx) { return *tx.first<std::int64_t>("SELECT COUNT(*) FROM " + what); });
    }

    std::vector<std::string> audit()
    {
        using Row = std::tuple<Time, std::string, std::string, std::string, std::string>;
        std::vector<std::string> lines;
        for (auto& [at, kind, actor, action, subject] : db().read_now([](db::Tx& tx) {
                 return tx.query<Row>("SELECT at, actor_kind, actor, action, subject FROM audit_log ORDER BY id");
             })) {
            EXPECT_EQ(at, clock.now());
            lines.push_back(kind + "|" + actor + "|" + action + "|" + subject);
        }
        return lines;
    }

    static json::object shop()
    {
        return {{"url", "https://shop.example"}, {"name", "Shop"}, {"currency", "UAH"}, {"allow_private", false}};
    }

    static json::object panel()
    {
        return {{"supplier_id", "1"},
                {"name", "Panel"},
                {"url", "https://panel.example/api/v2"},
                {"key", "the-key-of-the-panel"},
                {"flavor", "perfectpanel"},
                {"allow_private", true}};
    }

    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    MasterKey master = MasterKey::random();
};
INSTANTIATE_TEST_SUITE_P(databases, Commands, db::both_databases(), db::dialect_name);

TEST_P(Commands, site_add_gives_a_token_that_works)
{
    auto out = run("site add", shop());
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_THAT(*out, MatchesRegex(R"(\{"id":[0-9]+,"token":"smg_[0-9]+_[A-Za-z0-9_-]{43}"\})"));
    auto told = json::parse(*out)->get_object();
    auto token = std::string(told["token"].as_string());
    auto found = db().read_now([&](db::Tx& tx) { return sites::find_token(tx, clock.now(), token); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->site_id, SiteId{told["id"].as_int64()});
    EXPECT_THAT(audit(), ElementsAre("command|command line|site.add|site " + std::to_string(found->site_id->value)));
}

TEST_P(Commands, supplier_add_maps_and_seals)
{
    auto out = run("supplier add", panel());
    ASSERT_TRUE(out) << out.error().message;
    auto provider = db().read_now([](db::Tx& tx) { return suppliers::provider_for(tx, "1"); });
    ASSERT_TRUE(provider);
    EXPECT_EQ(*out, R"({"id":)" + std::to_string(provider->id.value) + "}");
    EXPECT_TRUE(provider->allow_private);
    EXPECT_THAT(*provider->api_key, Not(HasSubstr("key-of")));
    EXPECT_THAT(audit(), ElementsAre("command|command line|supplier.add|supplier " + std::to_string(provider->id.value)));
}

TEST_P(Commands, user_add_keeps_a_hash)
{
    auto out =
        run("user add", {{"email", "Olena@ukr.net"}, {"name", "Олена"}, {"role", "admin"}, {"password", "right horse"}});
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ(count("users WHERE email = 'olena@ukr.net' AND password LIKE '$argon2id$%'"), 1);
    EXPECT_THAT(audit(), ElementsAre(testing::StartsWith("command|command line|user.add|user ")));
}

TEST_P(Commands, token_add_gives_a_token_of_the_role)
{
    auto out = run("token add", {{"role", "manager"}, {"name", "console"}});
    ASSERT_TRUE(out) << out.error().message;
    auto token = std::string(json::parse(*out)->get_object()["token"].as_string());
    auto found = db().read_now([&](db::Tx& tx) { return sites::find_token(tx, clock.now(), token); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->role, "manager");
    EXPECT_EQ(found->name, "console");
    EXPECT_THAT(audit(), ElementsAre("command|command line|token.add|manager token console"));
}

TEST_P(Commands, settings_are_set_and_shown_and_secrets_stay_out_of_the_audit)
{
    const std::string token = "123456:the-secret-of-the-bot";
    EXPECT_EQ(run("setting set", {{"values", {{"telegram.token", token}}}}), "");
    EXPECT_EQ(run("setting get", {{"key", "telegram.token"}}), "…-bot");
    EXPECT_EQ(run("setting set", {{"values", {{"suspicious.threshold", "60"}}}}), "");
    EXPECT_EQ(run("setting get", {{"key", "suspicious.threshold"}}), "60");
    EXPECT_THAT(audit(), ElementsAre("command|command line|setting.set|telegram.token",
                                     "command|command line|setting.set|suspicious.threshold"));
    EXPECT_EQ(count("audit_log WHERE detail IS NOT NULL"), 0);
}

TEST_P(Commands, migrate_shows_each_migration_as_done)
{
    auto out = run("migrate", {});
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_THAT(*out, HasSubstr("0001_seed_tables"));
    std::istringstream lines(*out);
    for (std::string name, done; lines >> name >> done;) {
        auto slash = done.find('/');
        EXPECT_EQ(done.substr(0, slash), done.substr(slash + 1)) << name;
        EXPECT_NE(done, "0/0");
    }
}

TEST_P(Commands, that_fail_change_nothing_and_leave_no_audit)
{
    struct Row {
        std::string name;
        json::object options;
        Code code;
        std::string field;  // empty: none
    };
    auto with = [](json::object options, std::string_view name, const json::value& value) {
        options[name] = value;
        return options;
    };
    const std::vector<Row> rows{
        {"site add", with(shop(), "currency", "XTS"), Code::invalid, "currency"},
        {"site add", with(shop(), "colour", "red"), Code::invalid, "colour"},
        {"site add", {{"name", "Shop"}, {"currency", "UAH"}, {"allow_private", false}}, Code::invalid, "url"},
        {"supplier add", with(panel(), "flavor", "vanilla"), Code::invalid, "flavor"},
        {"supplier add", with(panel(), "key", ""), Code::invalid, "key"},
        {"user add",
         {{"email", "o@ukr.net"}, {"name", "O"}, {"role", "admin"}, {"password", "short"}},
         Code::invalid,
         "password"},
        {"user add",
         {{"email", "o@ukr.net"}, {"name", "O"}, {"role", "king"}, {"password", "right horse"}},
         Code::invalid,
         "role"},
        {"token add", {{"role", "king"}, {"name", "x"}}, Code::invalid, "role"},
        {"token add", {{"role", "admin"}, {"name", ""}}, Code::invalid, "name"},
        {"token add", {{"role", "admin"}, {"name", std::string(256, 'x')}}, Code::invalid, "name"},
        {"setting set", {{"values", {{"calls.timeout_s", "4"}, {"no.such", "1"}}}}, Code::not_found, ""},
        {"setting set",
         {{"values", {{"calls.timeout_s", "4"}, {"suspicious.threshold", "x"}}}},
         Code::invalid,
         "suspicious.threshold"},
        {"setting get", {{"key", "no.such"}}, Code::not_found, ""},
        {"drop tables", {}, Code::not_found, ""},
        {"", {}, Code::not_found, ""},
    };
    for (const auto& [name, options, code, field] : rows) {
        auto failed = run(name, options);
        ASSERT_FALSE(failed) << name << " " << json::text_of(options).substr(0, 80);
        EXPECT_EQ(failed.error().code, code) << name;
        if (!field.empty()) {
            ASSERT_FALSE(failed.error().fields.empty()) << name;
            EXPECT_EQ(failed.error().fields[0].field, field) << name;
        }
    }
    EXPECT_THAT(audit(), IsEmpty());
    for (auto table : {"sites", "api_tokens", "users", "api_providers", "settings"}) EXPECT_EQ(count(table), 0) << table;
}

TEST_P(Commands, a_second_of_the_same_is_a_conflict_with_one_audit_row)
{
    ASSERT_TRUE(run("site add", shop()));
    EXPECT_EQ(run("site add", shop()).error().code, Code::conflict);
    ASSERT_TRUE(run("supplier add", panel()));
    EXPECT_EQ(run("supplier add", panel()).error().code, Code::conflict);
    EXPECT_EQ(audit().size(), 2u);
    EXPECT_EQ(count("api_tokens"), 1);
}

TEST_P(Commands, a_tokens_longest_name_fits_the_audit)
{
    auto out = run("token add", {{"role", "manager"}, {"name", std::string(255, 'x')}});
    ASSERT_TRUE(out);
    EXPECT_EQ(audit().size(), 1u);
}

}  // namespace
}  // namespace smg
