#include "app/sign_in.hpp"

#include <fmt/core.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "sites/token_store.hpp"
#include "users/access.hpp"

namespace smg {
namespace {

constexpr std::string_view scheme = "bearer ";
constexpr std::size_t longest_token = 200;

std::string bearer_of(const http::Request& request)
{
    auto header = request.header("authorization");
    if (header.size() <= scheme.size() || lowered(header.substr(0, scheme.size())) != scheme) return {};
    auto token = trimmed(header.substr(scheme.size()));
    return token.size() > longest_token ? std::string() : std::string(token);
}

// A token made for a role alone, on the command line of the machine itself, belongs to no person and is bound to no site.
http::Caller caller_of(const sites::Token& token)
{
    http::Caller caller;
    if (token.site_id) {
        caller.kind = http::Caller::Kind::site;
        caller.site = *token.site_id;
        caller.sites = std::vector{*token.site_id};
        caller.name = fmt::format("site {}", token.site_id->value);
        return caller;
    }
    caller.kind = http::Caller::Kind::person;
    caller.role = from_word<http::Role>(token.role.value_or("")).value_or(http::Role::user);
    caller.name = token.name;
    caller.sites = std::nullopt;
    return caller;
}

Async<void> note_use(db::Database& db, const Clock& clock, std::int64_t token)
{
    try {
        auto note = [&](db::Tx& tx) -> Result<void> {
            sites::note_use(tx, clock.now(), token);
            return {};
        };
        co_await db.write(std::move(note));
    } catch (const db::DatabaseError& e) {
        log::warning("the use of a token was not noted: {}", e.what());
    }
}

struct Door {
    boost::asio::io_context& io;
    db::Database& db;
    const Clock& clock;
    sites::Callers& callers;
    users::PeopleDesk& people;
};

Async<Result<http::Caller>> by_token(Door door, std::string bearer, std::string ip)
{
    if (bearer.empty()) co_return fail(Code::unauthenticated, "Unauthenticated.");
    auto token = co_await door.callers.token(std::move(bearer));
    if (!token) co_return fail(Code::unauthenticated, "Unauthenticated.");
    if (door.callers.note_use(*token))
        boost::asio::co_spawn(door.io, note_use(door.db, door.clock, token->id), boost::asio::detached);
    Result<http::Caller> caller = caller_of(*token);
    if (token->user_id) caller = co_await users::caller_of_user(door.people, *token->user_id);
    if (!caller) co_return caller;
    caller->token = token->id;
    caller->read_only = token->scope == "read";
    caller->ip = std::move(ip);
    co_return caller;
}

}  // namespace

http::Authenticate sign_in(boost::asio::io_context& io, db::Database& db, const Clock& clock, sites::Callers& callers,
                           users::PeopleDesk& people)
{
    Door door{io, db, clock, callers, people};
    return [door](const http::Request& request) {
        if (request.header("authorization").empty()) return users::caller_of_session(door.people, request);
        return by_token(door, bearer_of(request), request.peer);
    };
}

std::optional<http::Caller> who_sees(db::Tx& tx, UserId id)
{
    auto user = users::find_user(tx, id);
    if (!user || !user->is_active) return std::nullopt;
    return users::caller_for(*user, users::sites_of(tx, *user));
}

std::optional<http::Caller> who_decides(db::Tx& tx, UserId id)
{
    auto caller = who_sees(tx, id);
    return caller && caller->role != http::Role::user ? caller : std::nullopt;
}

}  // namespace smg
