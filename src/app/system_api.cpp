#include "app/system_api.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "app/system_state.hpp"
#include "audit/audit_log.hpp"
#include "base/log_tail.hpp"
#include "http/bind.hpp"

namespace smg {
namespace {

using http::Access;
using http::Caller;
using http::Method;

constexpr int default_lines = 200;

// GET /api/v1/system
Async<Result<json::object>> show(SystemDesk& desk)
{
    auto now = desk.clock.now();
    auto asked = std::chrono::steady_clock::now();
    auto answer = [](db::Tx& tx) { return tx.first<std::int64_t>("SELECT 1"); };
    co_await desk.db.read(std::move(answer));
    auto latency = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - asked);

    auto look = [&](db::Tx& tx) { return state_of_system(tx, desk, now); };
    auto state = co_await desk.db.read(std::move(look));
    state.database.latency_us = latency.count();
    auto crowds = desk.crowds();
    state.connections = {crowds.http, static_cast<std::int64_t>(crowds.realtime.connections),
                         static_cast<std::int64_t>(crowds.realtime.channels)};
    co_return http::data_of(json::from(state));
}

struct OneTask {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(OneTask, (), (name))

// POST /api/v1/system/tasks/{name}/run: beside its time.
Async<Result<void>> run(SystemDesk& desk, Caller caller, OneTask in)
{
    auto task = std::ranges::find(desk.tasks, in.name, &schedule::Task::name);
    if (task == desk.tasks.end()) co_return fail(Code::not_found, "There is no such task.");
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        if (!schedule::run_now(tx, now, *task)) return fail(Code::conflict, "This task runs already, or is about to.");
        audit::note(tx, now, audit::actor_of(caller), "task.run", "task " + task->name);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct WhichLines {
    std::optional<log::Level> level;  // and what is worse
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(WhichLines, (), (level, per_page))

struct LogMeta {
    std::string level, host;
};
BOOST_DESCRIBE_STRUCT(LogMeta, (), (level, host))

// GET /api/v1/system/log: the last lines of this process, the oldest first.
Async<Result<json::object>> show_log(SystemDesk& desk, WhichLines in)
{
    auto many = in.per_page.value_or(default_lines);
    if (many < 1 || many > static_cast<int>(log::lines_kept))
        co_return fail_field("per_page", fmt::format("The per page field must be between 1 and {}.", log::lines_kept));
    json::object out;
    out["data"] = json::from(log::tail(in.level.value_or(log::Level::debug), static_cast<std::size_t>(many)));
    out["meta"] = json::from(LogMeta{desk.config.log_level, desk.boot.host});
    co_return out;
}

}  // namespace

http::Routes system_routes(SystemDesk& desk)
{
    return {
        {Method::GET, "/api/v1/system", Access::admin, http::bind<show>(desk),
         http::about("How the program is: tasks, queue, suppliers, database, disk, connections, versions")
             .gives<http::Data<SystemState>>()},
        {Method::GET, "/api/v1/system/log", Access::admin, http::bind<show_log>(desk),
         http::about("The last lines of this process' log, the oldest first").gives<http::Paged<log::Line, LogMeta>>()},
        {Method::POST, "/api/v1/system/tasks/{name}/run", Access::admin, http::bind<run>(desk),
         http::about("Runs a regular task now, beside its time")},
    };
}

}  // namespace smg
