#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"
#include "users/user_store.hpp"

// Time-based one-time passwords: RFC 6238 with SHA-1, 30 s and 6 digits, which is what every authenticator app knows.
namespace smg::users {

constexpr auto totp_period = std::chrono::seconds(30);
constexpr std::size_t recovery_codes = 10;

/// The number of periods since 1970.
std::int64_t totp_step_at(Time now);

/// The six digits of a step; `key` is raw bytes.
std::string totp_code(std::string_view key, std::int64_t step);

/// The step that a code belongs to: the present one or the one before (clocks differ, fingers are slow), and newer than the
/// last one a code was taken for, so that each code is good once.
std::optional<std::int64_t> totp_step_of(std::string_view key, std::string_view code, Time now, std::int64_t last_step);

/// RFC 4648, without padding; reading takes lower case, and nothing when it is no base 32.
std::string base32(std::string_view bytes);
std::optional<std::string> from_base32(std::string_view text);

/// What an authenticator app reads from the picture.
std::string totp_uri(std::string_view issuer, std::string_view account, const Secret& secret);

/// A new secret (base 32) that is not in force yet.
Secret prepare_totp(db::Tx& tx, const MasterKey& master, const User& user);

/// Puts the prepared secret into force when `code` is right, and gives fresh recovery codes. Fails with the field `code`.
Result<std::vector<std::string>> confirm_totp(db::Tx& tx, const MasterKey& master, Time now, const User& user,
                                              std::string_view code);

void remove_totp(db::Tx& tx, UserId user);

/// Replaces all recovery codes: 80 random bits each, `xxxx-xxxx-xxxx-xxxx`; only their hashes are kept.
std::vector<std::string> renew_recovery_codes(db::Tx& tx, UserId user);

/// Whether this is a good code of the app or an unused recovery code; it is not good a second time.
bool take_second_factor(db::Tx& tx, const MasterKey& master, Time now, const User& user, std::string_view code);

}  // namespace smg::users
