#pragma once

#include <map>
#include <string>

#include "base/result.hpp"

namespace smg {

/// `smgcrm demo`: the real server with simulated suppliers and Telegram in one process, a shop that keeps ordering, and
/// every move of every order on the console. Without --data in a directory that goes when it ends. Runs until SIGTERM or
/// SIGINT.
Result<void> demo(std::map<std::string, std::string> command_line, const std::string& file);

}  // namespace smg
