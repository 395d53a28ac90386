#include "users/me_api.hpp"

#include <fmt/core.h>

#include "http/bind.hpp"
#include "users/personal_token_store.hpp"
#include "users/second_factor.hpp"
#include "users/session_api.hpp"

namespace smg::users {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

constexpr std::string_view issuer = "SMG CRM";

// A token made on the command line belongs to no person, and has no account to change.
Async<Result<User>> person(PeopleDesk& desk, const Caller& caller)
{
    auto id = caller.user;
    auto look = [id](db::Tx& tx) { return find_user(tx, id); };
    auto user = co_await desk.db.read(std::move(look));
    if (!user) co_return fail(Code::not_found, "This token belongs to no person.");
    co_return std::move(*user);
}

// The person, after they have shown that they are not just someone at their keyboard.
Async<Result<User>> proven(PeopleDesk& desk, const Caller& caller, std::string password)
{
    auto user = co_await person(desk, caller);
    if (!user) co_return user;
    auto right = co_await confirm_password(desk, *user, Secret(std::move(password)), caller.ip);
    if (!right) co_return fail(right.error());
    co_return user;
}

void note(db::Tx& tx, const PeopleDesk& desk, const User& user, const Caller& caller, std::string_view action)
{
    audit::note(tx, desk.clock.now(), actor_of(user, caller.ip), action, fmt::format("user {}", user.id.value));
}

struct Profile {
    std::optional<std::string> name, email, locale, time_zone, theme, current_password;
};
BOOST_DESCRIBE_STRUCT(Profile, (), (name, email, locale, time_zone, theme, current_password))

// PATCH /api/v1/me
Async<Result<json::object>> change_profile(PeopleDesk& desk, Caller caller, Profile in, const http::Request& request)
{
    auto user = co_await person(desk, caller);
    if (user && in.email && *in.email != user->email) user = co_await proven(desk, caller, in.current_password.value_or(""));
    if (!user) co_return fail(user.error());
    UserChange change{.name = in.name, .email = in.email, .locale = in.locale, .time_zone = in.time_zone, .theme = in.theme};
    auto write = [&](db::Tx& tx) -> Result<User> {
        auto changed = change_user(tx, desk.clock.now(), *user, change);
        if (changed && changed->email != user->email) note(tx, desk, *changed, caller, "user.email");
        return changed;
    };
    auto changed = co_await desk.db.write(std::move(write));
    if (!changed && changed.error().code == Code::conflict)
        co_return fail_field("email", "The email has already been taken.");
    if (!changed) co_return fail(changed.error());
    co_return http::data_of(json::from(session_view(desk, *changed, desk.cookie.token_of(request))));
}

struct NewPassword {
    std::string current_password, password;
};
BOOST_DESCRIBE_STRUCT(NewPassword, (), (current_password, password))

// PUT /api/v1/me/password: all other browsers are signed out.
Async<Result<void>> change_password(PeopleDesk& desk, Caller caller, NewPassword in)
{
    auto user = co_await proven(desk, caller, std::move(in.current_password));
    if (!user) co_return fail(user.error());
    auto hash = co_await desk.passwords.hash(Secret(std::move(in.password)));
    if (!hash) co_return fail(hash.error());
    auto write = [&](db::Tx& tx) -> Result<void> {
        set_password(tx, desk.clock.now(), user->id, *hash);
        end_other_sessions(tx, desk.clock.now(), user->id, caller.session);
        note(tx, desk, *user, caller, "user.password");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// GET /api/v1/me/sessions
Async<Result<json::object>> sessions(PeopleDesk& desk, Caller caller)
{
    auto look = [&](db::Tx& tx) { return live_sessions(tx, desk.clock.now(), caller.user); };
    json::array rows;
    for (const auto& session : co_await desk.db.read(std::move(look))) {
        auto row = json::from(session).get_object();
        for (auto inner : {"user_id", "state"}) row.erase(inner);
        row["current"] = session.id == caller.session;
        rows.push_back(std::move(row));
    }
    co_return http::data_of(std::move(rows));
}

struct OneRow {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneRow, (), (id))

// DELETE /api/v1/me/sessions/{id}
Async<Result<void>> end_one(PeopleDesk& desk, Caller caller, OneRow in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!end_session(tx, desk.clock.now(), caller.user, in.id))
            return fail(Code::not_found, "There is no such session.");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// DELETE /api/v1/me/sessions: all but this one.
Async<Result<void>> end_others(PeopleDesk& desk, Caller caller)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        end_other_sessions(tx, desk.clock.now(), caller.user, caller.session);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Proof {
    std::string current_password;
};
BOOST_DESCRIBE_STRUCT(Proof, (), (current_password))

// POST /api/v1/me/totp: a secret for the app; in force only once a code has shown that the app has it.
Async<Result<json::object>> begin_totp(PeopleDesk& desk, Caller caller, Proof in)
{
    auto user = co_await proven(desk, caller, std::move(in.current_password));
    if (!user) co_return fail(user.error());
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto secret = prepare_totp(tx, desk.master, *user);
        return http::data_of(json::object{{"secret", secret.reveal()}, {"uri", totp_uri(issuer, user->email, secret)}});
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Code6 {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(Code6, (), (code))

// PUT /api/v1/me/totp
Async<Result<json::object>> put_totp(PeopleDesk& desk, Caller caller, Code6 in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto user = find_user(tx, caller.user);
        if (!user) return fail(Code::not_found, "This token belongs to no person.");
        auto codes = confirm_totp(tx, desk.master, desk.clock.now(), *user, in.code);
        if (!codes) return fail(codes.error());
        note(tx, desk, *user, caller, "user.totp_on");
        return http::data_of(json::object{{"recovery_codes", json::from(*codes)}});
    };
    co_return co_await desk.db.write(std::move(write));
}

// DELETE /api/v1/me/totp
Async<Result<void>> end_totp(PeopleDesk& desk, Caller caller, Proof in)
{
    auto user = co_await proven(desk, caller, std::move(in.current_password));
    if (!user) co_return fail(user.error());
    auto write = [&](db::Tx& tx) -> Result<void> {
        remove_totp(tx, user->id);
        note(tx, desk, *user, caller, "user.totp_off");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// POST /api/v1/me/totp/recovery-codes
Async<Result<json::object>> renew_codes(PeopleDesk& desk, Caller caller, Proof in)
{
    auto user = co_await proven(desk, caller, std::move(in.current_password));
    if (!user) co_return fail(user.error());
    if (!user->totp_secret) co_return fail(Code::conflict, "There is no second factor to recover.");
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto codes = renew_recovery_codes(tx, user->id);
        note(tx, desk, *user, caller, "user.recovery_codes");
        return http::data_of(json::object{{"recovery_codes", json::from(codes)}});
    };
    co_return co_await desk.db.write(std::move(write));
}

// GET /api/v1/me/tokens
Async<Result<json::object>> tokens(PeopleDesk& desk, Caller caller)
{
    auto look = [&](db::Tx& tx) { return personal_tokens(tx, desk.clock.now(), caller.user); };
    auto rows = co_await desk.db.read(std::move(look));
    co_return http::data_of(json::from(rows));
}

// POST /api/v1/me/tokens: the token is shown this once.
Async<Result<http::Reply<json::object>>> add_token(PeopleDesk& desk, Caller caller, NewPersonalToken in)
{
    auto user = co_await person(desk, caller);
    if (!user) co_return fail(user.error());
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto issued = issue_personal_token(tx, desk.clock.now(), user->id, in);
        if (!issued) return fail(issued.error());
        note(tx, desk, *user, caller, "token.add");
        auto row = json::from(issued->row).get_object();
        row["token"] = issued->token.reveal();
        return http::Reply<json::object>{http::data_of(std::move(row)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

// DELETE /api/v1/me/tokens/{id}
Async<Result<void>> remove_token(PeopleDesk& desk, Caller caller, OneRow in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto user = find_user(tx, caller.user);
        if (!user || !revoke_personal_token(tx, desk.clock.now(), user->id, in.id))
            return fail(Code::not_found, "There is no such token.");
        note(tx, desk, *user, caller, "token.revoke");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct OwnSession : Session {
    static constexpr auto left_out = std::to_array<std::string_view>({"user_id", "state"});
    bool current = false;
};
BOOST_DESCRIBE_STRUCT(OwnSession, (Session), (current))

struct TotpSecret {
    std::string secret, uri;
};
BOOST_DESCRIBE_STRUCT(TotpSecret, (), (secret, uri))

struct RecoveryCodes {
    std::vector<std::string> recovery_codes;
};
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (recovery_codes))

struct AddedToken : PersonalToken {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(AddedToken, (PersonalToken), (token))

}  // namespace

http::Routes me_routes(PeopleDesk& desk)
{
    return {
        {Method::PATCH, "/api/v1/me", Access::user, http::bind<change_profile>(desk),
         http::about("Changes one's own profile")
             .more("Another e-mail needs `current_password`.")
             .gives<Data<SessionView>>()
             .example(R"({"name":"Ann","theme":"dark"})")},
        {Method::PUT, "/api/v1/me/password", Access::user, http::bind<change_password>(desk),
         http::about("Sets one's own password")
             .more("All other browsers are signed out.")
             .example(R"({"current_password":"correct horse battery","password":"another horse battery"})")},
        {Method::GET, "/api/v1/me/sessions", Access::user, http::bind<sessions>(desk),
         http::about("The browsers in which one is signed in").gives<List<OwnSession>>()},
        {Method::DELETE, "/api/v1/me/sessions/{id}", Access::user, http::bind<end_one>(desk),
         http::about("Signs one browser out")},
        {Method::DELETE, "/api/v1/me/sessions", Access::user, http::bind<end_others>(desk),
         http::about("Signs all other browsers out")},
        {Method::POST, "/api/v1/me/totp", Access::user, http::bind<begin_totp>(desk),
         http::about("Prepares a second factor: its secret, for an authenticator app")
             .more("It is in force only once a code has shown that the app has it.")
             .gives<Data<TotpSecret>>()
             .example(R"({"current_password":"another horse battery"})")},
        {Method::PUT, "/api/v1/me/totp", Access::user, http::bind<put_totp>(desk),
         http::about("Puts the prepared second factor in force")
             .gives<Data<RecoveryCodes>>()
             .example(R"({"code":"000000"})")},
        {Method::DELETE, "/api/v1/me/totp", Access::user, http::bind<end_totp>(desk),
         http::about("Removes one's own second factor")},
        {Method::POST, "/api/v1/me/totp/recovery-codes", Access::user, http::bind<renew_codes>(desk),
         http::about("Makes new recovery codes; the old ones are good for nothing")
             .gives<Data<RecoveryCodes>>()
             .example(R"({"current_password":"another horse battery"})")},
        {Method::GET, "/api/v1/me/tokens", Access::user, http::bind<tokens>(desk),
         http::about("One's own tokens for scripts").gives<List<PersonalToken>>()},
        {Method::POST, "/api/v1/me/tokens", Access::user, http::bind<add_token>(desk),
         http::about("Makes a token with one's own rights")
             .more("`token` is in this answer and in no other.")
             .gives<Data<AddedToken>>(201)
             .example(R"({"name":"reports","scope":"read"})")},
        {Method::DELETE, "/api/v1/me/tokens/{id}", Access::user, http::bind<remove_token>(desk),
         http::about("Revokes one of one's own tokens")},
    };
}

}  // namespace smg::users
