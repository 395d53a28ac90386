#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "jobs/loop.hpp"
#include "schedule/slot_store.hpp"

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

/// The key of its one job.
std::string key_of(const Task& task);

/// In addition to its slots, e.g. when a person presses `run now`. False when it runs, or is about to.
bool run_now(db::Tx& tx, Time now, const Task& task);

/// A task may take this much longer than two periods before it counts as late.
constexpr Duration longest_run = std::chrono::minutes(1);

/// Whether it has not finished a run for two periods; `last` is none when the task never took a slot.
bool is_late(const Task& task, const LastFinished* last, Time now);

/// The same, but not before this program has run, since `started`, for as long as what was missed while it was off needs to
/// be done: that is no news. Not longer, or a program that is started again and again would never tell.
bool became_late(const Task& task, const LastFinished* last, Time now, Time started);

}  // namespace smg::schedule
