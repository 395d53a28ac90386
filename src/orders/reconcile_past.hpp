#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/id.hpp"
#include "db/database.hpp"

// Whether the database is the one that this data directory knows, and as young: it has a name of its own (`instance`, row
// `incarnation`), which stands also in a file beside the journal, and is made anew by every restore.
namespace smg::orders {

/// Why the database is of the past; nothing when it is not. `newest` is the highest attempt of the journals that are not
/// settled. The answer is kept in the database until was_quarantined().
std::optional<std::string> why_past(db::Database& db, const std::filesystem::path& folder, AttemptId newest);

/// What looked unsent is held: from now on the database has a new name.
void was_quarantined(db::Database& db);

/// The next reconcile_journals() holds what looks unsent, for this reason, once the journals have had their say.
void quarantine_at_start(db::Database& db, const std::string& why);

/// Makes the file beside the journal agree with the database.
Result<void> remember_incarnation(db::Database& db, const std::filesystem::path& folder);

}  // namespace smg::orders
