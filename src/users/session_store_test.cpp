#include "users/session_store.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "users/user_store.hpp"

namespace smg::users {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

class Sessions : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        id_ = *db().write_now([&](db::Tx& tx) { return add_user(tx, now_, {"o@ukr.net", "O", "user", "hash"}); });
    }
    Secret open(SessionState state = SessionState::full)
    {
        return *db().write_now(
            [&](db::Tx& tx) -> Result<Secret> { return open_session(tx, now_, id_, state, {"192.0.2.1", "Firefox"}); });
    }
    std::optional<Session> find(const Secret& token)
    {
        return db().read_now([&](db::Tx& tx) { return find_session(tx, now_, token.reveal()); });
    }
    template <class F>
    void write(F work)
    {
        db().write_now([&](db::Tx& tx) -> Result<void> { return work(tx), Result<void>{}; });
    }
    Time now_ = *from_stored("2026-11-25 17:00:00.000");
    UserId id_;
};
INSTANTIATE_TEST_SUITE_P(databases, Sessions, db::both_databases(), db::dialect_name);

TEST_P(Sessions, are_found_by_their_token_which_is_not_stored)
{
    auto token = open();
    auto session = find(token);
    ASSERT_TRUE(session);
    EXPECT_EQ(session->user_id, id_);
    EXPECT_EQ(session->user_agent, "Firefox");
    EXPECT_FALSE(find(Secret(token.reveal() + "x")));
    auto rows = db().read_now([&](db::Tx& tx) {
        return *tx.first<int>("SELECT COUNT(*) FROM user_sessions WHERE token_hash = ?", token.reveal());
    });
    EXPECT_EQ(rows, 0);
}

TEST_P(Sessions, end_when_nobody_uses_them_for_twelve_hours_and_after_seven_days)
{
    auto idle = open(), busy = open();
    now_ += 11h;
    write([&](db::Tx& tx) { note_use(tx, now_, *find_session(tx, now_, busy.reveal())); });
    now_ += 1h;
    EXPECT_FALSE(find(idle));
    EXPECT_TRUE(find(busy));
    write([&](db::Tx& tx) { note_use(tx, now_, *find_session(tx, now_, busy.reveal())); });
    for (int i = 0; i < 14; ++i) {
        now_ += 11h;
        write([&](db::Tx& tx) {
            if (auto session = find_session(tx, now_, busy.reveal())) note_use(tx, now_, *session);
        });
    }
    EXPECT_TRUE(find(busy));
    now_ += 11h;
    EXPECT_FALSE(find(busy));
}

TEST_P(Sessions, of_half_end_after_ten_minutes)
{
    auto half = open(SessionState::half);
    EXPECT_TRUE(find(half));
    now_ += 10min;
    EXPECT_FALSE(find(half));
}

TEST_P(Sessions, are_ended_one_by_one_or_all_but_one)
{
    auto first = open(), second = open(), third = open();
    auto own = find(first)->id, other = find(second)->id;
    write([&](db::Tx& tx) {
        EXPECT_FALSE(end_session(tx, now_, UserId{id_.value + 1}, other)) << "another person's";
        EXPECT_TRUE(end_session(tx, now_, id_, other));
        EXPECT_FALSE(end_session(tx, now_, id_, other)) << "a second time";
    });
    EXPECT_FALSE(find(second));
    write([&](db::Tx& tx) { EXPECT_EQ(end_other_sessions(tx, now_, id_, own), 1); });
    EXPECT_TRUE(find(first));
    EXPECT_FALSE(find(third));
    auto live = db().read_now([&](db::Tx& tx) { return live_sessions(tx, now_, id_); });
    EXPECT_THAT(live, SizeIs(1));
}

}  // namespace
}  // namespace smg::users
