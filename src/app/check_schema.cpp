#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/check.hpp"
#include "app/data_home.hpp"
#include "backup/schema.hpp"
#include "db/sqlite_session.hpp"

namespace smg {
namespace {

using backup::Table;

// What the migrations make, tried out in memory.
std::vector<Table> expected_tables(const backup::Declared& declared)
{
    auto memory = db::SqliteSession::writer(":memory:", 0);
    for (const auto& migration : embedded_migrations(db::Dialect::sqlite))
        for (const auto& statement : db::statements_of(migration.sql)) memory->run(statement, {});
    return backup::tables_of(*memory, declared);
}

// MariaDB makes indexes of its own for foreign keys: more than expected is no fault.
bool has_index(const Table& table, const backup::Index& wanted)
{
    return std::ranges::any_of(table.indexes, [&](const backup::Index& index) {
        return index.columns == wanted.columns && index.unique >= wanted.unique;
    });
}

void compare(const Table& wanted, const Table& found, db::Dialect dialect, Findings& out)
{
    for (const auto& column : wanted.columns) {
        auto there = std::ranges::find(found.columns, column.name, &backup::Column::name);
        if (there == found.columns.end())
            out.push_back(fmt::format("the table {} has no column {}", wanted.name, column.name));
        else if (there->kind != column.kind)
            out.push_back(fmt::format("the column {}.{} holds {} in place of {}", wanted.name, column.name,
                                      word(there->kind), word(column.kind)));
    }
    for (const auto& column : found.columns)
        if (std::ranges::find(wanted.columns, column.name, &backup::Column::name) == wanted.columns.end())
            out.push_back(fmt::format("the table {} has a column {} that no migration makes", wanted.name, column.name));
    for (const auto& index : wanted.indexes)
        if (!(index.partial && dialect == db::Dialect::mariadb) && !has_index(found, index))
            out.push_back(fmt::format("the table {} has no {}index on {}", wanted.name, index.unique ? "unique " : "",
                                      fmt::join(index.columns, ", ")));
}

Findings check_migrations(db::Session& snapshot)
{
    Findings out;
    db::Tx tx(snapshot);
    auto done = tx.query<std::tuple<std::string, bool>>("SELECT name, finished FROM schema_migrations");
    for (const auto& migration : embedded_migrations(snapshot.dialect())) {
        auto row = std::ranges::find(done, migration.name, [](const auto& one) { return std::get<0>(one); });
        if (row == done.end() || !std::get<1>(*row))
            out.push_back(fmt::format("the migration {} is not finished: `smgcrm migrate` ends it", migration.name));
    }
    return out;
}

}  // namespace

Findings check_schema(db::Session& snapshot)
{
    auto out = check_migrations(snapshot);
    if (!out.empty()) return out;  // the rest follows from it
    auto declared = backup::declared_by(embedded_migrations(db::Dialect::mariadb));
    auto found = backup::tables_of(snapshot, declared);
    for (const auto& wanted : expected_tables(declared)) {
        auto there = std::ranges::find(found, wanted.name, &Table::name);
        if (there == found.end()) out.push_back(fmt::format("the table {} is missing", wanted.name));
        else compare(wanted, *there, snapshot.dialect(), out);
    }
    return out;
}

}  // namespace smg
