#include "app/job_api.hpp"

#include "http/bind.hpp"
#include "jobs/job_store.hpp"

namespace smg {
namespace {

using http::Access;
using http::List;
using http::Method;

constexpr int most_shown = 200;

// GET /api/v1/jobs/dead: the newest 200.
Async<Result<json::object>> list_dead(JobDesk& desk)
{
    auto look = [](db::Tx& tx) { return http::data_of(json::from(jobs::dead_jobs(tx, most_shown))); };
    co_return co_await desk.db.read(std::move(look));
}

struct OneJob {
    JobId id;
};
BOOST_DESCRIBE_STRUCT(OneJob, (), (id))

// POST /api/v1/jobs/{id}/retry: from the beginning, as if new.
Async<Result<void>> retry(JobDesk& desk, OneJob in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!jobs::retry_dead(tx, desk.clock.now(), in.id)) return fail(Code::not_found, "There is no such dead job.");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// DELETE /api/v1/jobs/{id}
Async<Result<void>> discard(JobDesk& desk, OneJob in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!jobs::discard_dead(tx, in.id)) return fail(Code::not_found, "There is no such dead job.");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
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
