#pragma once

#include "backup/source.hpp"
#include "db/database.hpp"

namespace smg::backup {

/// Whether every migration of the backup is known here; the words say what to do when not.
Result<void> fits(const Head& head, std::span<const db::Migration> migrations);

/// Fills an empty database: its schema as it was in the backup, the rows, then the migrations that came since. Many
/// transactions, so whoever calls keeps others away until it has ended. Throws db::DatabaseError.
Result<void> load(db::Database& db, const std::filesystem::path& file, const Contents& contents,
                  std::span<const db::Migration> migrations);

}  // namespace smg::backup
