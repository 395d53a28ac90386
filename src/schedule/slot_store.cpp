#include "schedule/slot_store.hpp"

#include <algorithm>

namespace smg::schedule {

Time slot_of(Time now, Duration period)
{
    auto ms = std::max(period, Duration(1)).count();
    return Time(Duration(now.time_since_epoch().count() / ms * ms));
}

bool take_slot(db::Tx& tx, Time now, const std::string& task, Time slot)
{
    return tx.insert_new("INSERT INTO run_slots (task, slot, created_at) VALUES (?, ?, ?)", task,
                         slot.time_since_epoch().count(), now);
}

void note_finished(db::Tx& tx, const std::string& task, Time now)
{
    // The newest slot takes it, even when that one was taken during the run: they all stand for this one job.
    auto newest = tx.first<std::int64_t>("SELECT slot FROM run_slots WHERE task = ? ORDER BY slot DESC LIMIT 1", task);
    if (newest) tx.execute("UPDATE run_slots SET finished_at = ? WHERE task = ? AND slot = ?", now, task, *newest);
}

std::vector<LastFinished> last_finished(db::Tx& tx)
{
    return tx.query<LastFinished>(
        "SELECT task, MAX(finished_at), MIN(created_at) FROM run_slots GROUP BY task ORDER BY task");
}

void prune_slots(db::Tx& tx, Time before) { tx.execute("DELETE FROM run_slots WHERE created_at < ?", before); }

}  // namespace smg::schedule
