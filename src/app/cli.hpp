#pragma once

namespace smg {

/// Reads the command line and runs the command. Exit codes: 0, 1 failure, 2 usage. Standard output holds only the result.
int run_command_line(int argc, char** argv);

}  // namespace smg
