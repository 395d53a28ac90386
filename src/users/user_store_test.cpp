#include "users/user_store.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"

namespace smg::users {
namespace {

const Time now = *from_stored("2026-11-22 17:00:00.000");

class UserStore : public db::OnBothDatabases {
protected:
    Result<UserId> add(const NewUser& user)
    {
        return db().write_now([&](db::Tx& tx) { return add_user(tx, now, user); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, UserStore, db::both_databases(), db::dialect_name);

TEST_P(UserStore, keeps_the_email_in_lower_case_and_once)
{
    auto id = add({" Olena@UKR.net ", " Олена ", "admin", "hash"});
    ASSERT_TRUE(id) << id.error().message;
    using Row = std::tuple<std::string, std::string, std::string, std::string, bool>;
    auto row = db().read_now([&](db::Tx& tx) {
        return *tx.first<Row>("SELECT email, name, role, password, is_active FROM users WHERE id = ?", *id);
    });
    EXPECT_EQ(row, Row("olena@ukr.net", "Олена", "admin", "hash", true));

    auto twin = add({"OLENA@ukr.NET", "Other", "user", "hash"});
    ASSERT_FALSE(twin);
    EXPECT_EQ(twin.error().code, Code::conflict);
    EXPECT_TRUE(add({"petro@ukr.net", "Olena", "user", "hash"}));
}

TEST_P(UserStore, the_last_active_administrator_stays_one)
{
    auto only = *add({"a@ukr.net", "A", "admin", "hash"});
    auto change = [&](UserId id, const UserChange& in) {
        return db().write_now([&](db::Tx& tx) { return change_user(tx, now, *find_user(tx, id), in); });
    };
    for (const auto& in : {UserChange{.role = "user"}, UserChange{.is_active = false}}) {
        auto refused = change(only, in);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::conflict);
    }
    auto second = *add({"b@ukr.net", "B", "admin", "hash"});
    EXPECT_TRUE(change(only, {.role = "user"}));
    EXPECT_FALSE(change(second, {.is_active = false}));
}

TEST_P(UserStore, a_change_keeps_what_it_does_not_name_and_refuses_what_does_not_fit)
{
    auto id = *add({"a@ukr.net", "A", "user", "hash"});
    add({"b@ukr.net", "B", "admin", "hash"});
    auto change = [&](const UserChange& in) {
        return db().write_now([&](db::Tx& tx) { return change_user(tx, now, *find_user(tx, id), in); });
    };
    auto changed = change({.locale = "en", .theme = "dark"});
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->email, "a@ukr.net");
    EXPECT_EQ(changed->locale, "en");
    EXPECT_EQ(changed->time_zone, "Europe/Kyiv");
    auto refused =
        change({.name = " ", .email = "no", .role = "root", .locale = "ru", .time_zone = "Nowhere", .theme = "pink"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.size(), 6u);
    EXPECT_EQ(change({.email = "B@ukr.net"}).error().code, Code::conflict);
}

TEST_P(UserStore, names_the_field_that_is_wrong)
{
    struct Row {
        std::string email, name, role, field;
    };
    const std::string long_text(256, 'x');
    for (const auto& [email, name, role, field] : std::vector<Row>{{"", "O", "user", "email"},
                                                                   {"olena", "O", "user", "email"},
                                                                   {"@ukr.net", "O", "user", "email"},
                                                                   {"olena@", "O", "user", "email"},
                                                                   {"ol ena@ukr.net", "O", "user", "email"},
                                                                   {"olena@ukr\n.net", "O", "user", "email"},
                                                                   {"olena\t@ukr.net", "O", "user", "email"},
                                                                   {"olena@ukr.net@evil.example", "O", "user", "email"},
                                                                   {"olena@\xFF", "O", "user", "email"},
                                                                   {long_text + "@ukr.net", "O", "user", "email"},
                                                                   {"olena@ukr.net", " ", "user", "name"},
                                                                   {"olena@ukr.net", long_text, "user", "name"},
                                                                   {"olena@ukr.net", "\xFF", "user", "name"},
                                                                   {"olena@ukr.net", "O", "root", "role"},
                                                                   {"olena@ukr.net", "O", "Admin", "role"},
                                                                   {"olena@ukr.net", "O", "", "role"}}) {
        auto refused = add({email, name, role, "hash"});
        ASSERT_FALSE(refused) << email << " " << name << " " << role;
        EXPECT_EQ(refused.error().code, Code::invalid);
        ASSERT_EQ(refused.error().fields.size(), 1u);
        EXPECT_EQ(refused.error().fields[0].field, field);
    }
    EXPECT_EQ(db().read_now([](db::Tx& tx) { return *tx.first<std::int64_t>("SELECT COUNT(*) FROM users"); }), 0);
}

}  // namespace
}  // namespace smg::users
