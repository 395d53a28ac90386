#pragma once

#include <cstdint>

namespace smg {

/// Raises what this process may have open to all that the system allows, and gives that number.
std::int64_t raise_open_files();

/// How many of `wanted` HTTP connections so many open files are enough for. The rest of the program keeps its share, or a
/// flood of connections would stop the sending of orders: `others` beside the database and the log.
int affordable_connections(int wanted, std::int64_t open_files, int others);

}  // namespace smg
