#include "sites/callers.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "db/testing.hpp"

namespace smg::sites {
namespace {

using namespace std::chrono_literals;

class CallersTest : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        site =
            *db().write_now([&](db::Tx& tx) { return add_site(tx, clock.now(), {"https://shop.example", "Shop", "UAH"}); });
        text = db().write_now([&](db::Tx& tx) -> Result<Secret> {
                       return issue_site_token(tx, MasterKey::random(), clock.now(), site.id, "plugin");
                   })
                   ->reveal();
        callers.emplace(db(), clock, Callers::Options{1s, 100}, [this] { return steady; });
        db().listen([this](const db::Announcement& announcement) {
            if (announcement.topic == "tokens") callers->forget();
        });
    }

    void TearDown() override
    {
        OnBothDatabases::TearDown();
        callers.reset();
    }

    template <class T>
    T wait_for(Async<T> work)
    {
        std::optional<T> out;
        boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr, T value) { out = std::move(value); });
        io.restart();
        io.run();
        return std::move(*out);
    }

    bool let_in() { return wait_for(callers->token(text)).has_value(); }

    // What another node would do: nobody here is told.
    void change(const std::string& sql)
    {
        db().write_now([&](db::Tx& tx) { return tx.execute(sql); });
    }

    boost::asio::io_context io;  // outlives the database's threads, which wake it
    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    Duration steady{0};
    Site site;
    std::string text;
    std::optional<Callers> callers;
};
INSTANTIATE_TEST_SUITE_P(databases, CallersTest, db::both_databases(), db::dialect_name);

TEST_P(CallersTest, a_revoked_token_is_refused_at_once)
{
    auto token = wait_for(callers->token(text));
    ASSERT_TRUE(token);
    EXPECT_TRUE(db().write_now([&](db::Tx& tx) { return revoke_token(tx, clock.now(), token->id); }));
    EXPECT_FALSE(let_in());
    EXPECT_FALSE(db().write_now([&](db::Tx& tx) { return revoke_token(tx, clock.now(), token->id); }));
}

TEST_P(CallersTest, what_another_node_revokes_is_believed_for_the_bound_and_no_longer)
{
    ASSERT_TRUE(let_in());
    change("UPDATE api_tokens SET revoked_at = '2026-11-22 17:00:00.000'");
    steady = 999ms;
    EXPECT_TRUE(let_in());
    steady = 1000ms;
    EXPECT_FALSE(let_in());
}

TEST_P(CallersTest, a_shop_that_is_switched_off_is_refused_after_the_bound)
{
    ASSERT_TRUE(let_in());
    EXPECT_EQ(wait_for(callers->site(site.id))->url, "https://shop.example");
    change("UPDATE sites SET is_active = 0, url = 'https://other.example'");
    steady = 1s;
    EXPECT_FALSE(let_in());
    EXPECT_EQ(wait_for(callers->site(site.id))->url, "https://other.example");
}

TEST_P(CallersTest, a_token_expires_to_the_moment)
{
    change("UPDATE api_tokens SET expires_at = '2026-11-22 17:00:01.000'");
    EXPECT_TRUE(let_in());
    clock.advance(1s);
    EXPECT_FALSE(let_in());
}

TEST_P(CallersTest, an_unknown_token_is_looked_for_each_time)
{
    auto other = wait_for(callers->token("smg_1_unknown"));
    EXPECT_FALSE(other);
    change("UPDATE api_tokens SET token_hash = '" + sha256_hex("smg_1_unknown") + "'");
    EXPECT_TRUE(wait_for(callers->token("smg_1_unknown")));
}

TEST_P(CallersTest, what_was_read_before_a_change_is_not_kept_after_it)
{
    std::optional<Token> found;
    boost::asio::co_spawn(io, callers->token(text), [&](std::exception_ptr, std::optional<Token> token) { found = token; });
    io.restart();
    io.poll();          // it has asked …
    callers->forget();  // … and the answer may be older than the change
    io.run();
    EXPECT_TRUE(found);
    change("UPDATE api_tokens SET revoked_at = '2026-11-22 17:00:00.000'");
    EXPECT_FALSE(let_in());
}

TEST_P(CallersTest, a_use_is_noted_once_a_minute)
{
    auto token = *wait_for(callers->token(text));
    EXPECT_TRUE(callers->note_use(token));
    EXPECT_FALSE(callers->note_use(*wait_for(callers->token(text))));
    clock.advance(1min);
    EXPECT_TRUE(callers->note_use(*wait_for(callers->token(text))));
}

}  // namespace
}  // namespace smg::sites
