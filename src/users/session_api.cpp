#include "users/session_api.hpp"

#include <fmt/core.h>

#include "http/bind.hpp"

namespace smg::users {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::Either;
using http::Method;
using Answer = http::Reply<json::object>;

struct SetupNeeded {
    bool needed = false;
};
BOOST_DESCRIBE_STRUCT(SetupNeeded, (), (needed))

// The session is open once a code has followed.
struct SecondFactor {
    bool second_factor = true;
};
BOOST_DESCRIBE_STRUCT(SecondFactor, (), (second_factor))

constexpr std::string_view json_media = "application/json";

// Nobody is signed in yet, so there is no CSRF token: what a form of another site can send is refused by its marks.
Result<void> comes_from_our_page(const PeopleDesk& desk, const http::Request& request)
{
    if (auto refusal = desk.cookie.refusal(request)) return fail(Code::forbidden, *refusal);
    if (desk.cookie.from_elsewhere(request)) return fail(Code::forbidden, "This request comes from another site.");
    if (!request.header("content-type").starts_with(json_media))
        return fail(Code::forbidden, "The body must be sent as application/json.");
    return {};
}

Browser browser_of(const http::Request& request) { return {request.peer, std::string(request.header("user-agent"))}; }

Answer answer_of(const PeopleDesk& desk, const SignedIn& in)
{
    auto body = in.state == SessionState::half ? json::from(SecondFactor{})
                                               : json::from(session_view(desk, in.user, in.token.reveal()));
    return {http::data_of(std::move(body)), 200, {desk.cookie.set(in.token)}};
}

// GET /api/v1/setup
Async<Result<json::object>> show_setup(PeopleDesk& desk)
{
    bool needed = co_await desk.first_run.needed();
    co_return http::data_of(json::from(SetupNeeded{needed}));
}

struct SetUp {
    std::string token, name, email, password;
    std::optional<std::string> locale;
};
BOOST_DESCRIBE_STRUCT(SetUp, (), (token, name, email, password, locale))

// POST /api/v1/setup: the first account, by the link that the program printed.
Async<Result<Answer>> set_up(PeopleDesk& desk, SetUp in, const http::Request& request)
{
    if (auto ours = comes_from_our_page(desk, request); !ours) co_return fail(ours.error());
    if (!co_await desk.first_run.needed()) co_return fail(Code::not_found, "There is an account already: sign in.");
    if (!desk.first_run.opens(in.token))
        co_return fail_field("token", "This link is not the one that the program printed at its start.");
    auto hash = co_await desk.passwords.hash(Secret(in.password));
    if (!hash) co_return fail(hash.error());
    auto browser = browser_of(request);
    auto write = [&](db::Tx& tx) -> Result<SignedIn> {
        auto now = desk.clock.now();
        if (!is_empty(tx)) return fail(Code::not_found, "There is an account already: sign in.");
        auto id = add_user(tx, now, {in.email, in.name, "admin", *hash});
        if (!id) return fail(id.error());
        auto user = *find_user(tx, *id);
        auto changed = change_user(tx, now, user, {.locale = in.locale});
        if (!changed) return fail(changed.error());
        audit::note(tx, now, actor_of(*changed, browser.ip), "user.first", fmt::format("user {}", id->value));
        return SignedIn{open_session(tx, now, *id, SessionState::full, browser), SessionState::full, *changed};
    };
    auto signed_in = co_await desk.db.write(std::move(write));
    if (!signed_in) co_return fail(signed_in.error());
    co_return answer_of(desk, *signed_in);
}

struct Credentials {
    std::string email, password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (email, password))

// POST /api/v1/session
Async<Result<Answer>> open(PeopleDesk& desk, Credentials in, const http::Request& request)
{
    if (auto ours = comes_from_our_page(desk, request); !ours) co_return fail(ours.error());
    auto signed_in = co_await sign_in(desk, std::move(in.email), Secret(std::move(in.password)), browser_of(request));
    if (!signed_in) co_return fail(signed_in.error());
    co_return answer_of(desk, *signed_in);
}

struct Further {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(Further, (), (code))

// POST /api/v1/session/second-factor
Async<Result<Answer>> open_further(PeopleDesk& desk, Further in, const http::Request& request)
{
    if (auto ours = comes_from_our_page(desk, request); !ours) co_return fail(ours.error());
    auto half = desk.cookie.token_of(request);
    auto signed_in = co_await sign_in_further(desk, std::move(half), std::move(in.code), browser_of(request));
    if (!signed_in) co_return fail(signed_in.error());
    co_return answer_of(desk, *signed_in);
}

// GET /api/v1/session
Async<Result<json::object>> show(PeopleDesk& desk, Caller caller, const http::Request& request)
{
    auto look = [&](db::Tx& tx) { return find_user(tx, caller.user); };
    auto user = co_await desk.db.read(std::move(look));
    if (!user) co_return fail(Code::not_found, "This token belongs to no person.");
    co_return http::data_of(json::from(session_view(desk, *user, desk.cookie.token_of(request))));
}

// DELETE /api/v1/session
Async<Result<http::Response>> close(PeopleDesk& desk, Caller caller)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        end_session(tx, desk.clock.now(), caller.user, caller.session);
        return {};
    };
    co_await desk.db.write(std::move(write));
    http::Response response;
    response.status = 204;
    response.headers.push_back(desk.cookie.clear());
    co_return response;
}

struct Reset {
    std::string token, password;
};
BOOST_DESCRIBE_STRUCT(Reset, (), (token, password))

// POST /api/v1/password-resets
Async<Result<void>> reset(PeopleDesk& desk, Reset in, const http::Request& request)
{
    if (auto ours = comes_from_our_page(desk, request); !ours) co_return fail(ours.error());
    co_return co_await reset_password(desk, std::move(in.token), Secret(std::move(in.password)), request.peer);
}

}  // namespace

SessionView session_view(const PeopleDesk& desk, const User& user, std::string_view token)
{
    return {
        {user.id, user.name, user.email, user.role, user.locale, user.time_zone, user.theme, user.totp_secret.has_value()},
        csrf_token(token),
        user.role == http::Role::admin,
        desk.version};
}

http::Routes session_routes(PeopleDesk& desk)
{
    return {
        {Method::GET, "/api/v1/setup", Access::anyone, http::bind<show_setup>(desk),
         http::about("Whether the first account is still to be made").gives<Data<SetupNeeded>>()},
        {Method::POST, "/api/v1/setup", Access::anyone, http::bind<set_up>(desk),
         http::about("Makes the first account")
             .more("`token` is the end of the link that the program printed at its start.")
             .gives<Data<SessionView>>()
             .example(
                 R"({"token":"as printed","name":"Ann","email":"ann@example.com","password":"correct horse battery"})")},
        {Method::POST, "/api/v1/session", Access::anyone, http::bind<open>(desk),
         http::about("Signs in")
             .more("The answer sets the session's cookie. With a second factor it is only "
                   "`{\"data\":{\"second_factor\":true}}`.")
             .gives<Data<Either<SessionView, SecondFactor>>>()
             .example(R"({"email":"ann@example.com","password":"correct horse battery"})")},
        {Method::POST, "/api/v1/session/second-factor", Access::anyone, http::bind<open_further>(desk),
         http::about("Ends a sign-in with a code of the app or a recovery code")
             .gives<Data<SessionView>>()
             .example(R"({"code":"000000"})")},
        {Method::GET, "/api/v1/session", Access::user, http::bind<show>(desk),
         http::about("Who is signed in").gives<Data<SessionView>>()},
        {Method::DELETE, "/api/v1/session", Access::user, http::bind<close>(desk), http::about("Signs out").with(204)},
        {Method::POST, "/api/v1/password-resets", Access::anyone, http::bind<reset>(desk),
         http::about("Sets a password by a link that an admin made")
             .example(R"({"token":"the end of the link","password":"correct horse battery"})")},
    };
}

}  // namespace smg::users
