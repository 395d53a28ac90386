#include "notices/notice_api.hpp"

#include <fmt/core.h>

#include "http/bind.hpp"
#include "notices/notice_store.hpp"

namespace smg::notices {
namespace {

using http::Access;
using http::Caller;
using http::Method;
using http::Paged;

constexpr int default_page = 50, largest_page = 200;

struct ListNotices {
    std::optional<bool> unseen;
    std::optional<std::int64_t> cursor;
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(ListNotices, (), (unseen, cursor, per_page))

// GET /api/v1/notices: the newest first, of the caller's sites and of none.
Async<Result<json::object>> list(NoticeDesk& desk, Caller caller, ListNotices in)
{
    auto page = in.per_page.value_or(default_page);
    if (page < 1 || page > largest_page)
        co_return fail_field("per_page", fmt::format("The per page field must be between 1 and {}.", largest_page));
    auto look = [&](db::Tx& tx) {
        auto notices = list_notices(tx, page + 1, {in.unseen.value_or(false), in.cursor, caller.sites});
        bool more = std::ssize(notices) > page;
        if (more) notices.pop_back();
        json::object meta, out;
        meta["next_cursor"] = more ? json::value(notices.back().id) : json::value(nullptr);
        out["data"] = json::from(notices);
        out["meta"] = std::move(meta);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

struct OneNotice {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneNotice, (), (id))

// POST /api/v1/notices/{id}/seen: it is not repeated any more.
Async<Result<void>> see(NoticeDesk& desk, Caller caller, OneNotice in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto notice = find_notice(tx, in.id);
        bool foreign = notice && notice->site_id && !caller.may_see(*notice->site_id);
        if (foreign || !mark_seen(tx, desk.clock.now(), in.id, caller.name))
            return fail(Code::not_found, "There is no such unseen notice.");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes notice_routes(NoticeDesk& desk)
{
    return {
        {Method::GET, "/api/v1/notices", Access::manager, http::bind<list>(desk),
         http::about("Notices, the newest first").gives<Paged<Notice, http::Cursor>>()},
        {Method::POST, "/api/v1/notices/{id}/seen", Access::manager, http::bind<see>(desk),
         http::about("Marks a notice as seen: it is not repeated any more")},
    };
}

}  // namespace smg::notices
