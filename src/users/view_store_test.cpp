#include "users/view_store.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "users/user_store.hpp"

namespace smg::users {
namespace {

using testing::SizeIs;

class Views : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        olena_ = person("olena@ukr.net");
        taras_ = person("taras@ukr.net");
    }
    UserId person(const std::string& email)
    {
        return *db().write_now([&](db::Tx& tx) { return add_user(tx, now_, {email, "N", "user", "hash"}); });
    }
    Result<View> add(UserId user, const std::string& name)
    {
        return db().write_now([&](db::Tx& tx) { return add_view(tx, now_, user, {0, "order", name, "status=pending"}); });
    }
    Result<View> change(UserId user, View view)
    {
        return db().write_now([&](db::Tx& tx) { return change_view(tx, user, view); });
    }
    std::vector<View> all(UserId user)
    {
        return db().read_now([&](db::Tx& tx) { return views_of(tx, user); });
    }
    Time now_ = *from_stored("2026-11-25 17:00:00.000");
    UserId olena_, taras_;
};
INSTANTIATE_TEST_SUITE_P(databases, Views, db::both_databases(), db::dialect_name);

TEST_P(Views, are_their_owners_alone)
{
    auto made = add(olena_, "Held");
    ASSERT_TRUE(made && add(taras_, "Held"));
    EXPECT_THAT(all(olena_), SizeIs(1));
    EXPECT_FALSE(db().read_now([&](db::Tx& tx) { return find_view(tx, taras_, made->id); }));
    change(taras_, {made->id, "order", "Mine now", ""});
    EXPECT_EQ(all(olena_).front().name, "Held");
    EXPECT_FALSE(*db().write_now([&](db::Tx& tx) -> Result<bool> { return remove_view(tx, taras_, made->id); }));
    EXPECT_TRUE(*db().write_now([&](db::Tx& tx) -> Result<bool> { return remove_view(tx, olena_, made->id); }));
    EXPECT_THAT(all(olena_), SizeIs(0));
}

TEST_P(Views, have_a_name_of_their_own_within_bounds)
{
    auto first = add(olena_, "Held"), second = add(olena_, "Late");
    ASSERT_TRUE(first && second);
    EXPECT_FALSE(add(olena_, "Held"));
    second->name = "Held";
    EXPECT_FALSE(change(olena_, *second));
    second->name = "Later";
    EXPECT_TRUE(change(olena_, *second));
    for (const auto& name : {std::string(), std::string(101, 'n')}) EXPECT_FALSE(add(olena_, name));
    for (int i = 3; i <= 50; ++i) EXPECT_TRUE(add(olena_, std::to_string(i)));
    EXPECT_FALSE(add(olena_, "one too many"));
    EXPECT_THAT(all(olena_), SizeIs(50));
}

}  // namespace
}  // namespace smg::users
