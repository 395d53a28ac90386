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

std::vector<TaskState> tasks_of(db::Tx& tx, const SystemDesk& desk, Time now)
{
    std::vector<std::string> names;
    for (const auto& task : desk.tasks) names.push_back(task.name);
    auto runs = schedule::last_runs(tx, names);
    auto finished = schedule::last_finished(tx);
    std::vector<TaskState> all;
    for (const auto& task : desk.tasks)
        all.push_back(state_of(task, row_of(runs, task.name), row_of(finished, task.name),
                               jobs::state_of(tx, schedule::key_of(task)), now, desk.started_at));
    return all;
}

std::vector<SupplierState> suppliers_of(db::Tx& tx, const SystemDesk& desk)
{
    auto lanes = jobs::lane_counts(tx);
    std::vector<SupplierState> all;
    for (const auto& provider : suppliers::all_providers(tx)) {
        auto lane = std::ranges::find(lanes, suppliers::lane_of(provider.id), &jobs::LaneCount::lane);
        auto count = lane == lanes.end() ? jobs::LaneCount{} : *lane;
        all.push_back({provider.id, provider.name, provider.is_active, desk.circuits.of(provider.id), provider.paused_at,
                       provider.paused_reason, provider.funds_out_at, provider.answered_at, count.waiting, count.running});
    }
    return all;
}

std::optional<std::int64_t> size_of(const fs::path& file)
{
    std::error_code error;
    auto size = fs::file_size(file, error);
    if (error) return std::nullopt;
    return static_cast<std::int64_t>(size);
}

DatabaseState database_of(db::Tx& tx, const SystemDesk& desk)
{
    auto url = db::Url::parse(desk.config.database_url()).value();
    DatabaseState out{.address = url.shown()};
    if (tx.dialect() == db::Dialect::sqlite) {
        out.kind = "SQLite";
        out.version = tx.first<std::string>("SELECT sqlite_version()").value_or("");
        out.node = desk.boot.host;
        out.size_bytes = size_of(url.path);
        out.wal_bytes = size_of(url.path + "-wal");
        return out;
    }
    using Server = std::tuple<std::string, std::string>;
    out.kind = "MariaDB";
    std::tie(out.version, out.node) = tx.first<Server>("SELECT VERSION(), @@hostname").value_or(Server());
    out.size_bytes = tx.first<std::optional<std::int64_t>>(
                           "SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM "
                           "information_schema.tables WHERE table_schema = DATABASE()")
                         .value_or(std::nullopt);
    return out;
}

DiskState disk_of(const Config& config)
{
    DiskState out{.path = config.data.string()};
    struct statvfs space{};
    if (::statvfs(config.data.c_str(), &space) != 0) return out;
    auto block = static_cast<std::int64_t>(space.f_frsize);
    out.free_bytes = static_cast<std::int64_t>(space.f_bavail) * block;
    out.total_bytes = static_cast<std::int64_t>(space.f_blocks) * block;
    return out;
}

ProgramState program_of(const SystemDesk& desk)
{
    return {std::string(version),
            SMGCRM_BUILD,
            fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__),
            desk.started_at,
            desk.boot.node_id,
            desk.boot.host,
            desk.config.roles,
            last_backup_at(desk.config)};
}

}  // namespace

SystemState state_of_system(db::Tx& tx, const SystemDesk& desk, Time now)
{
    return {.tasks = tasks_of(tx, desk, now),
            .queue = jobs::counts(tx, now),
            .suppliers = suppliers_of(tx, desk),
            .nodes = jobs::running_boots(tx, now),
            .database = database_of(tx, desk),
            .disk = disk_of(desk.config),
            .program = program_of(desk),
            .now = now,
            .connections = {}};
}

}  // namespace smg
