#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "jobs/loop.hpp"

namespace smg::schedule {

/// Something done in each slot of its period by one of all nodes; the table of them all is in app/timetable.cpp.
struct Task {
    std::string name;
    std::function<Duration()> period;  // asked at each tick, since it is a setting
    std::string kind;                  // of the job that does it
};

struct TimetableOptions {
    Duration tick = std::chrono::seconds(1);
    int jitter_percent = 10;  // of the period: not every installation calls its supplier at the same second
};

/// Turns time into jobs. Slots missed while nobody ran coalesce into the present one, and a task never overlaps itself: its
/// job has one dedup_key. Belongs to the I/O thread; stop() is awaited before it goes.
class Timetable {
public:
    Timetable(boost::asio::io_context& io, db::Database& db, const Clock& clock, std::vector<Task> tasks,
              const TimetableOptions& options = {});
    void start() { loop_.start(); }
    Async<void> stop() { return loop_.stop(); }

    const std::vector<Task>& tasks() const { return tasks_; }

private:
    Async<void> tick();

    db::Database& db_;
    const Clock& clock_;
    const std::vector<Task> tasks_;
    const TimetableOptions options_;
    std::map<std::string, Time> seen_;  // the slot last asked for here
    jobs::Loop loop_;
};

/// In addition to its slots, e.g. when a person presses `run now`.
void run_now(db::Tx& tx, Time now, const Task& task);

}  // namespace smg::schedule
