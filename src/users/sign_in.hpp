#pragma once

#include <optional>
#include <string>

#include "audit/audit_log.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "users/password.hpp"
#include "users/session_store.hpp"
#include "users/throttle.hpp"
#include "users/user_store.hpp"

namespace smg::users {

/// What signing in works with.
struct SignInDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    PasswordDesk& passwords;
    SignInThrottle& throttle;
};

/// A browser that is let in, or asked for the second factor.
struct SignedIn {
    Secret token;  // for the cookie
    SessionState state = SessionState::half;
    User user;
};

/// By e-mail and password. Exactly one password is verified, whether the account is known, unknown or switched off, and all
/// failures are told in the same words (field `email`); Code::limited after too many.
Async<Result<SignedIn>> sign_in(SignInDesk& desk, std::string email, Secret password, Browser browser);

/// A half session and a code of the app, or a recovery code: a new, full session takes its place.
Async<Result<SignedIn>> sign_in_further(SignInDesk& desk, std::string half_token, std::string code, Browser browser);

/// The person's own password, asked for before what is dangerous. Fails with the field `current_password`.
Async<Result<void>> confirm_password(SignInDesk& desk, User user, Secret password, std::string ip);

/// A token that sets a password once, within a day.
struct ResetLink {
    Secret token;
    Time expires_at;
};
ResetLink issue_reset_link(db::Tx& tx, Time now, UserId user);

/// Sets the password that a reset link is for; all sessions of the person end. Fails with the field `token` or `password`.
Async<Result<void>> reset_password(SignInDesk& desk, std::string token, Secret password, std::string ip);

/// The actor of audit lines for a person.
audit::Actor actor_of(const User& user, const std::string& ip);

}  // namespace smg::users
