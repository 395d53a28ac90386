#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/id.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"

namespace smg::sites {

/// Who a token speaks for. The token itself is shown once and never stored: only its SHA-256 is, which is enough for 256
/// random bits.
struct Token {
    std::int64_t id = 0;
    std::string kind;  // site, personal
    std::optional<SiteId> site_id;
    std::optional<UserId> user_id;
    std::optional<std::string> role;
    std::string name;
    std::string scope = "write";  // `read` opens GET alone
    std::optional<Time> last_used_at, expires_at;
};
BOOST_DESCRIBE_STRUCT(Token, (), (id, kind, site_id, user_id, role, name, scope, last_used_at, expires_at))

/// `smg_<site id>_<256 bits>`. Beside the hash it stores the key for signatures, HMAC-SHA256(token, "smgcrm-sign-v1"),
/// sealed: the shop's plugin derives the same from the token it has.
Secret issue_site_token(db::Tx& tx, const MasterKey& key, Time now, SiteId site, const std::string& name);

/// `smgp_<256 bits>` with the rights of a role.
Secret issue_role_token(db::Tx& tx, Time now, std::string_view role, const std::string& name);

/// The live token with this text; nothing when it is unknown, revoked, expired, or its site is switched off.
std::optional<Token> find_token(db::Tx& tx, Time now, std::string_view token);

/// Whether somebody who came in with it a while ago may stay.
bool is_live(db::Tx& tx, Time now, std::int64_t token_id);

/// From its commit on nobody is let in with it. False when there is no such token, or it was revoked before.
bool revoke_token(db::Tx& tx, Time now, std::int64_t token_id);

/// Notes the use at most once a minute, so that reading stays reading.
bool worth_noting_use(const Token& token, Time now);
void note_use(db::Tx& tx, Time now, std::int64_t token_id);

/// A site's token as people see it.
struct SiteToken {
    std::int64_t id = 0;
    std::string name, last_four;
    std::optional<Time> last_used_at;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(SiteToken, (), (id, name, last_four, last_used_at, created_at))

/// What its live tokens sign with, newest first; the plugin has one of them.
std::vector<Secret> sign_keys(db::Tx& tx, const MasterKey& key, SiteId site);

/// Live ones, newest first.
std::vector<SiteToken> site_tokens(db::Tx& tx, SiteId site);
bool is_token_of(db::Tx& tx, std::int64_t token_id, SiteId site);

}  // namespace smg::sites
