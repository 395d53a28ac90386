#pragma once

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <string>

#include "app/config.hpp"

namespace smg {

/// What the command line said about start-up configuration.
struct Given {
    std::string file;
    std::map<std::string, std::string> values;
};

/// `--config`, `--data` and `--database` are taken after every command; `serve` and `demo` take all.
void add_configuration(CLI::App& command, const std::shared_ptr<Given>& given, bool all);

/// What it comes to, with the log opened as it says.
Result<Config> configuration(const Given& given);

/// One line to standard error; gives the exit code.
int failure(const std::string& message);

/// All of it, without line ends behind.
std::string from_standard_input();

}  // namespace smg
