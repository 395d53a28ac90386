#include "users/user_store.hpp"

#include <gmock/gmock.h>
#include <sodium.h>

#include "db/testing.hpp"

namespace smg::users {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Time now = *from_stored("2026-11-22 17:00:00.000");

class UserStore : public db::OnBothDatabases {
protected:
    Result<UserId> add(const NewUser& user)
    {
        return db().write_now([&](db::Tx& tx) { return add_user(tx, now, user); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, UserStore, db::both_databases(), db::dialect_name);

TEST(HashPassword, is_argon2id_with_a_salt_of_its_own)
{
    const std::string password = "правильний кінь";
    auto hash = hash_password(Secret(password)), again = hash_password(Secret(password));
    ASSERT_TRUE(hash && again);
    EXPECT_THAT(*hash, StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
    EXPECT_THAT(*hash, Not(HasSubstr(password)));
    EXPECT_NE(*hash, *again);
    EXPECT_LE(hash->size(), 255u);  // users.password
    EXPECT_EQ(crypto_pwhash_str_verify(hash->c_str(), password.data(), password.size()), 0);
    EXPECT_NE(crypto_pwhash_str_verify(hash->c_str(), "wrong", 5), 0);
}

TEST(HashPassword, counts_characters_and_wants_8_to_128_of_them)
{
    auto characters = [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += "ї";
        return Secret(text);
    };
    EXPECT_TRUE(hash_password(characters(8)));
    EXPECT_TRUE(hash_password(characters(128)));
    for (const auto& bad : {characters(7), characters(129), Secret(), Secret("1234567"), Secret("12345678\xFF")}) {
        auto refused = hash_password(bad);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().fields.at(0).field, "password");
    }
}

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
