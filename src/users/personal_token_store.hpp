#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"

namespace smg::users {

/// `read` opens GET alone.
enum class TokenScope { read, write };
BOOST_DESCRIBE_ENUM(TokenScope, read, write)

/// A token by which a person's scripts call the API, with that person's rights at the moment of the call.
struct PersonalToken {
    std::int64_t id = 0;
    std::string name;
    TokenScope scope = TokenScope::read;
    std::string last_four;
    std::optional<Time> last_used_at, expires_at;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(PersonalToken, (), (id, name, scope, last_four, last_used_at, expires_at, created_at))

struct NewPersonalToken {
    std::string name;
    TokenScope scope = TokenScope::read;
    std::optional<Time> expires_at;
};
BOOST_DESCRIBE_STRUCT(NewPersonalToken, (), (name, scope, expires_at))

struct IssuedToken {
    PersonalToken row;
    Secret token;  // `smgp_<256 bits>`; not stored
};

/// Live ones, newest first.
std::vector<PersonalToken> personal_tokens(db::Tx& tx, Time now, UserId user);

/// Fails with the field that is wrong.
Result<IssuedToken> issue_personal_token(db::Tx& tx, Time now, UserId user, const NewPersonalToken& in);

/// False when it is not this person's, or was revoked before.
bool revoke_personal_token(db::Tx& tx, Time now, UserId user, std::int64_t id);

}  // namespace smg::users
