#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/system_api.hpp"
#include "base/json.hpp"
#include "jobs/job_store.hpp"
#include "schedule/slot_store.hpp"
#include "suppliers/circuit.hpp"

namespace smg {

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

struct SupplierState {
    ProviderId id;
    std::string name;
    bool is_active = true;
    suppliers::Circuit circuit;
    std::optional<Time> paused_at;
    std::optional<std::string> paused_reason;
    std::optional<Time> funds_out_at, answered_at;
    std::int64_t waiting = 0, running = 0;  // jobs of its lane
};
BOOST_DESCRIBE_STRUCT(SupplierState, (),
                      (id, name, is_active, circuit, paused_at, paused_reason, funds_out_at, answered_at, waiting, running))

struct DatabaseState {
    std::string address, kind, version, node;
    std::optional<std::int64_t> size_bytes, wal_bytes;
    std::int64_t latency_us = 0;
};
BOOST_DESCRIBE_STRUCT(DatabaseState, (), (address, kind, version, node, size_bytes, wal_bytes, latency_us))

struct DiskState {
    std::string path;
    std::optional<std::int64_t> free_bytes, total_bytes;
};
BOOST_DESCRIBE_STRUCT(DiskState, (), (path, free_bytes, total_bytes))

struct ProgramState {
    std::string version, build, compiler;
    Time started_at;
    std::string node_id, host;
    std::vector<std::string> roles;
    std::optional<Time> backup_at;
};
BOOST_DESCRIBE_STRUCT(ProgramState, (), (version, build, compiler, started_at, node_id, host, roles, backup_at))

struct ConnectionCounts {
    std::int64_t http = 0, realtime = 0, channels = 0;
};
BOOST_DESCRIBE_STRUCT(ConnectionCounts, (), (http, realtime, channels))

/// `tasks`, `queue`, `suppliers` and `nodes` of all nodes; the rest of this one.
struct SystemState {
    std::vector<TaskState> tasks;
    std::vector<jobs::KindCount> queue;
    std::vector<SupplierState> suppliers;
    std::vector<jobs::RunningBoot> nodes;
    DatabaseState database;
    DiskState disk;
    ProgramState program;
    Time now;
    ConnectionCounts connections;
};
BOOST_DESCRIBE_STRUCT(SystemState, (), (tasks, queue, suppliers, nodes, database, disk, program, now, connections))

/// What can be read from the database and the disk.
SystemState state_of_system(db::Tx& tx, const SystemDesk& desk, Time now);

}  // namespace smg
