#include "app/alarms.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "jobs/job_store.hpp"
#include "notices/notice_store.hpp"
#include "orders/upkeep.hpp"
#include "schedule/slot_store.hpp"

namespace smg {
namespace {

using notices::Kind;

constexpr Kind watched[] = {Kind::task_overdue, Kind::in_flight};
// Orders of a supplier that waits are counted as orders; of receivers that are away people are told after days.
constexpr std::string_view patient_lanes[] = {"supplier:", "webhook:"};
constexpr auto taken_back_by = "SMG CRM";

/// What is wrong now; `about` is the same as long as it lasts, `begun` is another one when it happens again.
struct Alarm {
    std::string about, begun;
    notices::NewNotice notice = {};
    bool is_news = true;  // not only known from before this process
};

Alarm overdue(const schedule::Task& task, const schedule::LastFinished* last)
{
    Alarm alarm{fmt::format("task_overdue:{}:", task.name), last && last->finished_at ? iso(*last->finished_at) : "-"};
    alarm.notice.kind = Kind::task_overdue;
    alarm.notice.values = {{"task", task.name},
                           {"last", alarm.begun},
                           {"period", std::to_string(std::chrono::floor<std::chrono::seconds>(task.period()).count())}};
    return alarm;
}

std::optional<Alarm> long_in_flight(db::Tx& tx, Time now)
{
    auto since = now - longest_flight;
    auto orders = orders::long_in_flight(tx, since);
    auto jobs = jobs::overdue(tx, since, patient_lanes);
    if (!orders.oldest && !jobs.oldest) return std::nullopt;
    auto number = [](std::int64_t count) { return count > 0 ? std::to_string(count) : std::string(); };
    Alarm alarm{"in_flight:", iso(std::min(orders.oldest.value_or(now), jobs.oldest.value_or(now)))};
    alarm.notice.kind = Kind::in_flight;
    alarm.notice.values = {{"orders", number(orders.count)}, {"jobs", number(jobs.count)}, {"since", alarm.begun}};
    return alarm;
}

std::vector<Alarm> all_alarms(db::Tx& tx, Time now, Time started, const std::vector<schedule::Task>& tasks)
{
    std::vector<Alarm> alarms;
    auto finished = schedule::last_finished(tx);
    for (const auto& task : tasks) {
        auto found = std::ranges::find(finished, task.name, &schedule::LastFinished::task);
        auto last = found == finished.end() ? nullptr : &*found;
        if (!schedule::is_late(task, last, now)) continue;
        alarms.push_back(overdue(task, last));
        alarms.back().is_news = schedule::became_late(task, last, now, started);
    }
    if (auto alarm = long_in_flight(tx, now)) alarms.push_back(std::move(*alarm));
    // Once told and seen by a person, it is told again in another hour.
    auto hour = std::chrono::time_point_cast<Duration>(std::chrono::floor<std::chrono::hours>(now));
    for (auto& alarm : alarms) {
        alarm.notice.level = notices::Level::alarm;
        alarm.notice.dedup_key = fmt::format("{}{}:{}", alarm.about, stored(hour), alarm.begun);
    }
    return alarms;
}

struct Changes {
    std::vector<Alarm> raised;
    std::vector<std::int64_t> over;
    bool lasting = false;  // something was told before, and is not over
};

Changes changes_of(db::Tx& tx, const std::vector<Alarm>& alarms)
{
    Changes changes;
    std::vector<notices::Unseen> told;
    for (auto kind : watched) std::ranges::move(notices::unseen_of(tx, kind), std::back_inserter(told));
    auto tells_of = [](const notices::Unseen& one, const Alarm& alarm) { return one.dedup_key.starts_with(alarm.about); };
    for (const auto& alarm : alarms)
        if (alarm.is_news && std::ranges::none_of(told, [&](const auto& one) { return tells_of(one, alarm); }))
            changes.raised.push_back(alarm);
    for (const auto& one : told) {
        if (std::ranges::any_of(alarms, [&](const auto& alarm) { return tells_of(one, alarm); })) changes.lasting = true;
        else changes.over.push_back(one.id);
    }
    return changes;
}

}  // namespace

Alarms::Alarms(db::Database& db, const Clock& clock, Time started, const std::vector<schedule::Task>& tasks,
               const settings::Settings& settings)
    : db_(db), clock_(clock), started_(started), tasks_(tasks), settings_(settings)
{
}

Async<void> Alarms::look()
{
    auto now = clock_.now();
    auto look = [this, now](db::Tx& tx) { return changes_of(tx, all_alarms(tx, now, started_, tasks_)); };
    auto seen = co_await db_.read(look);
    std::set<std::string> suspected;
    for (const auto& alarm : seen.raised) suspected.insert(alarm.about);
    suspected.swap(suspected_);
    bool telling = std::ranges::any_of(seen.raised, [&](const auto& alarm) { return suspected.contains(alarm.about); });
    if (!telling && seen.over.empty() && !seen.lasting) co_return;
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto changes = look(tx);  // another node may have been quicker
        for (const auto& alarm : changes.raised)
            if (suspected.contains(alarm.about)) notices::raise(tx, now, notices::language_of(settings_), alarm.notice);
        for (auto id : changes.over) notices::mark_seen(tx, now, id, taken_back_by);
        notices::remind_unseen(tx, now, watched);
        return {};
    };
    co_await db_.write(std::move(write));
}

}  // namespace smg
