#include "schedule/slot_store.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace smg::schedule {
namespace {

constexpr std::size_t longest_error = 500;

std::int64_t number_of(Time slot) { return slot.time_since_epoch().count(); }

}  // namespace

Time slot_of(Time now, Duration period)
{
    auto ms = std::max(period, Duration(1)).count();
    return Time(Duration(now.time_since_epoch().count() / ms * ms));
}

bool take_slot(db::Tx& tx, Time now, const std::string& task, Time slot)
{
    return tx.insert_new("INSERT INTO run_slots (task, slot, created_at) VALUES (?, ?, ?)", task, number_of(slot), now);
}

Time begin_run(db::Tx& tx, const std::string& task, Time now)
{
    auto newest = tx.first<std::int64_t>("SELECT slot FROM run_slots WHERE task = ? ORDER BY slot DESC LIMIT 1", task);
    if (!newest) {
        take_slot(tx, now, task, now);
        newest = number_of(now);
    }
    // What an earlier run of this slot has finished stays finished.
    tx.execute(
        "UPDATE run_slots SET started_at = ?, duration_ms = NULL, result = NULL, error = NULL WHERE task = ? AND slot = ?",
        now, task, *newest);
    return Time(Duration(*newest));
}

void end_run(db::Tx& tx, const std::string& task, Time slot, Time now, const RunEnd& end)
{
    std::optional<std::string> error;
    if (end.error) error = cut(*end.error, longest_error);
    tx.execute("UPDATE run_slots SET duration_ms = ?, result = ?, error = ? WHERE task = ? AND slot = ?", end.took.count(),
               end.result, error, task, number_of(slot));
    if (end.result == RunResult::done)
        tx.execute("UPDATE run_slots SET finished_at = ? WHERE task = ? AND slot = ?", now, task, number_of(slot));
}

std::vector<Run> last_runs(db::Tx& tx, const std::vector<std::string>& tasks)
{
    std::vector<Run> runs;
    for (const auto& task : tasks)
        if (auto run =
                tx.find<Run>("FROM run_slots WHERE task = ? AND started_at IS NOT NULL ORDER BY slot DESC LIMIT 1", task))
            runs.push_back(std::move(*run));
    return runs;
}

std::vector<LastFinished> last_finished(db::Tx& tx)
{
    return tx.query<LastFinished>(
        "SELECT task, MAX(finished_at), MIN(created_at) FROM run_slots GROUP BY task ORDER BY task");
}

void prune_slots(db::Tx& tx, Time before) { tx.execute("DELETE FROM run_slots WHERE created_at < ?", before); }

void clock_was_set_back(db::Tx& tx, Time now)
{
    tx.execute("UPDATE run_slots SET created_at = ? WHERE created_at > ?", now, now);
    tx.execute("UPDATE run_slots SET started_at = ? WHERE started_at > ?", now, now);
    tx.execute("UPDATE run_slots SET finished_at = ? WHERE finished_at > ?", now, now);
    // Slots that were lived already would not be lived again, and all that is regular would stand still. The newest stays:
    // it knows the last run.
    using Newest = std::tuple<std::string, std::int64_t>;
    for (const auto& [task, newest] : tx.query<Newest>("SELECT task, MAX(slot) FROM run_slots GROUP BY task"))
        tx.execute("DELETE FROM run_slots WHERE task = ? AND slot > ? AND slot < ?", task, number_of(now), newest);
}

}  // namespace smg::schedule
