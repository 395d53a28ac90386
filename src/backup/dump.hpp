#pragma once

#include <memory>

#include "backup/format.hpp"
#include "backup/sink.hpp"
#include "db/database.hpp"

namespace smg::backup {

/// A connection that reads one moment of the database, whoever writes meanwhile: query_only, never a checkpoint. Fails in
/// words; a SQLite file that is not there is not made.
Result<std::unique_ptr<db::Session>> open_snapshot(const db::Url& url);

/// Writes the whole database as the snapshot sees it, in constant memory. `head.tables` and `head.dialect` are filled in
/// here. Throws db::DatabaseError. Gives the rows by table.
Result<Counts> write_backup(db::Session& snapshot, const Declared& declared, Head head, Sink& sink);

}  // namespace smg::backup
