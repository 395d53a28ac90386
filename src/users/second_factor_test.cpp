#include "users/second_factor.hpp"

#include <gmock/gmock.h>

#include <set>

#include "db/testing.hpp"

namespace smg::users {
namespace {

using namespace std::chrono_literals;

// RFC 6238, appendix B, with SHA-1; of its eight digits the last six.
TEST(Totp, gives_the_codes_of_the_rfc)
{
    const std::string key = "12345678901234567890";
    for (const auto& [seconds, code] : std::vector<std::pair<std::int64_t, std::string>>{
             {59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}})
        EXPECT_EQ(totp_code(key, totp_step_at(Time{std::chrono::seconds(seconds)})), code) << seconds;
}

TEST(Totp, takes_the_present_code_and_the_one_before_each_once)
{
    const std::string key = "12345678901234567890";
    const Time now{59s};
    EXPECT_EQ(totp_step_of(key, totp_code(key, 1), now, 0), 1);
    EXPECT_EQ(totp_step_of(key, totp_code(key, 0), now, -1), 0);
    EXPECT_FALSE(totp_step_of(key, totp_code(key, 2), now, 0)) << "of the future";
    EXPECT_FALSE(totp_step_of(key, totp_code(key, 1), now, 1)) << "a second time";
    EXPECT_FALSE(totp_step_of(key, totp_code(key, 1), now + 60s, 0)) << "too late";
    for (auto wrong : {"", "28708", "2870822", "abcdef"}) EXPECT_FALSE(totp_step_of(key, wrong, now, 0));
}

// RFC 4648, section 10.
TEST(Base32, is_that_of_the_rfc_without_padding)
{
    for (const auto& [plain, text] : std::vector<std::pair<std::string, std::string>>{
             {"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"foobar", "MZXW6YTBOI"}}) {
        EXPECT_EQ(base32(plain), text);
        EXPECT_EQ(from_base32(text), plain);
    }
    EXPECT_EQ(from_base32("mzxw6ytboi"), "foobar");
    EXPECT_FALSE(from_base32("MZXW6YTB0I"));
}

TEST(TotpUri, escapes_what_it_is_given)
{
    EXPECT_EQ(totp_uri("SMG CRM", "o+1@ukr.net", Secret("MZXW6")),
              "otpauth://totp/SMG%20CRM:o%2B1%40ukr.net?secret=MZXW6&issuer=SMG%20CRM");
}

class SecondFactor : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        id_ = *db().write_now([&](db::Tx& tx) { return add_user(tx, now_, {"o@ukr.net", "O", "admin", "hash"}); });
    }
    template <class F>
    auto with_user(F work)
    {
        return *db().write_now([&](db::Tx& tx) -> Result<std::invoke_result_t<F&, db::Tx&, const User&>> {
            return work(tx, *find_user(tx, id_));
        });
    }
    std::vector<std::string> switch_on()
    {
        auto secret = with_user([&](db::Tx& tx, const User& user) { return prepare_totp(tx, key_, user); });
        secret_ = *from_base32(secret.reveal());
        return with_user([&](db::Tx& tx, const User& user) {
            return *confirm_totp(tx, key_, now_, user, totp_code(secret_, totp_step_at(now_)));
        });
    }
    bool take(const std::string& code)
    {
        return with_user([&](db::Tx& tx, const User& user) { return take_second_factor(tx, key_, now_, user, code); });
    }

    MasterKey key_ = MasterKey::random();
    Time now_ = *from_stored("2026-11-25 17:00:00.000");
    UserId id_;
    std::string secret_;
};
INSTANTIATE_TEST_SUITE_P(databases, SecondFactor, db::both_databases(), db::dialect_name);

TEST_P(SecondFactor, is_in_force_only_after_a_code_has_shown_that_the_app_has_it)
{
    with_user([&](db::Tx& tx, const User& user) { return prepare_totp(tx, key_, user); });
    auto user = with_user([](db::Tx&, const User& found) { return found; });
    EXPECT_TRUE(user.totp_pending);
    EXPECT_FALSE(user.totp_secret);
    auto refused =
        with_user([&](db::Tx& tx, const User& found) { return confirm_totp(tx, key_, now_, found, "000000").has_value(); });
    EXPECT_FALSE(refused);
    switch_on();
    EXPECT_TRUE(with_user([](db::Tx&, const User& found) { return found.totp_secret.has_value(); }));
}

TEST_P(SecondFactor, a_code_is_good_once)
{
    switch_on();
    EXPECT_FALSE(take(totp_code(secret_, totp_step_at(now_)))) << "the one that switched it on";
    now_ += 30s;
    auto code = totp_code(secret_, totp_step_at(now_));
    EXPECT_TRUE(take(code.substr(0, 3) + " " + code.substr(3)));
    EXPECT_FALSE(take(code));
}

TEST_P(SecondFactor, each_recovery_code_is_good_once_until_they_are_renewed)
{
    auto codes = switch_on();
    ASSERT_EQ(std::set(codes.begin(), codes.end()).size(), recovery_codes);
    EXPECT_THAT(codes.front(), testing::MatchesRegex("[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}"));
    EXPECT_TRUE(take(codes[0]));
    EXPECT_FALSE(take(codes[0]));
    auto fresh = with_user([](db::Tx& tx, const User& user) { return renew_recovery_codes(tx, user.id); });
    EXPECT_FALSE(take(codes[1]));
    EXPECT_TRUE(take(fresh[1]));
}

TEST_P(SecondFactor, lies_sealed_in_the_database_and_opens_in_no_other_row)
{
    switch_on();
    auto user = with_user([](db::Tx&, const User& found) { return found; });
    EXPECT_FALSE(user.totp_secret->contains(base32(secret_)));
    EXPECT_FALSE(key_.open(*user.totp_secret, "users|totp_secret|999"));
}

}  // namespace
}  // namespace smg::users
