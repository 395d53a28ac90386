#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "db/session.hpp"

namespace smg {

/// One line per finding, in words a person can act on; empty: nothing is wrong.
using Findings = std::vector<std::string>;

/// `smgcrm check`: reads everything and changes nothing, also while the server runs. Fails when nothing can be read at all.
Result<Findings> check(const Config& config);

// Its parts, each over the same moment of the database.

/// What the database itself says of its pages, indexes and references.
Findings check_storage(db::Session& snapshot);
/// Tables, columns and indexes against the migrations; migrations that did not end.
Findings check_schema(db::Session& snapshot);
/// Orders against their attempts, jobs and words.
Findings check_orders(db::Session& snapshot);
/// Secrets that the master key does not open.
Findings check_secrets(db::Session& snapshot, const std::optional<MasterKey>& master);

/// Send journals of this directory whose lines or chain do not fit.
Findings check_journals(db::Session& snapshot, const Config& config);

/// The commands that bring a working database back, for whoever finds it damaged.
std::string how_to_restore(const Config& config);

}  // namespace smg
