#include "users/personal_token_store.hpp"

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "sites/token_store.hpp"

namespace smg::users {

std::vector<PersonalToken> personal_tokens(db::Tx& tx, Time now, UserId user)
{
    return tx.select<PersonalToken>(
        "FROM api_tokens WHERE user_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?) ORDER BY id "
        "DESC",
        user, now);
}

Result<IssuedToken> issue_personal_token(db::Tx& tx, Time now, UserId user, const NewPersonalToken& in)
{
    constexpr std::size_t longest = 255;
    auto name = std::string(trimmed(in.name));
    if (name.empty() || code_points(name) > longest) return fail_field("name", "The name must have 1 to 255 characters.");
    if (in.expires_at && *in.expires_at <= now)
        return fail_field("expires_at", "The expires at field must be in the future.");
    auto token = "smgp_" + random_token();
    auto hash = sha256_hex(token);
    tx.execute(
        "INSERT INTO api_tokens (kind, user_id, name, scope, token_hash, last_four, created_at, expires_at) VALUES "
        "('personal', ?, ?, ?, ?, ?, ?, ?)",
        user, name, in.scope, hash, token.substr(token.size() - 4), now, in.expires_at);
    return IssuedToken{*tx.find<PersonalToken>("FROM api_tokens WHERE token_hash = ?", hash), Secret(std::move(token))};
}

bool revoke_personal_token(db::Tx& tx, Time now, UserId user, std::int64_t id)
{
    return tx.first<std::int64_t>("SELECT id FROM api_tokens WHERE id = ? AND user_id = ?", id, user) &&
           sites::revoke_token(tx, now, id);
}

}  // namespace smg::users
