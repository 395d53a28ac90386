#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"
#include "http/caller.hpp"

namespace smg::users {

/// A person with an account.
struct User {
    UserId id;
    std::string name, email, password;  // the password's hash
    http::Role role = http::Role::user;
    std::optional<std::string> managed_sites;  // as the earlier system wrote it, see access.hpp
    bool is_active = true;
    bool edits_wallets = false;  // what managers may anyway
    std::string locale = "uk", time_zone = "Europe/Kyiv", theme = "system";
    std::optional<std::string> totp_secret, totp_pending;  // sealed
    std::int64_t totp_step = 0;                            // the newest one that a code was taken for
    std::optional<Time> last_seen_at;
    std::optional<Time> created_at;
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, name, email, password, role, managed_sites, is_active, edits_wallets, locale, time_zone, theme,
                       totp_secret, totp_pending, totp_step, last_seen_at, created_at))

struct NewUser {
    std::string email, name, role;
    std::string password_hash;  // empty: nobody can sign in until a password is set by a link
};

/// Adds an account; the e-mail is kept in lower case. Fails with the field that is wrong, or Code::conflict.
Result<UserId> add_user(db::Tx& tx, Time now, const NewUser& user);

std::optional<User> find_user(db::Tx& tx, UserId id);
std::optional<User> find_user_by_email(db::Tx& tx, std::string_view email);
std::vector<User> all_users(db::Tx& tx);
bool is_empty(db::Tx& tx);  // there is no account yet

/// What is missing stays as it is.
struct UserChange {
    std::optional<std::string> name, email, role, locale, time_zone, theme;
    std::optional<bool> is_active, edits_wallets;
};

/// Fails with the field that is wrong; Code::conflict when an e-mail is another's, or when no active administrator would be
/// left.
Result<User> change_user(db::Tx& tx, Time now, const User& user, const UserChange& change);

void set_password(db::Tx& tx, Time now, UserId id, const std::string& hash);

}  // namespace smg::users
