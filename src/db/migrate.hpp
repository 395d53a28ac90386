#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "db/database.hpp"

namespace smg::db {

/// One step of the schema. `name` sorts in the order of use: `0001_seed`.
struct Migration {
    std::string name;
    std::string sql;  // of this database's dialect
};

struct MigrationState {
    std::string name;
    std::size_t done = 0;  // statements
    std::size_t total = 0;
};

/// Statements end with `;` at the end of a line; lines that begin with `--` are comments.
std::vector<std::string> statements_of(std::string_view sql);

/// Runs what is missing, statement by statement, and records each: a crash in between resumes there. MariaDB commits DDL by
/// itself, so every statement must be repeatable. Fails when the database is newer than this program.
Result<void> migrate(Database& db, std::span<const Migration> migrations);

Result<std::vector<MigrationState>> migration_states(Database& db, std::span<const Migration> migrations);

}  // namespace smg::db
