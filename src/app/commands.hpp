#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "db/database.hpp"

namespace smg {

/// What a command that changes data works with: in the process that holds the data directory.
struct CommandDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
};

/// Runs `site add`, `supplier add`, `user add`, `token add`, `setting get`, `setting set` or `migrate --status` with its
/// options by name; gives the line for standard output, which may be empty. Blocks.
Result<std::string> run_command(CommandDesk desk, std::string_view name, const json::object& options);

}  // namespace smg
