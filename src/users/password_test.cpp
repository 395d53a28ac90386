#include "users/password.hpp"

#include <gmock/gmock.h>
#include <sodium.h>

namespace smg::users {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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

TEST(HashPassword, refuses_what_stolen_lists_hold_most)
{
    for (auto common : {"password", "PassWord", "12345678", "qwertyuiop", "!qaz2wsx", "zzzzzzz1"}) {
        auto refused = hash_password(Secret(common));
        ASSERT_FALSE(refused) << common;
        EXPECT_THAT(refused.error().message, HasSubstr("stolen"));
    }
    for (auto good : {"password of mine", "aaaaaaaaaaaaaaaaaaaaaaab", "~~~~~~~~~~", "        "})
        EXPECT_TRUE(hash_password(Secret(good))) << good;
}

TEST(IsPassword, is_the_same_however_its_letters_were_typed)
{
    const std::string composed = "\u0457\u0439 nineteen", in_pieces = "\u0456\u0308\u0438\u0306 nineteen";
    EXPECT_TRUE(is_password(Secret(in_pieces), *hash_password(Secret(composed))));
    EXPECT_TRUE(is_password(Secret(composed), *hash_password(Secret(in_pieces))));
    EXPECT_FALSE(is_password(Secret("\u0456\u0438 nineteen"), *hash_password(Secret(composed))));
}

TEST(IsPassword, knows_ours_and_laravels)
{
    // password_hash('secret', PASSWORD_BCRYPT) of PHP; cost 4, to be quick.
    const std::string laravel = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
    EXPECT_TRUE(is_password(Secret("correct horse"), *hash_password(Secret("correct horse"))));
    EXPECT_TRUE(is_password(Secret("secret"), laravel));
    EXPECT_FALSE(is_password(Secret("Secret"), laravel));
    EXPECT_FALSE(is_password(Secret("secret"), "$2y$broken"));
    EXPECT_FALSE(is_password(Secret("secret"), "secret"));
}

TEST(IsPassword, of_nobody_is_none_and_takes_a_whole_verification)
{
    EXPECT_FALSE(is_password(Secret(""), ""));
    EXPECT_FALSE(is_password(Secret("password"), ""));
}

TEST(IsOutdated, is_every_hash_but_one_of_today)
{
    EXPECT_FALSE(is_outdated(*hash_password(Secret("correct horse"))));
    EXPECT_TRUE(is_outdated("$2y$10$abcdefghijklmnopqrstuv"));
    EXPECT_TRUE(is_outdated("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + std::string(43, 'A')));
}

}  // namespace
}  // namespace smg::users
