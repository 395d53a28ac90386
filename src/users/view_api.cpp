#include "users/view_api.hpp"

#include "base/text.hpp"
#include "http/bind.hpp"

namespace smg::users {
namespace {

using http::Access;
using http::Caller;
using http::Method;

constexpr std::size_t longest_page = 32, longest_name = 100, longest_query = 2000, most_views = 50;

struct View {
    std::int64_t id = 0;
    std::string page, name, query;
};
BOOST_DESCRIBE_STRUCT(View, (), (id, page, name, query))

json::object data_of(json::value inside)
{
    json::object out;
    out["data"] = std::move(inside);
    return out;
}

std::optional<View> find_view(db::Tx& tx, std::int64_t id, UserId user)
{
    return tx.find<View>("FROM saved_views WHERE id = ? AND user_id = ?", id, user);
}

Result<void> check(const View& view)
{
    std::vector<FieldError> wrong;
    if (view.page.empty() || view.page.size() > longest_page) wrong.push_back({"page", "The selected page is invalid."});
    if (view.name.empty() || code_points(view.name) > longest_name)
        wrong.push_back({"name", "The name must have 1 to 100 characters."});
    if (code_points(view.query) > longest_query) wrong.push_back({"query", "The query is too long."});
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return {};
}

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such view."); }

struct Page {
    std::optional<std::string> page;
};
BOOST_DESCRIBE_STRUCT(Page, (), (page))

// GET /api/v1/views: the person's own.
Async<Result<json::object>> list(PeopleDesk& desk, Caller caller, Page in)
{
    auto look = [&](db::Tx& tx) {
        auto views = tx.select<View>("FROM saved_views WHERE user_id = ? ORDER BY id", caller.user);
        if (in.page) std::erase_if(views, [&](const View& view) { return view.page != *in.page; });
        return data_of(json::from(views));
    };
    co_return co_await desk.db.read(std::move(look));
}

struct NewView {
    std::string page, name, query;
};
BOOST_DESCRIBE_STRUCT(NewView, (), (page, name, query))

// POST /api/v1/views
Async<Result<http::Reply<json::object>>> add(PeopleDesk& desk, Caller caller, NewView in)
{
    View view{0, in.page, std::string(trimmed(in.name)), in.query};
    if (auto good = check(view); !good) co_return fail(good.error());
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        if (!find_user(tx, caller.user)) return fail(Code::not_found, "This token belongs to no person.");
        auto there = tx.first<std::int64_t>("SELECT COUNT(*) FROM saved_views WHERE user_id = ?", caller.user).value();
        if (there >= static_cast<std::int64_t>(most_views))
            return fail_field("name", "There are 50 views already: remove one first.");
        if (!tx.insert_new("INSERT INTO saved_views (user_id, page, name, query, created_at) VALUES (?, ?, ?, ?, ?)",
                           caller.user, view.page, view.name, view.query, desk.clock.now()))
            return fail_field("name", "A view with this name is there already.");
        auto made =
            tx.find<View>("FROM saved_views WHERE user_id = ? AND page = ? AND name = ?", caller.user, view.page, view.name);
        return http::Reply<json::object>{data_of(json::from(*made)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit {
    std::int64_t id = 0;
    std::optional<std::string> name, query;
};
BOOST_DESCRIBE_STRUCT(Edit, (), (id, name, query))

// PATCH /api/v1/views/{id}
Async<Result<json::object>> change(PeopleDesk& desk, Caller caller, Edit in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto view = find_view(tx, in.id, caller.user);
        if (!view) return unknown();
        if (in.name) view->name = trimmed(*in.name);
        if (in.query) view->query = *in.query;
        if (auto good = check(*view); !good) return fail(good.error());
        auto twin =
            tx.first<std::int64_t>("SELECT id FROM saved_views WHERE user_id = ? AND page = ? AND name = ? AND id <> ?",
                                   caller.user, view->page, view->name, view->id);
        if (twin) return fail_field("name", "A view with this name is there already.");
        tx.execute("UPDATE saved_views SET name = ?, query = ? WHERE id = ?", view->name, view->query, view->id);
        return data_of(json::from(*view));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneView {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneView, (), (id))

// DELETE /api/v1/views/{id}
Async<Result<void>> remove(PeopleDesk& desk, Caller caller, OneView in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!find_view(tx, in.id, caller.user)) return unknown();
        tx.execute("DELETE FROM saved_views WHERE id = ?", in.id);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes view_routes(PeopleDesk& desk)
{
    return {
        {Method::GET, "/api/v1/views", Access::user, http::bind<list>(desk)},
        {Method::POST, "/api/v1/views", Access::user, http::bind<add>(desk)},
        {Method::PATCH, "/api/v1/views/{id}", Access::user, http::bind<change>(desk)},
        {Method::DELETE, "/api/v1/views/{id}", Access::user, http::bind<remove>(desk)},
    };
}

}  // namespace smg::users
