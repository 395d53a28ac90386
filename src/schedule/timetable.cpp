#include "schedule/timetable.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "jobs/job_store.hpp"

namespace smg::schedule {
namespace {

struct Due {
    Task task;
    Time slot;
    Duration delay;
};

jobs::NewJob job_of(const Task& task, Time run_at)
{
    jobs::NewJob job;
    job.kind = task.kind;
    job.dedup_key = key_of(task);
    job.run_at = run_at;
    return job;
}

Duration jitter(Duration period, int percent)
{
    return Duration(
        random_below(static_cast<std::uint32_t>(std::min<std::int64_t>(period.count() * percent / 100, UINT32_MAX))));
}

}  // namespace

Timetable::Timetable(boost::asio::io_context& io, db::Database& db, const Clock& clock, std::vector<Task> tasks,
                     const TimetableOptions& options)
    : db_(db), clock_(clock), tasks_(std::move(tasks)), options_(options), loop_(io, "timetable", options.tick, [this] {
          return tick();
      })
{
}

Async<void> Timetable::tick()
{
    auto now = clock_.now();
    std::vector<Due> due;
    for (const auto& task : tasks_) {
        auto period = task.period();
        auto slot = slot_of(now, period);
        if (auto seen = seen_.find(task.name); seen != seen_.end() && seen->second == slot) continue;
        due.push_back({task, slot, jitter(period, options_.jitter_percent)});
    }
    if (due.empty()) co_return;
    auto work = [due, now](db::Tx& tx) -> Result<void> {
        for (const auto& one : due)
            if (take_slot(tx, now, one.task.name, one.slot)) jobs::enqueue(tx, now, job_of(one.task, now + one.delay));
        return {};
    };
    co_await db_.write(std::move(work));
    for (const auto& one : due) seen_[one.task.name] = one.slot;
}

std::string key_of(const Task& task) { return "task:" + task.name; }

bool run_now(db::Tx& tx, Time now, const Task& task) { return jobs::enqueue_unless_due(tx, now, job_of(task, now)); }

bool is_late(const Task& task, const LastFinished* last, Time now)
{
    return !last || now - last->finished_at.value_or(last->known_since) > 2 * task.period() + longest_run;
}

bool became_late(const Task& task, const LastFinished* last, Time now, Time started)
{
    auto catching_up = std::min<Duration>(2 * task.period(), task.period() / 5 + longest_run) + longest_run;
    return now - started > catching_up && is_late(task, last, now);
}

}  // namespace smg::schedule
