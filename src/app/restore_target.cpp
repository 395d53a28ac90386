#include "app/restore_target.hpp"

#include <fmt/core.h>

#include <fstream>
#include <ranges>
#include <system_error>

#include "app/backup.hpp"
#include "app/data_home.hpp"
#include "backup/dump.hpp"
#include "jobs/boots.hpp"

namespace smg {
namespace {

namespace fs = std::filesystem;

db::Options loading_options()
{
    db::Options options;
    options.readers = options.pool = 1;
    return options;
}

// A fresh installation has rows of its own in the other tables.
constexpr std::array telling_tables{"orders", "sites", "api_providers", "users", "api_tokens", "settings", "free_orders"};

bool holds_rows(const db::Url& url)
{
    auto snapshot = backup::open_snapshot(url);
    if (!snapshot) return true;
    try {
        auto declared = backup::declared_by(embedded_migrations(db::Dialect::mariadb));
        auto tables = backup::tables_of(**snapshot, declared);
        return std::ranges::any_of(telling_tables, [&](const char* name) {
            return std::ranges::find(tables, name, &backup::Table::name) != tables.end() &&
                   !(*snapshot)->fetch(fmt::format("SELECT 1 FROM `{}` LIMIT 1", name), {}, 1).empty();
        });
    } catch (const db::DatabaseError&) {
        return true;
    }
}

Result<void> write_marker(const fs::path& marker)
{
    std::ofstream out(marker);
    out << "A restore into this directory did not end. Run smgcrm restore again.\n";
    out.close();
    if (!out) return fail(Code::failed, fmt::format("cannot write {}", marker.string()));
    backup::sync_directory(marker.parent_path());
    return {};
}

/// The new file is built beside the old one and renamed; the old one is kept, or goes when it held nothing.
class SqliteTarget final : public RestoreTarget {
public:
    SqliteTarget(const Config& config, const db::Url& url, const std::string& stamp)
        : marker_(unfinished_marker(config)),
          file_(url.path),
          draft_(url.path + ".restoring"),
          kept_(url.path + ".before-" + stamp)
    {
    }

    ~SqliteTarget() override { remove_all(draft_); }

    bool holds_something() override
    {
        if (!fs::exists(file_)) return false;
        db::Url url;
        url.path = file_.string();
        return held_something_ = holds_rows(url);
    }

    Result<void> nobody_works_on_it(Time) override { return {}; }  // the directory's lock says so

    Result<std::unique_ptr<db::Database>> begin() override
    {
        remove_all(draft_);
        db::Url url;
        url.path = draft_.string();
        return db::Database::open(url, loading_options());
    }

    Result<void> finish() override
    {
        try {
            if (fs::exists(part_of(draft_, "-wal")))
                return fail(Code::failed, fmt::format("{} was not written to its end", draft_.string()));
            if (auto marked = write_marker(marker_); !marked) return marked;
            // Its log must not be left beside the new file: SQLite would take it for the new one's.
            for (const char* part : {"-wal", ""})
                if (fs::exists(part_of(file_, part))) fs::rename(part_of(file_, part), part_of(kept_, part));
            fs::remove(part_of(file_, "-shm"));
            fs::rename(draft_, file_);
            backup::sync_directory(file_.parent_path());
            fs::remove(marker_);
            backup::sync_directory(marker_.parent_path());
            if (!held_something_) remove_all(kept_);
            return {};
        } catch (const fs::filesystem_error& e) {
            return fail(Code::failed, fmt::format("cannot put the restored database in its place: {}", e.what()));
        }
    }

    std::string kept_as() const override { return held_something_ ? kept_.string() : ""; }

private:
    static fs::path part_of(const fs::path& file, const char* part) { return file.string() + part; }

    static void remove_all(const fs::path& file)
    {
        std::error_code ignored;
        for (const char* part : {"", "-wal", "-shm", "-journal"}) fs::remove(part_of(file, part), ignored);
    }

    fs::path marker_, file_, draft_, kept_;
    bool held_something_ = false;
};

/// The tables are made anew in the same database; a table of its own says until the end that it is not whole.
class MariaDbTarget final : public RestoreTarget {
public:
    MariaDbTarget(const Config& config, const db::Url& url, const Clock& clock, const std::string& stamp)
        : config_(config), url_(url), clock_(clock), kept_(config.data / ("before-" + stamp + ".backup"))
    {
    }

    bool holds_something() override { return held_something_ = !unfinished() && holds_rows(url_); }

    Result<void> nobody_works_on_it(Time now) override
    {
        return with_database([&](db::Database& db) -> Result<void> {
            if (!has_table(db, "boots")) return {};
            // Boots of this very directory are over: we hold its lock.
            auto host = db.read_now([&](db::Tx& tx) {
                return tx.first<std::string>(
                    "SELECT host FROM boots WHERE ended_at IS NULL AND renewed_at >= ? AND node_id <> ? LIMIT 1",
                    now - jobs::boot_silence, own_node_id());
            });
            if (!host) return {};
            return fail(Code::conflict,
                        fmt::format("a node on {} works with this database, or was killed less than {} s ago: "
                                    "stop all nodes first",
                                    *host, jobs::boot_silence.count() / 1000));
        });
    }

    Result<std::unique_ptr<db::Database>> begin() override
    {
        if (held_something_) {
            auto kept = backup_to(config_, clock_, {kept_.string(), std::nullopt, false});
            if (!kept)
                return fail(Code::failed,
                            "no copy of what is there could be made, nothing was changed: " + kept.error().message);
        }
        auto db = db::Database::open(url_, loading_options());
        if (!db) return db;
        execute(**db, fmt::format("CREATE TABLE IF NOT EXISTS {} (id BIGINT NOT NULL PRIMARY KEY)", unfinished_table));
        drop_tables(**db);
        return db;
    }

    Result<void> finish() override
    {
        return with_database([](db::Database& db) -> Result<void> {
            execute(db, fmt::format("DROP TABLE {}", unfinished_table));
            return {};
        });
    }

    std::string kept_as() const override { return held_something_ ? kept_.string() : ""; }

private:
    template <class F>
    Result<void> with_database(F work)
    {
        auto db = db::Database::open(url_, loading_options());
        if (!db) return fail(db.error());
        return work(**db);
    }

    static void execute(db::Database& db, const std::string& sql)
    {
        db.write_now([&](db::Tx& tx) -> Result<void> {
            tx.execute(sql);
            return {};
        });
    }

    static bool has_table(db::Database& db, std::string_view name)
    {
        return db.read_now([&](db::Tx& tx) {
            return tx
                .first<std::int64_t>(
                    "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND "
                    "table_name = ?",
                    name)
                .has_value();
        });
    }

    std::string own_node_id() const
    {
        std::ifstream in(config_.data / "node_id");
        std::string id;
        in >> id;
        return id;
    }

    bool unfinished()
    {
        return !with_database([](db::Database& db) { return no_restore_unfinished(db); });
    }

    void drop_tables(db::Database& db)
    {
        auto snapshot = backup::open_snapshot(url_);
        if (!snapshot) throw db::Unavailable(snapshot.error().message);
        auto tables = backup::tables_of(**snapshot, backup::declared_by(embedded_migrations(db::Dialect::mariadb)));
        snapshot->reset();  // it would hold the tables
        for (const auto& table : std::views::reverse(tables)) execute(db, fmt::format("DROP TABLE `{}`", table.name));
        execute(db, "DROP TABLE IF EXISTS schema_migrations");
    }

    const Config& config_;
    db::Url url_;
    const Clock& clock_;
    fs::path kept_;
    bool held_something_ = false;
};

}  // namespace

fs::path unfinished_marker(const Config& config) { return config.data / "restore.unfinished"; }

std::unique_ptr<RestoreTarget> restore_target(const Config& config, const db::Url& url, const Clock& clock,
                                              const std::string& stamp)
{
    if (url.dialect == db::Dialect::sqlite) return std::make_unique<SqliteTarget>(config, url, stamp);
    return std::make_unique<MariaDbTarget>(config, url, clock, stamp);
}

Result<void> no_restore_unfinished(const Config& config)
{
    if (!fs::exists(unfinished_marker(config))) return {};
    return fail(Code::failed,
                fmt::format("a restore into {} did not end: run `smgcrm restore` again", config.data.string()));
}

Result<void> no_restore_unfinished(db::Database& db)
{
    if (db.dialect() == db::Dialect::sqlite) return {};
    auto marked = db.read_now([](db::Tx& tx) {
        return tx.first<std::int64_t>(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND "
            "table_name = ?",
            unfinished_table);
    });
    if (!marked) return {};
    return fail(Code::failed, "a restore into this database did not end: run `smgcrm restore` again");
}

}  // namespace smg
