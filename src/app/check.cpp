#include "app/check.hpp"

#include <fmt/core.h>

#include <functional>

#include "app/backup.hpp"
#include "app/restore_target.hpp"
#include "audit/audit_log.hpp"
#include "backup/dump.hpp"

namespace smg {
namespace {

constexpr int shown = 20;  // of the findings of one kind

// Badly damaged, SQLite breaks off in the middle of its list; then the first of it must do.
std::vector<db::RawRow> integrity(db::Session& snapshot)
{
    try {
        return snapshot.fetch(fmt::format("PRAGMA integrity_check({})", shown), {}, 1);
    } catch (const db::Damaged&) {
        return snapshot.fetch("PRAGMA integrity_check(1)", {}, 1);
    }
}

Findings sqlite_storage(db::Session& snapshot)
{
    Findings found;
    for (const auto& row : integrity(snapshot))
        if (row[0] != "ok") found.push_back("the file is damaged: " + row[0].value_or(""));
    if (!found.empty()) return found;  // what is broken cannot be followed
    for (const auto& row : snapshot.fetch("PRAGMA foreign_key_check", {}, 4)) {
        found.push_back(fmt::format("{} {} refers to a row of {} that is not there", row[0].value_or(""),
                                    row[1].value_or("?"), row[2].value_or("")));
        if (found.size() >= shown) break;
    }
    return found;
}

void check_mariadb_table(db::Session& snapshot, const std::string& table, Findings& found)
{
    // Table, Op, Msg_type, Msg_text
    for (const auto& row : snapshot.fetch(fmt::format("CHECK TABLE `{}`", table), {}, 4))
        if (row[2] == "error" || row[2] == "warning" || (row[2] == "status" && row[3] != "OK"))
            found.push_back(fmt::format("the table {} is damaged: {}", table, row[3].value_or("")));
}

void check_mariadb_references(db::Session& snapshot, const std::string& table, Findings& found)
{
    for (const auto& row : snapshot.fetch("SELECT column_name, referenced_table_name, referenced_column_name FROM "
                                          "information_schema.key_column_usage WHERE table_schema = DATABASE() AND "
                                          "table_name = ? AND referenced_table_name IS NOT NULL",
                                          {{db::Param::Kind::text, 0, table}}, 3)) {
        auto lost = fmt::format(
            "SELECT COUNT(*) FROM `{0}` a LEFT JOIN `{2}` b ON b.`{3}` = a.`{1}` WHERE a.`{1}` IS NOT NULL "
            "AND b.`{3}` IS NULL",
            table, *row[0], *row[1], *row[2]);
        auto count = snapshot.fetch(lost, {}, 1).front()[0].value_or("0");
        if (count != "0")
            found.push_back(fmt::format("{} rows of {} refer to rows of {} that are not there", count, table, *row[1]));
    }
}

Findings mariadb_storage(db::Session& snapshot)
{
    Findings found;
    for (const auto& row :
         snapshot.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND "
                        "table_type = 'BASE TABLE' ORDER BY table_name",
                        {}, 1)) {
        check_mariadb_table(snapshot, *row[0], found);
        check_mariadb_references(snapshot, *row[0], found);
    }
    return found;
}

// What is damaged often cannot be read either: that is a finding, and the other parts go on.
void add(Findings& all, const char* part, const std::function<Findings()>& work)
{
    try {
        auto found = work();
        all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    } catch (const db::DatabaseError& e) {
        all.push_back(fmt::format("{} cannot be read: {}", part, e.what()));
    }
}

}  // namespace

Findings check_storage(db::Session& snapshot)
{
    return snapshot.dialect() == db::Dialect::sqlite ? sqlite_storage(snapshot) : mariadb_storage(snapshot);
}

Result<Findings> check(const Config& config)
{
    auto url = db::Url::parse(config.database_url());
    if (!url) return fail(url.error());
    if (auto whole = no_restore_unfinished(config); !whole) return fail(whole.error());
    auto snapshot = backup::open_snapshot(*url);
    if (!snapshot && snapshot.error().code == Code::not_found) return fail(snapshot.error());
    if (!snapshot) return Findings{snapshot.error().message, how_to_restore(config)};

    Findings all;
    std::optional<MasterKey> master;
    auto key_file = config.master_key_file();
    if (std::filesystem::exists(key_file)) {
        if (auto key = MasterKey::load_or_create(key_file)) master = std::move(*key);
        else all.push_back(key.error().message);
    }
    auto& session = **snapshot;
    auto storage = backup::open_snapshot(*url);  // of its own: CHECK TABLE ends a transaction
    if (storage) add(all, "the storage", [&] { return check_storage(**storage); });
    else all.push_back(storage.error().message);
    bool damaged = !all.empty();
    add(all, "the schema", [&] { return check_schema(session); });
    add(all, "the orders", [&] { return check_orders(session); });
    add(all, "the audit log", [&] {
        db::Tx tx(session);
        return audit::broken_links(tx);
    });
    add(all, "the secrets", [&] { return check_secrets(session, master); });
    add(all, "the send journal", [&] { return check_journals(session, config); });
    if (damaged) all.push_back(how_to_restore(config));
    return all;
}

std::string how_to_restore(const Config& config)
{
    auto last = last_backup_at(config);
    return fmt::format(
        "to bring it back: stop the server, then smgcrm restore --data {} --from BACKUP --force (the damaged "
        "database is kept beside{})",
        config.data.string(), last ? fmt::format("; the last backup made from here is of {} UTC", stored(*last)) : "");
}

}  // namespace smg
