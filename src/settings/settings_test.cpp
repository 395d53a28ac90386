#include "settings/settings.hpp"

#include <gmock/gmock.h>

#include <set>

#include "db/testing.hpp"

namespace smg::settings {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Time now = *from_stored("2026-11-22 17:00:00.000");

class SettingsStore : public db::OnBothDatabases {
protected:
    Result<void> set(std::string_view key, const std::string& value, Time at = now, const std::string& who = "Olena")
    {
        return db().write_now([&](db::Tx& tx) { return change(tx, master, at, key, value, who); });
    }

    Result<std::string> seen(std::string_view key)
    {
        return db().read_now([&](db::Tx& tx) { return shown(tx, master, key); });
    }

    std::optional<std::string> raw(std::string_view key)
    {
        return db().read_now(
            [&](db::Tx& tx) { return tx.first<std::string>("SELECT value FROM settings WHERE `key` = ?", key); });
    }

    Settings& loaded()
    {
        if (!settings_) settings_.emplace(db(), master);
        settings_->reload();
        return *settings_;
    }

    MasterKey master = MasterKey::random();

private:
    std::optional<Settings> settings_;
};
INSTANTIATE_TEST_SUITE_P(databases, SettingsStore, db::both_databases(), db::dialect_name);

TEST(KnownSettings, have_defaults_that_fit_and_names_that_are_unique)
{
    std::set<std::string_view> keys;
    for (const auto& setting : known()) {
        EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
        EXPECT_EQ(find(setting.key), &setting);
        EXPECT_FALSE(problem(setting, std::string(setting.fallback)))
            << setting.key << " " << *problem(setting, std::string(setting.fallback));
        EXPECT_TRUE(setting.help.ends_with('.')) << setting.key;
        EXPECT_LE(setting.key.size(), 100u) << "settings.key";
        if (setting.kind == Kind::secret) {
            EXPECT_TRUE(setting.fallback.empty()) << setting.key;
        }
    }
    EXPECT_EQ(find("telegram"), nullptr);
    EXPECT_EQ(find(""), nullptr);
}

TEST_P(SettingsStore, begin_with_their_defaults)
{
    Settings settings(db(), master);
    for (int loads = 0; loads < 2; ++loads, settings.reload()) {
        EXPECT_EQ(settings.integer("suspicious.threshold"), 100);
        EXPECT_EQ(settings.text("telegram.language"), "uk");
        EXPECT_FALSE(settings.flag("telegram.allow_private"));
        EXPECT_EQ(settings.seconds("sending.timeout_s"), 30s);
        EXPECT_TRUE(settings.secret("telegram.token").empty());
        EXPECT_THAT(settings.list("telegram.chat_id"), IsEmpty());
    }
    EXPECT_EQ(seen("suspicious.threshold"), "100");
    EXPECT_THROW(settings.text("no.such"), std::logic_error);
}

TEST_P(SettingsStore, are_in_force_after_the_next_reload)
{
    Settings settings(db(), master);
    ASSERT_TRUE(set("suspicious.threshold", "60"));
    ASSERT_TRUE(set("telegram.allow_private", "true"));
    ASSERT_TRUE(set("telegram.chat_id", " -100123 ,\n@shop,, 7 "));
    EXPECT_EQ(settings.integer("suspicious.threshold"), 100);
    settings.reload();
    EXPECT_EQ(settings.integer("suspicious.threshold"), 60);
    EXPECT_TRUE(settings.flag("telegram.allow_private"));
    EXPECT_THAT(settings.list("telegram.chat_id"), ElementsAre("-100123", "@shop", "7"));
    ASSERT_TRUE(set("suspicious.threshold", "70"));
    EXPECT_EQ(seen("suspicious.threshold"), "70");
    settings.reload();
    EXPECT_EQ(settings.integer("suspicious.threshold"), 70);
}

TEST_P(SettingsStore, note_who_changed_them_and_when)
{
    ASSERT_TRUE(set("suspicious.threshold", "60", now, "Olena"));
    ASSERT_TRUE(set("suspicious.threshold", "60", now + 1h, "Petro"));
    auto row = db().read_now([](db::Tx& tx) {
        return *tx.first<std::tuple<Time, Time, std::string>>(
            "SELECT created_at, updated_at, updated_by FROM settings WHERE `key` = ?", "suspicious.threshold");
    });
    EXPECT_EQ(row, std::tuple(now, now + 1h, "Petro"));
}

TEST_P(SettingsStore, announce_each_change_and_no_refusal)
{
    std::mutex mutex;
    int heard = 0;
    db().listen([&](const db::Announcement& what) {
        std::lock_guard lock(mutex);
        heard += what.topic == "settings";
    });
    EXPECT_TRUE(set("suspicious.threshold", "60"));
    EXPECT_FALSE(set("suspicious.threshold", "many"));
    EXPECT_FALSE(set("no.such", "1"));
    db().listen({});
    EXPECT_EQ(heard, 1);
}

TEST_P(SettingsStore, that_are_secret_are_sealed_at_rest)
{
    const std::string token = "123456:AAH-secret-of-the-bot-4f2a";
    ASSERT_TRUE(set("telegram.token", token));
    EXPECT_EQ(loaded().secret("telegram.token").reveal(), token);
    auto at_rest = raw("telegram.token");
    ASSERT_TRUE(at_rest);
    EXPECT_THAT(*at_rest, Not(HasSubstr("secret")));
    EXPECT_TRUE(at_rest->starts_with("v1." + master.id() + "."));
    EXPECT_EQ(seen("telegram.token"), "…4f2a");
    // Control: what is no secret is kept as it is written.
    ASSERT_TRUE(set("telegram.language", token));
    EXPECT_EQ(raw("telegram.language"), token);

    ASSERT_TRUE(set("telegram.token", ""));
    EXPECT_EQ(raw("telegram.token"), "");
    EXPECT_EQ(seen("telegram.token"), "");
    EXPECT_TRUE(loaded().secret("telegram.token").empty());
}

TEST_P(SettingsStore, that_were_sealed_for_another_row_or_key_do_not_open)
{
    ASSERT_TRUE(set("telegram.token", "123456:the-secret-of-the-bot"));
    MasterKey other = MasterKey::random();
    Settings foreign(db(), other);
    foreign.reload();
    EXPECT_TRUE(foreign.secret("telegram.token").empty());
    auto shown_to_other = db().read_now([&](db::Tx& tx) { return shown(tx, other, "telegram.token"); });
    EXPECT_EQ(shown_to_other, "… (made with another master key)");

    db().write_now([&](db::Tx& tx) -> Result<void> {
        auto moved = master.seal(Secret("123456:the-secret-of-the-bot"), "settings|value|mono.key");
        tx.execute("UPDATE settings SET value = ? WHERE `key` = 'telegram.token'", moved);
        return {};
    });
    EXPECT_TRUE(loaded().secret("telegram.token").empty());
}

struct Value {
    std::string_view key;
    std::string value;
    std::string_view problem;  // empty: it fits
};

TEST_P(SettingsStore, refuse_values_that_do_not_fit_and_keep_the_old_one)
{
    const std::vector<Value> values{
        {"suspicious.threshold", "1", ""},
        {"suspicious.threshold", "10000", ""},
        {"suspicious.threshold", "0", "must be a whole number from 1 to 10000"},
        {"suspicious.threshold", "10001", "must be a whole number from 1 to 10000"},
        {"suspicious.threshold", "", "must be a whole number from 1 to 10000"},
        {"suspicious.threshold", "1.5", "must be a whole number from 1 to 10000"},
        {"suspicious.threshold", "99999999999999999999", "must be a whole number from 1 to 10000"},
        {"telegram.allow_private", "0", ""},
        {"telegram.allow_private", "yes", "must be 1 or 0"},
        {"telegram.allow_private", "", "must be 1 or 0"},
        {"sending.second_person_above", "500.25", ""},
        {"sending.second_person_above", "a lot", "must be a decimal number with at most 8 decimals"},
        {"telegram.api_url", "", ""},
        {"telegram.api_url", "http://127.0.0.1:8081", ""},
        {"telegram.api_url", "ftp://a.example", "must be an address that begins with https:// or http://"},
        {"telegram.api_url", "https://a b", "must be an address that begins with https:// or http://"},
        {"telegram.language", std::string(100'000, 'x'), ""},
        {"telegram.language", std::string(100'001, 'x'), "must be at most 100000 bytes"},
        {"telegram.token", "\xFF", "must be UTF-8"},
    };
    for (const auto& [key, value, wrong] : values) {
        auto before = raw(key);
        auto changed = set(key, value);
        ASSERT_EQ(changed.has_value(), wrong.empty()) << key << " " << value.substr(0, 40);
        if (changed) continue;
        EXPECT_EQ(changed.error().code, Code::invalid);
        ASSERT_EQ(changed.error().fields.size(), 1u);
        EXPECT_EQ(changed.error().fields[0].field, key);
        EXPECT_EQ(changed.error().message, std::string(key) + " " + std::string(wrong));
        EXPECT_EQ(raw(key), before);
    }
}

TEST_P(SettingsStore, of_unknown_names_are_not_found)
{
    auto changed = set("no.such", "1");
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, Code::not_found);
    EXPECT_EQ(seen("no.such").error().code, Code::not_found);
    EXPECT_FALSE(raw("no.such"));
}

TEST_P(SettingsStore, that_another_version_wrote_do_no_harm)
{
    db().write_now([](db::Tx& tx) -> Result<void> {
        tx.execute(
            "INSERT INTO settings (`key`, value) VALUES ('of.tomorrow', '1'), ('suspicious.threshold', 'high'), "
            "('telegram.language', NULL)");
        return {};
    });
    auto& settings = loaded();
    EXPECT_EQ(settings.integer("suspicious.threshold"), 100);
    EXPECT_EQ(settings.text("telegram.language"), "uk");
    EXPECT_EQ(seen("telegram.language"), "uk");
}

}  // namespace
}  // namespace smg::settings
