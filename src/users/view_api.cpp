#include "users/view_api.hpp"

#include "base/text.hpp"
#include "http/bind.hpp"
#include "users/view_store.hpp"

namespace smg::users {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such view."); }

struct Page {
    std::optional<std::string> page;
};
BOOST_DESCRIBE_STRUCT(Page, (), (page))

// GET /api/v1/views: the person's own.
Async<Result<json::object>> list(PeopleDesk& desk, Caller caller, Page in)
{
    auto look = [&](db::Tx& tx) {
        auto views = views_of(tx, caller.user);
        if (in.page) std::erase_if(views, [&](const View& view) { return view.page != *in.page; });
        return http::data_of(json::from(views));
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
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        if (!find_user(tx, caller.user)) return fail(Code::not_found, "This token belongs to no person.");
        auto made = add_view(tx, desk.clock.now(), caller.user, view);
        if (!made) return fail(made.error());
        return http::Reply<json::object>{http::data_of(json::from(*made)), 201};
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
        auto view = find_view(tx, caller.user, in.id);
        if (!view) return unknown();
        if (in.name) view->name = trimmed(*in.name);
        if (in.query) view->query = *in.query;
        auto changed = change_view(tx, caller.user, std::move(*view));
        if (!changed) return fail(changed.error());
        return http::data_of(json::from(*changed));
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
        if (!remove_view(tx, caller.user, in.id)) return unknown();
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes view_routes(PeopleDesk& desk)
{
    return {
        {Method::GET, "/api/v1/views", Access::user, http::bind<list>(desk),
         http::about("One's own saved filters").gives<List<View>>()},
        {Method::POST, "/api/v1/views", Access::user, http::bind<add>(desk),
         http::about("Saves a filter of a list under a name")
             .gives<Data<View>>(201)
             .example(R"({"page":"/order","name":"Held","query":"phase=review"})")},
        {Method::PATCH, "/api/v1/views/{id}", Access::user, http::bind<change>(desk),
         http::about("Renames a saved filter, or saves another under its name")
             .gives<Data<View>>()
             .example(R"({"name":"To decide"})")},
        {Method::DELETE, "/api/v1/views/{id}", Access::user, http::bind<remove>(desk),
         http::about("Removes a saved filter")},
    };
}

}  // namespace smg::users
