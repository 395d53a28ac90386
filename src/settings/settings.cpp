#include "settings/settings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/text.hpp"

namespace smg::settings {
namespace {

std::string place_of(std::string_view key) { return fmt::format("settings|value|{}", key); }

bool blank_or_url(const std::string& value)
{
    return value.empty() ||
           ((value.starts_with("https://") || value.starts_with("http://")) && value.find(' ') == std::string::npos);
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        auto end = text.find_first_of(",\n");
        auto part = trimmed(text.substr(0, end));
        if (!part.empty()) out.emplace_back(part);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

struct Row {
    std::string key;
    std::optional<std::string> value;
};

const Setting& must_find(std::string_view key)
{
    if (auto setting = find(key)) return *setting;
    throw std::logic_error(fmt::format("no such setting in settings/known.cpp: {}", key));
}

}  // namespace

struct Settings::Snapshot {
    std::map<std::string, std::string, std::less<>> values;  // secrets opened
};

std::optional<std::string> problem(const Setting& setting, const std::string& value)
{
    if (!valid_utf8(value)) return "must be UTF-8";
    switch (setting.kind) {
        case Kind::integer: {
            auto number = json::as_integer(json::value(value));
            if (!number || *number < setting.least || *number > setting.most)
                return fmt::format("must be a whole number from {} to {}", setting.least, setting.most);
            return std::nullopt;
        }
        case Kind::boolean:
            if (value != "0" && value != "1" && value != "true" && value != "false") return "must be 1 or 0";
            return std::nullopt;
        case Kind::decimal:
            if (!Money::parse(value)) return "must be a decimal number with at most 8 decimals";
            return std::nullopt;
        case Kind::url:
            if (!blank_or_url(value)) return "must be an address that begins with https:// or http://";
            return std::nullopt;
        case Kind::secret:
        case Kind::list:
        case Kind::text: break;
    }
    constexpr std::size_t longest = 100'000;
    if (value.size() > longest) return fmt::format("must be at most {} bytes", longest);
    return std::nullopt;
}

Settings::Settings(db::Database& db, const MasterKey& key) : db_(db), key_(key), snapshot_(std::make_shared<Snapshot>()) {}

namespace {

std::vector<Row> stored_rows(db::Tx& tx)
{
    std::vector<Row> rows;
    for (auto& [key, value] :
         tx.query<std::tuple<std::string, std::optional<std::string>>>("SELECT `key`, value FROM settings"))
        rows.push_back({std::move(key), std::move(value)});
    return rows;
}

std::shared_ptr<const Settings::Snapshot> opened(std::vector<Row> rows, const MasterKey& master)
{
    auto fresh = std::make_shared<Settings::Snapshot>();
    for (auto& row : rows) {
        auto setting = find(row.key);
        if (!setting || !row.value) continue;  // a setting of another version: left alone
        if (setting->kind == Kind::secret && !row.value->empty()) {
            auto plain = master.open(*row.value, place_of(row.key));
            fresh->values[row.key] = plain ? plain->reveal() : "";
        } else {
            fresh->values[row.key] = std::move(*row.value);
        }
    }
    return fresh;
}

}  // namespace

void Settings::keep(std::shared_ptr<const Snapshot> fresh)
{
    std::lock_guard lock(mutex_);
    snapshot_ = std::move(fresh);
}

std::shared_ptr<const Settings::Snapshot> Settings::snapshot() const
{
    std::lock_guard lock(mutex_);
    return snapshot_;
}

void Settings::reload() { keep(opened(db_.read_now(stored_rows), key_)); }

Async<void> Settings::refresh()
{
    auto rows = co_await db_.read(stored_rows);
    keep(opened(std::move(rows), key_));
}

std::string Settings::text(std::string_view key) const
{
    auto now = snapshot();
    const auto& setting = must_find(key);
    auto found = now->values.find(key);
    return found == now->values.end() ? std::string(setting.fallback) : found->second;
}

std::int64_t Settings::integer(std::string_view key) const
{
    const auto& setting = must_find(key);
    auto value = text(key);
    // A value that an older version wrote and this one does not allow any more counts as not set.
    if (problem(setting, value)) value = setting.fallback;
    return json::as_integer(json::value(value)).value_or(0);
}

bool Settings::flag(std::string_view key) const
{
    auto value = text(key);
    return value == "1" || value == "true";
}

Secret Settings::secret(std::string_view key) const { return Secret(text(key)); }

std::vector<std::string> Settings::list(std::string_view key) const { return split(text(key)); }

Duration Settings::seconds(std::string_view key) const { return std::chrono::seconds(integer(key)); }

Result<void> change(db::Tx& tx, const MasterKey& master, Time now, std::string_view key, const std::string& value,
                    const std::string& who)
{
    auto setting = find(key);
    if (!setting) return fail(Code::not_found, fmt::format("there is no setting `{}`", cut(key, 100)));
    if (auto wrong = problem(*setting, value)) return fail_field(std::string(key), fmt::format("{} {}", key, *wrong));
    bool seal = setting->kind == Kind::secret && !value.empty();
    auto kept = seal ? master.seal(Secret(value), place_of(key)) : value;
    if (!tx.insert_new("INSERT INTO settings (`key`, value, created_at, updated_at, updated_by) VALUES (?, ?, ?, ?, ?)", key,
                       kept, now, now, who))
        tx.execute("UPDATE settings SET value = ?, updated_at = ?, updated_by = ? WHERE `key` = ?", kept, now, who, key);
    tx.announce({"settings"});
    return {};
}

Result<std::string> shown(db::Tx& tx, const MasterKey& master, std::string_view key)
{
    auto setting = find(key);
    if (!setting) return fail(Code::not_found, fmt::format("there is no setting `{}`", cut(key, 100)));
    auto value = tx.first<std::optional<std::string>>("SELECT value FROM settings WHERE `key` = ?", key);
    if (!value || !*value) return std::string(setting->fallback);
    if (setting->kind != Kind::secret || (*value)->empty()) return **value;
    auto plain = master.open(**value, place_of(key));
    return plain ? plain->last_four() : std::string("… (made with another master key)");
}

}  // namespace smg::settings
