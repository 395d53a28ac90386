#include "audit/audit_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "http/bind.hpp"

namespace smg::audit {
namespace {

using http::Access;
using http::Method;
using http::Paged;

constexpr int default_page = 50, largest_page = 500;

struct AuditQuery {
    std::optional<std::string> action, q;
    std::optional<UserId> user_id;
    std::optional<std::int64_t> cursor;
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(AuditQuery, (), (action, q, user_id, cursor, per_page))

// GET /api/v1/audit
Async<Result<json::object>> list(AuditDesk& desk, AuditQuery in)
{
    Filter filter{in.action, in.user_id, in.q, in.cursor, in.per_page.value_or(default_page)};
    if (filter.limit < 1 || filter.limit > largest_page)
        co_return fail_field("per_page", fmt::format("The per page field must be between 1 and {}.", largest_page));
    auto look = [&](db::Tx& tx) { return entries(tx, filter); };
    auto rows = co_await desk.db.read(std::move(look));
    bool more = std::ssize(rows) > filter.limit;
    if (more) rows.pop_back();
    json::object meta, out;
    meta["next_cursor"] = more ? json::value(rows.back().id) : json::value(nullptr);
    out["data"] = json::from(rows);
    out["meta"] = std::move(meta);
    co_return out;
}

}  // namespace

http::Routes audit_routes(AuditDesk& desk)
{
    return {{Method::GET, "/api/v1/audit", Access::admin, http::bind<list>(desk),
             http::about("Who did what, the newest first").gives<Paged<Entry, http::Cursor>>()}};
}

}  // namespace smg::audit
