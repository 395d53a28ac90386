#include "sites/token_store.hpp"

#include <fmt/core.h>

#include "base/random.hpp"

namespace smg::sites {
namespace {

constexpr std::string_view sign_purpose = "smgcrm-sign-v1";

std::string place_of(const std::string& hash) { return "api_tokens|sign_key|" + hash; }

std::string last_four(const std::string& token) { return token.substr(token.size() - 4); }

}  // namespace

Secret issue_site_token(db::Tx& tx, const MasterKey& key, Time now, SiteId site, const std::string& name)
{
    auto token = fmt::format("smg_{}_{}", site.value, random_token());
    auto hash = sha256_hex(token);
    // The row's hash is its place: it is known before the row is there, and as unique as its id.
    auto sign_key = key.seal(Secret(hex(hmac_sha256(token, sign_purpose))), place_of(hash));
    tx.execute(
        "INSERT INTO api_tokens (kind, site_id, name, token_hash, sign_key, last_four, created_at) VALUES ('site', ?, ?, ?, "
        "?, ?, ?)",
        site, name, hash, sign_key, last_four(token), now);
    return Secret(std::move(token));
}

Secret issue_role_token(db::Tx& tx, Time now, std::string_view role, const std::string& name)
{
    auto token = "smgp_" + random_token();
    tx.execute(
        "INSERT INTO api_tokens (kind, role, name, token_hash, last_four, created_at) VALUES ('personal', ?, ?, ?, ?, ?)",
        role, name, sha256_hex(token), last_four(token), now);
    return Secret(std::move(token));
}

std::optional<Token> find_token(db::Tx& tx, Time now, std::string_view token)
{
    auto found = tx.find<Token>("FROM api_tokens WHERE token_hash = ? AND revoked_at IS NULL", sha256_hex(token));
    if (!found || (found->expires_at && *found->expires_at <= now)) return std::nullopt;
    if (found->site_id && !tx.first<std::int64_t>("SELECT id FROM sites WHERE id = ? AND is_active = 1", *found->site_id))
        return std::nullopt;
    return found;
}

bool is_live(db::Tx& tx, Time now, std::int64_t token_id)
{
    return tx
        .first<std::int64_t>(
            "SELECT id FROM api_tokens WHERE id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR "
            "expires_at > ?)",
            token_id, now)
        .has_value();
}

bool revoke_token(db::Tx& tx, Time now, std::int64_t token_id)
{
    if (tx.execute("UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, token_id) != 1)
        return false;
    tx.announce({"tokens", token_id});
    return true;
}

bool worth_noting_use(const Token& token, Time now)
{
    return !token.last_used_at || now - *token.last_used_at >= std::chrono::minutes(1);
}

void note_use(db::Tx& tx, Time now, std::int64_t token_id)
{
    tx.execute("UPDATE api_tokens SET last_used_at = ? WHERE id = ?", now, token_id);
}

std::vector<Secret> sign_keys(db::Tx& tx, const MasterKey& key, SiteId site)
{
    using Row = std::tuple<std::string, std::string>;
    std::vector<Secret> out;
    for (const auto& [hash, sealed] : tx.query<Row>(
             "SELECT token_hash, sign_key FROM api_tokens WHERE site_id = ? AND kind = 'site' AND revoked_at IS NULL AND "
             "sign_key IS NOT NULL ORDER BY id DESC",
             site))
        if (auto opened = key.open(sealed, place_of(hash))) out.push_back(std::move(*opened));
    return out;
}

std::vector<SiteToken> site_tokens(db::Tx& tx, SiteId site)
{
    return tx.select<SiteToken>("FROM api_tokens WHERE site_id = ? AND revoked_at IS NULL ORDER BY id DESC", site);
}

bool is_token_of(db::Tx& tx, std::int64_t token_id, SiteId site)
{
    return tx.first<std::int64_t>("SELECT id FROM api_tokens WHERE id = ? AND site_id = ?", token_id, site).has_value();
}

}  // namespace smg::sites
