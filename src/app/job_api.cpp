#include "app/job_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "http/bind.hpp"
#include "jobs/job_store.hpp"

namespace smg {
namespace {

using http::Access;
using http::Caller;
using http::List;
using http::Method;

constexpr int most_shown = 200;

struct OneJob {
    JobId id;
};
BOOST_DESCRIBE_STRUCT(OneJob, (), (id))

// GET /api/v1/jobs/dead: the newest 200.
Async<Result<json::object>> list_dead(JobDesk& desk)
{
    auto look = [](db::Tx& tx) { return http::data_of(json::from(jobs::dead_jobs(tx, most_shown))); };
    co_return co_await desk.db.read(std::move(look));
}

// Decides about a dead job, and writes down who did.
template <class F>
Async<Result<void>> decide(JobDesk& desk, Caller caller, JobId id, std::string_view action, F decision)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        auto job = jobs::find_dead(tx, id);
        if (!job || !decision(tx, now)) return fail(Code::not_found, "There is no such dead job.");
        audit::note(tx, now, audit::actor_of(caller), action, fmt::format("job {}", id.value),
                    fmt::format("{}{}{}", job->kind, job->last_error ? ": " : "", job->last_error.value_or("")));
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// POST /api/v1/jobs/{id}/retry: from the beginning, as if new.
Async<Result<void>> retry(JobDesk& desk, Caller caller, OneJob in)
{
    auto again = [id = in.id](db::Tx& tx, Time now) { return jobs::retry_dead(tx, now, id); };
    co_return co_await decide(desk, std::move(caller), in.id, "job.retry", std::move(again));
}

// DELETE /api/v1/jobs/{id}
Async<Result<void>> discard(JobDesk& desk, Caller caller, OneJob in)
{
    auto away = [id = in.id](db::Tx& tx, Time) { return jobs::discard_dead(tx, id); };
    co_return co_await decide(desk, std::move(caller), in.id, "job.discard", std::move(away));
}

}  // namespace

http::Routes job_routes(JobDesk& desk)
{
    return {
        {Method::GET, "/api/v1/jobs/dead", Access::admin, http::bind<list_dead>(desk),
         http::about("Jobs that failed for good, the newest 200").gives<List<jobs::DeadJob>>()},
        {Method::POST, "/api/v1/jobs/{id}/retry", Access::admin, http::bind<retry>(desk),
         http::about("Lets a dead job begin anew")},
        {Method::DELETE, "/api/v1/jobs/{id}", Access::admin, http::bind<discard>(desk), http::about("Discards a dead job")},
    };
}

}  // namespace smg
