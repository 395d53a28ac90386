#include "app/sign_in.hpp"

#include <fmt/core.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "sites/token_store.hpp"

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

http::Caller caller_of(const sites::Token& token)
{
    http::Caller caller;
    caller.token = token.id;
    if (token.site_id) {
        caller.kind = http::Caller::Kind::site;
        caller.site = *token.site_id;
        caller.sites = std::vector{*token.site_id};
        caller.name = fmt::format("site {}", token.site_id->value);
        return caller;
    }
    caller.kind = http::Caller::Kind::person;
    caller.role = from_word<http::Role>(token.role.value_or("")).value_or(http::Role::user);
    caller.user = token.user_id.value_or(UserId{});
    caller.name = token.name;
    // A token made for a role alone, on the command line of the machine itself, is bound to no site.
    if (!token.user_id) caller.sites = std::nullopt;
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

Async<Result<http::Caller>> sign_in(boost::asio::io_context& io, db::Database& db, const Clock& clock,
                                    sites::Callers& callers, std::string bearer)
{
    if (bearer.empty()) co_return fail(Code::unauthenticated, "Unauthenticated.");
    auto token = co_await callers.token(std::move(bearer));
    if (!token) co_return fail(Code::unauthenticated, "Unauthenticated.");
    if (callers.note_use(*token)) boost::asio::co_spawn(io, note_use(db, clock, token->id), boost::asio::detached);
    co_return caller_of(*token);
}

}  // namespace

http::Authenticate sign_in_by_token(boost::asio::io_context& io, db::Database& db, const Clock& clock,
                                    sites::Callers& callers)
{
    return [&](const http::Request& request) { return sign_in(io, db, clock, callers, bearer_of(request)); };
}

}  // namespace smg
