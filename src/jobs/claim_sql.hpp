#pragma once

#include <string>
#include <string_view>

// What claim() asks the database. Here, so that a test can look at the plans: a paused supplier leaves 100,000 due jobs
// behind, and no claim may walk through them.
namespace smg::jobs {

/// The lanes that have jobs, one step in the index for each: MariaDB allows 1000 of them.
constexpr std::string_view all_lanes =
    "WITH RECURSIVE lanes (lane) AS (SELECT MIN(lane) FROM jobs UNION ALL "
    "SELECT (SELECT MIN(jobs.lane) FROM jobs WHERE jobs.lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL) "
    "SELECT lane FROM lanes WHERE lane IS NOT NULL";

/// Parameters: lane. An owner is never empty; IS NOT NULL would not be a range to SQLite.
constexpr std::string_view running_in_lane =
    "SELECT COUNT(*) FROM jobs WHERE lane = ? AND dead_at IS NULL AND lease_owner > ''";

/// Parameters: lane, now, those of `kinds` (a list of placeholders), limit. The longest waiting first.
std::string due_in_lane(std::string_view columns, std::string_view kinds);

}  // namespace smg::jobs
