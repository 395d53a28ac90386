#include <fmt/core.h>

#include "users/access.hpp"
#include "users/people_desk.hpp"

namespace smg::users {
namespace {

struct Known {
    Session session;
    User user;
    std::optional<std::vector<SiteId>> sites;
};

bool changes(http::Method method) { return method != http::Method::GET && method != http::Method::HEAD; }

Async<void> note(PeopleDesk& desk, Session session)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        note_use(tx, desk.clock.now(), session);
        return {};
    };
    co_await desk.db.write(std::move(write));
}

}  // namespace

http::Caller caller_for(const User& user, std::optional<std::vector<SiteId>> sites)
{
    http::Caller caller;
    caller.kind = http::Caller::Kind::person;
    caller.user = user.id;
    caller.role = user.role;
    caller.edits_wallets = user.edits_wallets;
    caller.name = user.name;
    caller.sites = std::move(sites);
    return caller;
}

Async<Result<http::Caller>> caller_of_session(PeopleDesk& desk, const http::Request& request)
{
    auto token = desk.cookie.token_of(request);
    if (token.empty()) co_return fail(Code::unauthenticated, "Unauthenticated.");
    auto now = desk.clock.now();
    auto look = [&](db::Tx& tx) -> std::optional<Known> {
        auto session = find_session(tx, now, token);
        if (!session || session->state != SessionState::full) return std::nullopt;
        auto user = find_user(tx, session->user_id);
        if (!user || !user->is_active) return std::nullopt;
        auto sites = sites_of(tx, *user);
        return Known{std::move(*session), std::move(*user), std::move(sites)};
    };
    auto known = co_await desk.db.read(std::move(look));
    if (!known) co_return fail(Code::unauthenticated, "Unauthenticated.");
    if (changes(request.method) &&
        (desk.cookie.from_elsewhere(request) || !equal_in_constant_time(request.header("x-csrf-token"), csrf_token(token))))
        co_return fail(Code::forbidden, "This page is out of date: load it again.");
    if (worth_noting_use(known->session, now)) co_await note(desk, known->session);
    auto caller = caller_for(known->user, std::move(known->sites));
    caller.session = known->session.id;
    caller.ip = request.peer;
    co_return caller;
}

Async<Result<http::Caller>> caller_of_user(PeopleDesk& desk, UserId id)
{
    auto look = [&](db::Tx& tx) -> Result<http::Caller> {
        auto user = find_user(tx, id);
        if (!user || !user->is_active) return fail(Code::unauthenticated, "Unauthenticated.");
        return caller_for(*user, sites_of(tx, *user));
    };
    co_return co_await desk.db.read(std::move(look));
}

}  // namespace smg::users
