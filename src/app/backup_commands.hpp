#pragma once

#include <CLI/CLI.hpp>

namespace smg {

/// `smgcrm backup --to F`: online, of one moment, for both databases.
void add_backup(CLI::App& app, int& code);

/// `smgcrm restore --from F`: into an empty directory, or with --force in place of what is there.
void add_restore(CLI::App& app, int& code);

/// `smgcrm check`: a line for everything that is wrong in the data; exit code 1 when there is one.
void add_check(CLI::App& app, int& code);

/// `smgcrm doctor`: a line for everything that was looked at around it; exit code 1 when one is bad.
void add_doctor(CLI::App& app, int& code);

}  // namespace smg
