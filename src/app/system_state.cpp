#include "app/system_state.hpp"

#include <fmt/core.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "app/backup.hpp"
#include "app/version.hpp"
#include "jobs/job_store.hpp"
#include "schedule/slot_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg {
namespace {

namespace fs = std::filesystem;

struct TaskState {
    std::string name;
    std::int64_t period_s = 0;
    std::optional<Time> started_at;  // its last run, how long that took, and what became of it
    std::optional<std::int64_t> duration_ms;
    std::optional<schedule::RunResult> result;
    std::optional<std::string> last_error;
    std::optional<Time> finished_at;  // the last run that did its work
    Time next_at;
    bool running = false, late = false;
};
BOOST_DESCRIBE_STRUCT(TaskState, (),
                      (name, period_s, started_at, duration_ms, result, last_error, finished_at, next_at, running, late))

template <class Row>
const Row* row_of(const std::vector<Row>& rows, const std::string& task)
{
    auto found = std::ranges::find(rows, task, &Row::task);
    return found == rows.end() ? nullptr : &*found;
}

TaskState state_of(const schedule::Task& task, const schedule::Run* run, const schedule::LastFinished* last,
                   const std::optional<jobs::KeyState>& job, Time now, Time started)
{
    auto period = task.period();
    TaskState state{.name = task.name, .period_s = std::chrono::floor<std::chrono::seconds>(period).count()};
    if (run) {
        state.started_at = run->started_at;
        state.duration_ms = run->duration_ms;
        state.result = run->result;
        state.last_error = run->error;
    }
    if (last) state.finished_at = last->finished_at;
    state.running = job && job->running;
    bool waits = job && !job->running && !job->dead;
    state.next_at = waits ? std::max(job->run_at, now) : schedule::slot_of(now, period) + period;
    state.late = schedule::became_late(task, last, now, started);
    return state;
}

json::array tasks_of(db::Tx& tx, const SystemDesk& desk, Time now)
{
    std::vector<std::string> names;
    for (const auto& task : desk.tasks) names.push_back(task.name);
    auto runs = schedule::last_runs(tx, names);
    auto finished = schedule::last_finished(tx);
    json::array all;
    for (const auto& task : desk.tasks)
        all.push_back(json::from(state_of(task, row_of(runs, task.name), row_of(finished, task.name),
                                          jobs::state_of(tx, schedule::key_of(task)), now, desk.started_at)));
    return all;
}

json::array suppliers_of(db::Tx& tx, const SystemDesk& desk)
{
    auto lanes = jobs::lane_counts(tx);
    json::array all;
    for (const auto& provider : suppliers::all_providers(tx)) {
        auto lane = std::ranges::find(lanes, suppliers::lane_of(provider.id), &jobs::LaneCount::lane);
        json::object one{{"id", provider.id.value}, {"name", provider.name}, {"is_active", provider.is_active}};
        one["circuit"] = json::from(desk.circuits.of(provider.id));
        one["paused_at"] = json::from(provider.paused_at);
        one["paused_reason"] = json::from(provider.paused_reason);
        one["funds_out_at"] = json::from(provider.funds_out_at);
        one["answered_at"] = json::from(provider.answered_at);
        one["waiting"] = lane == lanes.end() ? 0 : lane->waiting;
        one["running"] = lane == lanes.end() ? 0 : lane->running;
        all.push_back(std::move(one));
    }
    return all;
}

json::value size_of(const fs::path& file)
{
    std::error_code error;
    auto size = fs::file_size(file, error);
    return error ? json::value(nullptr) : json::value(size);
}

json::object database_of(db::Tx& tx, const SystemDesk& desk)
{
    auto url = db::Url::parse(desk.config.database_url()).value();
    json::object out{{"address", url.shown()}};
    if (tx.dialect() == db::Dialect::sqlite) {
        out["kind"] = "SQLite";
        out["version"] = tx.first<std::string>("SELECT sqlite_version()").value_or("");
        out["node"] = desk.boot.host;
        out["size_bytes"] = size_of(url.path);
        out["wal_bytes"] = size_of(url.path + "-wal");
        return out;
    }
    using Server = std::tuple<std::string, std::string>;
    auto [version_of, node] = tx.first<Server>("SELECT VERSION(), @@hostname").value_or(Server());
    out["kind"] = "MariaDB";
    out["version"] = version_of;
    out["node"] = node;
    out["size_bytes"] =
        json::from(tx.first<std::optional<std::int64_t>>("SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM "
                                                         "information_schema.tables WHERE table_schema = DATABASE()")
                       .value_or(std::nullopt));
    out["wal_bytes"] = nullptr;
    return out;
}

json::object disk_of(const Config& config)
{
    json::object out{{"path", config.data.string()}, {"free_bytes", nullptr}, {"total_bytes", nullptr}};
    struct statvfs space{};
    if (::statvfs(config.data.c_str(), &space) != 0) return out;
    out["free_bytes"] = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
    out["total_bytes"] = static_cast<std::uint64_t>(space.f_blocks) * space.f_frsize;
    return out;
}

json::object program_of(const SystemDesk& desk)
{
    json::object out{{"version", version}, {"build", SMGCRM_BUILD}};
    out["compiler"] = fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
    out["started_at"] = iso(desk.started_at);
    out["node_id"] = desk.boot.node_id;
    out["host"] = desk.boot.host;
    out["roles"] = json::from(desk.config.roles);
    out["backup_at"] = json::from(last_backup_at(desk.config));
    return out;
}

}  // namespace

json::object state_of_system(db::Tx& tx, const SystemDesk& desk, Time now)
{
    json::object state;
    state["tasks"] = tasks_of(tx, desk, now);
    state["queue"] = json::from(jobs::counts(tx, now));
    state["suppliers"] = suppliers_of(tx, desk);
    state["nodes"] = json::from(jobs::running_boots(tx, now));
    state["database"] = database_of(tx, desk);
    state["disk"] = disk_of(desk.config);
    state["program"] = program_of(desk);
    return state;
}

}  // namespace smg
