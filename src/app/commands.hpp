#pragma once

#include <filesystem>
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
    std::filesystem::path journal = {};  // the folder of the send journals
    std::string node_id = {};
};

constexpr std::string_view accept_damage_command = "journal accept-damage";
constexpr std::string_view routes_command = "routes";  // answered by a running server alone

/// Runs `site add`, `supplier add`, `user add`, `token add`, `setting get`, `setting set`, `migrate --status`,
/// `journal status` or `journal accept-damage` with its options by name; gives the line for standard output, which may be
/// empty. Blocks.
Result<std::string> run_command(CommandDesk desk, std::string_view name, const json::object& options);

}  // namespace smg
