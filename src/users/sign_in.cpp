#include "users/sign_in.hpp"

#include <fmt/core.h>

#include "base/random.hpp"
#include "base/text.hpp"
#include "users/second_factor.hpp"

namespace smg::users {
namespace {

constexpr std::size_t longest_email = 255, longest_code = 64;
constexpr auto link_lives = std::chrono::hours(24);

std::unexpected<Error> wrong_credentials() { return fail_field("email", "The e-mail or the password is not right."); }

std::unexpected<Error> too_many(int wait_s)
{
    Error error{Code::limited, fmt::format("Too many attempts to sign in. Try again in {} s.", wait_s)};
    error.retry_after_s = wait_s;
    return fail(std::move(error));
}

// Whom an unknown e-mail is audited as: nobody's name is put into the log as a person's.
audit::Actor stranger(const std::string& email, const std::string& ip) { return {"nobody", email, {}, ip}; }

Async<void> note_failure(SignInDesk& desk, std::string email, std::string ip, std::string_view action)
{
    auto note = [&](db::Tx& tx) -> Result<void> {
        audit::note(tx, desk.clock.now(), stranger(email, ip), action, "sign-in");
        return {};
    };
    co_await desk.db.write(std::move(note));
}

// An old hash is replaced while the password is at hand.
Async<std::optional<std::string>> fresh_hash(SignInDesk& desk, const User& user, Secret password)
{
    if (!is_outdated(user.password)) co_return std::nullopt;
    auto hash = co_await desk.passwords.hash(std::move(password));
    if (!hash) co_return std::nullopt;  // shorter than we ask for today: it stays good until it is changed
    co_return std::move(*hash);
}

SignedIn let_in(db::Tx& tx, Time now, const User& user, SessionState state, const Browser& browser)
{
    auto token = open_session(tx, now, user.id, state, browser);
    if (state == SessionState::full) {
        tx.execute("UPDATE users SET last_seen_at = ? WHERE id = ?", now, user.id);
        audit::note(tx, now, actor_of(user, browser.ip), "session.open", fmt::format("user {}", user.id.value));
    }
    return {std::move(token), state, user};
}

}  // namespace

audit::Actor actor_of(const User& user, const std::string& ip) { return {"person", user.name, user.id, ip}; }

Async<Result<SignedIn>> sign_in(SignInDesk& desk, std::string email, Secret password, Browser browser)
{
    auto account = lowered(trimmed(cut(email, longest_email)));
    if (auto wait = desk.throttle.begin(account, browser.ip); wait > 0) co_return too_many(wait);
    auto look = [&](db::Tx& tx) { return find_user_by_email(tx, account); };
    auto user = co_await desk.db.read(std::move(look));
    auto hash = user ? user->password : std::string();
    bool right = co_await desk.passwords.verify(password, std::move(hash));
    if (!right || !user->is_active) {
        co_await note_failure(desk, std::move(account), browser.ip, "session.refused");
        co_return wrong_credentials();
    }
    desk.throttle.succeeded(account, browser.ip);
    auto renewed = co_await fresh_hash(desk, *user, std::move(password));
    auto write = [&](db::Tx& tx) -> Result<SignedIn> {
        auto now = desk.clock.now();
        if (renewed) set_password(tx, now, user->id, *renewed);
        return let_in(tx, now, *user, user->totp_secret ? SessionState::half : SessionState::full, browser);
    };
    co_return co_await desk.db.write(std::move(write));
}

Async<Result<SignedIn>> sign_in_further(SignInDesk& desk, std::string half_token, std::string code, Browser browser)
{
    auto look = [&](db::Tx& tx) -> std::optional<Session> {
        auto session = find_session(tx, desk.clock.now(), half_token);
        return session && session->state == SessionState::half ? session : std::nullopt;
    };
    auto half = co_await desk.db.read(std::move(look));
    if (!half) co_return fail(Code::unauthenticated, "Sign in again.");
    // By person, not by session: who knows the password can open as many half sessions as they like.
    auto account = fmt::format("second factor {}", half->user_id.value);
    if (auto wait = desk.throttle.begin(account, browser.ip); wait > 0) co_return too_many(wait);
    auto typed = cut(code, longest_code);
    auto write = [&](db::Tx& tx) -> Result<SignedIn> {
        auto now = desk.clock.now();
        auto user = find_user(tx, half->user_id);
        if (!user || !user->is_active || !end_session(tx, now, user->id, half->id))
            return fail(Code::unauthenticated, "Sign in again.");
        if (!take_second_factor(tx, desk.master, now, *user, typed))
            return fail_field("code", "The code is not right, or was used already.");
        return let_in(tx, now, *user, SessionState::full, browser);
    };
    auto signed_in = co_await desk.db.write(std::move(write));
    if (signed_in) desk.throttle.succeeded(account, browser.ip);
    else if (signed_in.error().code == Code::invalid)
        co_await note_failure(desk, std::move(account), browser.ip, "session.second_factor_refused");
    co_return signed_in;
}

Async<Result<void>> confirm_password(SignInDesk& desk, User user, Secret password, std::string ip)
{
    auto account = fmt::format("own password {}", user.id.value);
    if (auto wait = desk.throttle.begin(account, ip); wait > 0) co_return too_many(wait);
    bool right = co_await desk.passwords.verify(std::move(password), user.password);
    if (!right) co_return fail_field("current_password", "The password is not right.");
    desk.throttle.succeeded(account, ip);
    co_return Result<void>{};
}

ResetLink issue_reset_link(db::Tx& tx, Time now, UserId user)
{
    ResetLink link{Secret(random_token()), now + link_lives};
    tx.execute("UPDATE user_reset_links SET used_at = ? WHERE user_id = ? AND used_at IS NULL", now, user);
    tx.execute("INSERT INTO user_reset_links (user_id, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?)", user,
               sha256_hex(link.token.reveal()), now, link.expires_at);
    return link;
}

Async<Result<void>> reset_password(SignInDesk& desk, std::string token, Secret password, std::string ip)
{
    if (auto wait = desk.throttle.begin("reset", ip); wait > 0) co_return too_many(wait);
    auto hash = co_await desk.passwords.hash(std::move(password));
    if (!hash) co_return fail(hash.error());
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        auto digest = sha256_hex(token);
        auto id = tx.first<UserId>(
            "SELECT user_id FROM user_reset_links WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", digest, now);
        auto user = id ? find_user(tx, *id) : std::nullopt;
        auto used = user && tx.execute("UPDATE user_reset_links SET used_at = ? WHERE token_hash = ? AND used_at IS NULL",
                                       now, digest) == 1;
        if (!used || !user->is_active)
            return fail_field("token", "This link was used or is too old: ask an administrator for a new one.");
        set_password(tx, now, user->id, *hash);
        end_other_sessions(tx, now, user->id, std::nullopt);
        audit::note(tx, now, actor_of(*user, ip), "user.password_reset", fmt::format("user {}", user->id.value));
        return {};
    };
    auto done = co_await desk.db.write(std::move(write));
    if (done) desk.throttle.succeeded("reset", ip);
    co_return done;
}

}  // namespace smg::users
