#include "users/session_api.hpp"

#include <fmt/core.h>

#include "http/bind.hpp"

namespace smg::users {
namespace {

using http::Access;
using http::Caller;
using http::Method;
using Answer = http::Reply<json::object>;

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
    auto body = in.state == SessionState::half ? json::object{{"second_factor", true}}
                                               : session_view(desk, in.user, in.token.reveal());
    return {http::data_of(std::move(body)), 200, {desk.cookie.set(in.token)}};
}

// GET /api/v1/setup
Async<Result<json::object>> show_setup(PeopleDesk& desk)
{
    bool needed = co_await desk.first_run.needed();
    co_return http::data_of({{"needed", needed}});
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
    co_return http::data_of(session_view(desk, *user, desk.cookie.token_of(request)));
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

json::object session_view(const PeopleDesk& desk, const User& user, std::string_view token)
{
    json::object person;
    person["id"] = user.id.value;
    person["name"] = user.name;
    person["email"] = user.email;
    person["role"] = word(user.role);
    person["locale"] = user.locale;
    person["time_zone"] = user.time_zone;
    person["theme"] = user.theme;
    person["totp_enabled"] = user.totp_secret.has_value();
    json::object out;
    out["user"] = std::move(person);
    out["csrf"] = csrf_token(token);
    out["all_sites"] = user.role == http::Role::admin;
    out["version"] = desk.version;
    return out;
}

http::Routes session_routes(PeopleDesk& desk)
{
    return {
        {Method::GET, "/api/v1/setup", Access::anyone, http::bind<show_setup>(desk)},
        {Method::POST, "/api/v1/setup", Access::anyone, http::bind<set_up>(desk)},
        {Method::POST, "/api/v1/session", Access::anyone, http::bind<open>(desk)},
        {Method::POST, "/api/v1/session/second-factor", Access::anyone, http::bind<open_further>(desk)},
        {Method::GET, "/api/v1/session", Access::user, http::bind<show>(desk)},
        {Method::DELETE, "/api/v1/session", Access::user, http::bind<close>(desk)},
        {Method::POST, "/api/v1/password-resets", Access::anyone, http::bind<reset>(desk)},
    };
}

}  // namespace smg::users
