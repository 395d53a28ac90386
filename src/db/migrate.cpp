#include "db/migrate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace smg::db {
namespace {

std::map<std::string, std::size_t> recorded(Database& db)
{
    db.write_now([](Tx& tx) -> Result<void> {
        tx.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR(100) NOT NULL PRIMARY KEY, "
            "statements INT NOT NULL, finished BOOLEAN NOT NULL DEFAULT 0)");
        return {};
    });
    std::map<std::string, std::size_t> done;
    auto rows = db.read_now([](Tx& tx) {
        return tx.query<std::tuple<std::string, std::int64_t>>("SELECT name, statements FROM schema_migrations");
    });
    for (auto& [name, count] : rows) done[name] = static_cast<std::size_t>(count);
    return done;
}

Result<void> newer(const std::map<std::string, std::size_t>& done, std::span<const Migration> known)
{
    for (const auto& [name, count] : done)
        if (std::ranges::find(known, name, &Migration::name) == known.end())
            return fail(Code::failed,
                        fmt::format("the database was made by a newer version of this program (it has the migration "
                                    "{}): install that version or restore an older backup",
                                    name));
    return {};
}

void record(Tx& tx, const std::string& name, std::size_t statements, bool finished)
{
    if (!tx.insert_new("INSERT INTO schema_migrations (name, statements, finished) VALUES (?, ?, ?)", name, statements,
                       finished))
        tx.execute("UPDATE schema_migrations SET statements = ?, finished = ? WHERE name = ?", statements, finished, name);
}

}  // namespace

std::vector<std::string> statements_of(std::string_view sql)
{
    std::vector<std::string> statements;
    std::string current;
    while (!sql.empty()) {
        auto end = sql.find('\n');
        auto line = sql.substr(0, end);
        sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + 1);
        if (trimmed(line).starts_with("--")) continue;
        current += line;
        current += '\n';
        if (!trimmed(line).ends_with(';')) continue;
        auto statement = trimmed(current);
        statement.remove_suffix(1);
        if (!trimmed(statement).empty()) statements.emplace_back(statement);
        current.clear();
    }
    if (!trimmed(current).empty()) statements.emplace_back(trimmed(current));
    return statements;
}

Result<void> migrate(Database& db, std::span<const Migration> migrations)
{
    auto done = recorded(db);
    if (auto fits = newer(done, migrations); !fits) return fits;
    for (const auto& migration : migrations) {
        auto statements = statements_of(migration.sql);
        for (auto at = done[migration.name]; at < statements.size(); ++at) {
            try {
                db.write_now([&](Tx& tx) -> Result<void> {
                    tx.execute(statements[at]);
                    record(tx, migration.name, at + 1, at + 1 == statements.size());
                    return {};
                });
            } catch (const DatabaseError& e) {
                return fail(Code::failed,
                            fmt::format("migration {} stopped at statement {}: {}", migration.name, at + 1, e.what()));
            }
        }
    }
    return {};
}

Result<std::vector<MigrationState>> migration_states(Database& db, std::span<const Migration> migrations)
{
    auto done = recorded(db);
    if (auto fits = newer(done, migrations); !fits) return fail(fits.error());
    std::vector<MigrationState> states;
    for (const auto& migration : migrations)
        states.push_back({migration.name, done[migration.name], statements_of(migration.sql).size()});
    return states;
}

}  // namespace smg::db
