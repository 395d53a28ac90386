#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"

namespace smg::users {

struct NewUser {
    std::string email, name, role;
    std::string password_hash;
};

/// argon2id with libsodium's interactive cost (64 MiB), as its own `$argon2id$…` string; takes about 90 ms, so never on an
/// I/O thread. Fails when the password has not 8 to 128 characters.
Result<std::string> hash_password(const Secret& password);

/// Adds an account; the e-mail is kept in lower case. Fails with the field that is wrong, or Code::conflict.
Result<UserId> add_user(db::Tx& tx, Time now, const NewUser& user);

}  // namespace smg::users
