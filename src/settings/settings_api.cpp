#include "settings/settings_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "http/bind.hpp"
#include "settings/settings.hpp"

namespace smg::settings {
namespace {

using http::Access;
using http::Caller;
using http::List;
using http::Method;

struct LastChange {
    std::string key;
    std::optional<std::string> updated_by;
    std::optional<Time> updated_at;
};
BOOST_DESCRIBE_STRUCT(LastChange, (), (key, updated_by, updated_at))

// The part of a key before its dot is the group under which people find it.
std::string_view group_of(std::string_view key) { return key.substr(0, key.find('.')); }

json::object row_of(db::Tx& tx, const SettingsDesk& desk, const Setting& setting)
{
    auto last = tx.find<LastChange>("FROM settings WHERE `key` = ?", setting.key);
    json::object row;
    row["key"] = setting.key;
    row["group"] = group_of(setting.key);
    row["kind"] = word(setting.kind);
    row["value"] = shown(tx, desk.master, setting.key).value_or("");
    row["fallback"] = setting.fallback;
    row["help"] = setting.help;
    row["least"] = setting.least;
    row["most"] = setting.most;
    row["updated_by"] = last ? json::from(last->updated_by) : json::value(nullptr);
    row["updated_at"] = last ? json::from(last->updated_at) : json::value(nullptr);
    return row;
}

json::object all_rows(db::Tx& tx, const SettingsDesk& desk)
{
    json::array rows;
    for (const auto& setting : known()) rows.push_back(row_of(tx, desk, setting));
    return http::data_of(std::move(rows));
}

// GET /api/v1/settings
Async<Result<json::object>> list(SettingsDesk& desk)
{
    auto look = [&](db::Tx& tx) { return all_rows(tx, desk); };
    co_return co_await desk.db.read(std::move(look));
}

struct Change {
    json::value values;
};
BOOST_DESCRIBE_STRUCT(Change, (), (values))

// As it stands in the table; null is the default.
std::optional<std::string> written(const Setting& setting, const json::value& value)
{
    if (value.is_null()) return std::string(setting.fallback);
    if (value.is_bool()) return value.get_bool() ? "1" : "0";
    return json::as_text(value);
}

Result<void> change_one(db::Tx& tx, const SettingsDesk& desk, const Caller& caller, std::string_view key,
                        const json::value& value)
{
    auto now = desk.clock.now();
    auto setting = find(key);
    if (!setting) return fail_field(std::string(key), "There is no such setting.");
    auto text = written(*setting, value);
    if (!text) return fail_field(std::string(key), "The value must be a text, a number, true or false.");
    if (auto wrong = problem(*setting, *text)) return fail_field(std::string(key), "The value " + *wrong + ".");
    auto before = shown(tx, desk.master, key);
    if (auto done = change(tx, desk.master, now, key, *text, caller.name); !done) return done;
    desk.changed(tx, now, key);
    auto detail = setting->kind == Kind::secret ? std::string() : fmt::format("{} → {}", before.value_or(""), *text);
    audit::note(tx, now, audit::actor_of(caller), "setting.set", key, detail);
    return {};
}

// PATCH /api/v1/settings: all of them or none; null puts the default back.
Async<Result<json::object>> change_some(SettingsDesk& desk, Caller caller, Change in)
{
    if (!in.values.is_object()) co_return fail_field("values", "The values field must be an object.");
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        std::vector<FieldError> wrong;
        for (const auto& [key, value] : in.values.get_object())
            if (auto done = change_one(tx, desk, caller, key, value); !done)
                wrong.insert(wrong.end(), done.error().fields.begin(), done.error().fields.end());
        if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
        return all_rows(tx, desk);
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownSetting {
    std::string key, group;
    Kind kind = Kind::text;
    std::string value, fallback, help;
    std::int64_t least = 0, most = 0;
    std::optional<std::string> updated_by;
    std::optional<Time> updated_at;
};
BOOST_DESCRIBE_STRUCT(ShownSetting, (), (key, group, kind, value, fallback, help, least, most, updated_by, updated_at))

}  // namespace

http::Routes settings_routes(SettingsDesk& desk)
{
    return {
        {Method::GET, "/api/v1/settings", Access::admin, http::bind<list>(desk),
         http::about("All settings with their values; of secrets the end").gives<List<ShownSetting>>()},
        {Method::PATCH, "/api/v1/settings", Access::admin, http::bind<change_some>(desk),
         http::about("Changes settings, all of them or none")
             .more("null puts the default back.")
             .gives<List<ShownSetting>>()
             .example(R"({"values":{"sending.timeout_s":"30"}})")},
    };
}

}  // namespace smg::settings
