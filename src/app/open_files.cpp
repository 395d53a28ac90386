#include "app/open_files.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace smg {
namespace {

constexpr std::int64_t always_kept = 256;  // database, journal, log, polls of suppliers
constexpr std::int64_t fewest = 16;        // connections, however little there is

}  // namespace

std::int64_t raise_open_files()
{
    constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return unlimited;
    auto soft = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = soft;
    return limit.rlim_cur == RLIM_INFINITY ? unlimited : static_cast<std::int64_t>(limit.rlim_cur);
}

int affordable_connections(int wanted, std::int64_t open_files, int others)
{
    auto left = std::max(open_files - always_kept - others, fewest);
    return static_cast<int>(std::min<std::int64_t>(wanted, left));
}

}  // namespace smg
