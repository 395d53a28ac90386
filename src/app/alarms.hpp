#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "schedule/timetable.hpp"
#include "settings/settings.hpp"

namespace smg {

/// What is older than this and still in flight is told of.
constexpr auto longest_flight = std::chrono::minutes(15);

/// Tells of tasks of the timetable that have not finished a run for two periods, and of orders and background jobs that have
/// been in flight for too long: what is wrong when the workers are. Each is one notice, reminded of as long as it lasts, and
/// taken back when it is over. Needs no worker and no scheduler on this node.
class Alarms {
public:
    /// `started`: when this process was.
    Alarms(db::Database& db, const Clock& clock, Time started, const std::vector<schedule::Task>& tasks,
           const settings::Settings& settings);

    /// One round. What it finds is told of in the next one, so that a machine that slept has had time to catch up.
    Async<void> look();

private:
    db::Database& db_;
    const Clock& clock_;
    const Time started_;
    const std::vector<schedule::Task>& tasks_;
    const settings::Settings& settings_;
    std::set<std::string> suspected_;
};

}  // namespace smg
