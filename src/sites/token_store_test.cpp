#include "sites/token_store.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "sites/site_store.hpp"

namespace smg::sites {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const Time now = *from_stored("2026-11-22 17:00:00.000");

class TokenStore : public db::OnBothDatabases {
protected:
    SiteId add(const std::string& url = "https://shop.example")
    {
        return db().write_now([&](db::Tx& tx) { return add_site(tx, now, {url, "Shop", "UAH"}); })->id;
    }

    // A closure may run twice: only the token of its last run is in the database.
    std::string issue(SiteId site)
    {
        return db().write_now([&](db::Tx& tx) { return issue_site_token(tx, master, now, site, "main"); }).reveal();
    }

    std::string issue_for(std::string_view role)
    {
        return db().write_now([&](db::Tx& tx) { return issue_role_token(tx, now, role, "console"); }).reveal();
    }

    std::optional<Token> find(const std::string& token, Time at = now)
    {
        return db().read_now([&](db::Tx& tx) { return find_token(tx, at, token); });
    }

    void change(const std::string& sql)
    {
        db().write_now([&](db::Tx& tx) { return tx.execute(sql); });
    }

    // All that a thief of the table would read.
    std::string dump()
    {
        using Row = std::tuple<std::string, std::string, std::optional<std::string>, std::string>;
        std::string all;
        for (auto& [name, hash, key, last] : db().read_now(
                 [](db::Tx& tx) { return tx.query<Row>("SELECT name, token_hash, sign_key, last_four FROM api_tokens"); }))
            all += name + "|" + hash + "|" + key.value_or("") + "|" + last + "\n";
        return all;
    }

    MasterKey master = MasterKey::random();
};
INSTANTIATE_TEST_SUITE_P(databases, TokenStore, db::both_databases(), db::dialect_name);

TEST_P(TokenStore, a_site_token_speaks_for_its_site)
{
    auto site = add();
    auto token = issue(site);
    EXPECT_THAT(token, MatchesRegex("smg_" + std::to_string(site.value) + "_[A-Za-z0-9_-]{43}"));
    auto found = find(token);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, "site");
    EXPECT_EQ(found->site_id, site);
    EXPECT_FALSE(found->role || found->user_id || found->expires_at);
}

TEST_P(TokenStore, a_role_token_speaks_for_its_role)
{
    auto token = issue_for("manager");
    EXPECT_THAT(token, MatchesRegex("smgp_[A-Za-z0-9_-]{43}"));
    auto found = find(token);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, "personal");
    EXPECT_EQ(found->role, "manager");
    EXPECT_FALSE(found->site_id);
}

TEST_P(TokenStore, keeps_neither_the_token_nor_its_signing_key_in_the_open)
{
    auto site = add();
    auto token = issue(site), personal = issue_for("admin");
    auto sign_key = hmac_sha256(token, "smgcrm-sign-v1");
    auto table = dump();
    for (const auto& secret :
         {token, personal, token.substr(token.size() - 43), sign_key, hex(sign_key), base64url(sign_key)})
        EXPECT_THAT(table, Not(HasSubstr(secret)));
    EXPECT_THAT(table, HasSubstr(sha256_hex(token)));  // control: the dump does see the row
    EXPECT_THAT(table, HasSubstr("|" + token.substr(token.size() - 4) + "\n"));
}

TEST_P(TokenStore, a_signing_key_opens_in_its_own_row_alone)
{
    auto site = add();
    auto mine = issue(site), other = issue(site);
    auto sealed_of = [&](const std::string& token) {
        return db().read_now([&](db::Tx& tx) {
            return *tx.first<std::string>("SELECT sign_key FROM api_tokens WHERE token_hash = ?", sha256_hex(token));
        });
    };
    auto place_of = [](const std::string& token) { return "api_tokens|sign_key|" + sha256_hex(token); };
    auto opened = master.open(sealed_of(mine), place_of(mine));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), hex(hmac_sha256(mine, "smgcrm-sign-v1")));
    EXPECT_FALSE(master.open(sealed_of(other), place_of(mine)));
    EXPECT_FALSE(MasterKey::random().open(sealed_of(mine), place_of(mine)));
}

TEST_P(TokenStore, finds_nothing_that_is_only_like_a_token)
{
    auto token = issue(add());
    auto upper = token;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    for (const auto& text : {std::string(), token + " ", " " + token, token.substr(0, token.size() - 1), token + "x", upper,
                             sha256_hex(token), std::string("' OR '1'='1")})
        EXPECT_FALSE(find(text)) << text;
    EXPECT_TRUE(find(token));
}

TEST_P(TokenStore, a_revoked_token_is_none)
{
    auto site = add();
    auto token = issue(site), other = issue(site);
    change("UPDATE api_tokens SET revoked_at = '2026-11-22 16:00:00.000' WHERE token_hash = '" + sha256_hex(token) + "'");
    EXPECT_FALSE(find(token));
    EXPECT_TRUE(find(other));
}

TEST_P(TokenStore, a_token_ends_at_its_hour)
{
    auto token = issue(add());
    change("UPDATE api_tokens SET expires_at = '2026-11-22 18:00:00.000'");
    EXPECT_TRUE(find(token, now + 1h - 1ms));
    EXPECT_FALSE(find(token, now + 1h));
    EXPECT_FALSE(find(token, now + 2h));
}

TEST_P(TokenStore, a_token_of_a_site_that_is_switched_off_is_none)
{
    auto off = add(), on = add("https://other.example");
    auto token = issue(off), other = issue(on);
    change("UPDATE sites SET is_active = 0 WHERE id = " + std::to_string(off.value));
    EXPECT_FALSE(find(token));
    EXPECT_TRUE(find(other));
}

TEST_P(TokenStore, notes_its_use_at_most_once_a_minute)
{
    auto token = issue(add());
    auto fresh = *find(token);
    EXPECT_TRUE(worth_noting_use(fresh, now));
    db().write_now([&](db::Tx& tx) -> Result<void> {
        note_use(tx, now, fresh.id);
        return {};
    });
    auto used = *find(token);
    EXPECT_EQ(used.last_used_at, now);
    EXPECT_FALSE(worth_noting_use(used, now + 59s));
    EXPECT_TRUE(worth_noting_use(used, now + 60s));
}

}  // namespace
}  // namespace smg::sites
