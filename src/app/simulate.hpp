#pragma once

#include <CLI/CLI.hpp>

namespace smg {

/// `smgcrm simulate supplier|telegram|wordpress`: peers to try the program with, on loopback only.
void add_simulate(CLI::App& app, int& code);

}  // namespace smg
