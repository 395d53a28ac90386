#include "base/crypto.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <set>

#include "base/random.hpp"
#include "support/temp_dir.hpp"

namespace smg {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const auto place = "settings|value|telegram.token";

TEST(Digests, are_those_of_the_standards)
{
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, cases 2 and 6
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xAA'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Encodings, are_lower_case_hex_and_base64url_without_padding)
{
    EXPECT_EQ(hex(std::string_view("\x00\xFF\x0A", 3)), "00ff0a");
    EXPECT_EQ(base64url(""), "");
    EXPECT_EQ(base64url("\xFB\xFF"), "-_8");
    EXPECT_EQ(base64url("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw");
}

TEST(EqualInConstantTime, is_equality)
{
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("same", "same"));
    EXPECT_FALSE(equal_in_constant_time("same", "sane"));
    EXPECT_FALSE(equal_in_constant_time("same", "same!"));
}

TEST(MasterKey, opens_what_it_sealed)
{
    auto key = MasterKey::random();
    for (const std::string& text :
         {std::string(), std::string("123:ABC"), std::string("Ключ ₴"), std::string(100'000, '\0')}) {
        auto sealed = key.seal(Secret(text), place);
        auto opened = key.open(sealed, place);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->reveal(), text);
        EXPECT_TRUE(sealed.starts_with("v1." + key.id() + "."));
        if (!text.empty()) {
            EXPECT_THAT(sealed, Not(HasSubstr(text)));
        }
    }
}

TEST(MasterKey, never_seals_the_same_text_twice_alike)
{
    auto key = MasterKey::random();
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(key.seal(Secret("the same"), place)).second);
}

TEST(MasterKey, opens_nothing_at_another_place_or_of_another_key)
{
    auto key = MasterKey::random(), other = MasterKey::random();
    auto sealed = key.seal(Secret("123:ABC"), place);
    EXPECT_FALSE(key.open(sealed, "settings|value|telegram.token2"));
    EXPECT_FALSE(key.open(sealed, ""));
    EXPECT_FALSE(other.open(sealed, place));
    // Not even when the blob claims to be of that other key.
    auto renamed = "v1." + other.id() + sealed.substr(sealed.rfind('.'));
    EXPECT_FALSE(other.open(renamed, place));
    EXPECT_NE(key.id(), other.id());
    EXPECT_THAT(key.id(), MatchesRegex("[0-9a-f]{8}"));
}

TEST(MasterKey, notices_any_change_of_any_character)
{
    auto key = MasterKey::random();
    auto sealed = key.seal(Secret("123:ABC"), place);
    while (sealed.find('_') == std::string::npos) sealed = key.seal(Secret("123:ABC"), place);
    for (std::size_t i = 0; i < sealed.size(); ++i)
        for (char other : {'A', 'B', '_', '.', '=', '\0', '\xFF'}) {
            auto changed = sealed;
            if (changed[i] == other) continue;
            changed[i] = other;
            EXPECT_FALSE(key.open(changed, place)) << "character " << i;
        }
    for (std::size_t size = 0; size < sealed.size(); ++size) EXPECT_FALSE(key.open(sealed.substr(0, size), place)) << size;
    for (const auto* added : {"A", "=", "\n", " "}) EXPECT_FALSE(key.open(sealed + added, place));
}

TEST(MasterKeyFile, is_made_once_for_its_owner_alone)
{
    test::TempDir directory;
    auto made = MasterKey::load_or_create(directory / "master.key");
    ASSERT_TRUE(made);
    struct stat status{};
    ASSERT_EQ(::stat((directory / "master.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0400u);
    auto again = MasterKey::load_or_create(directory / "master.key");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id(), made->id());
    auto opened = again->open(made->seal(Secret("x"), place), place);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), "x");
}

TEST(MasterKeyFile, of_other_content_is_refused_and_left_alone)
{
    test::TempDir directory;
    auto good = base64url(std::string(32, 'k'));
    for (const std::string& text : {std::string(), std::string("\n"), std::string("hello"), good.substr(1), good + "A",
                                    good + " x", base64url(std::string(31, 'k')), std::string(300, 'A')}) {
        auto file = directory / "bad.key";
        test::write_file(file, text);
        auto loaded = MasterKey::load_or_create(file);
        ASSERT_FALSE(loaded) << text;
        EXPECT_THAT(loaded.error().message, HasSubstr(file.string() + " is not a master key"));
        EXPECT_EQ(test::read_file(file), text);
    }
    test::write_file(directory / "good.key", good + "\n");
    EXPECT_TRUE(MasterKey::load_or_create(directory / "good.key"));
}

TEST(MasterKeyFile, says_where_it_cannot_be_made)
{
    auto loaded = MasterKey::load_or_create("/nowhere/at/all/master.key");
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, HasSubstr("cannot make the master key file /nowhere/at/all/master.key"));
}

TEST(Random, tokens_and_names_do_not_repeat)
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        auto token = random_token(), uuid = random_uuid();
        EXPECT_TRUE(seen.insert(token).second && seen.insert(uuid).second);
        ASSERT_THAT(token, MatchesRegex("[A-Za-z0-9_-]{43}"));
        ASSERT_THAT(uuid, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    }
    EXPECT_EQ(random_below(0), 0u);
    for (int i = 0; i < 1000; ++i) EXPECT_LT(random_below(7), 7u);
}

}  // namespace
}  // namespace smg
