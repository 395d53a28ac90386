#include "orders/email.hpp"

#include <gtest/gtest.h>

namespace smg::orders {
namespace {

TEST(Email, is_taken_apart_in_lower_case)
{
    auto email = parse_email("  Olena.K@Ukr.NET\n");
    ASSERT_TRUE(email);
    EXPECT_EQ(email->local, "olena.k");
    EXPECT_EQ(email->domain, "ukr.net");
}

TEST(Email, what_a_customer_could_have_is_taken)
{
    for (auto text : {"o@ukr.net", "a.b-c_d@x.io", "o'neil@example.com", "a+b@mail.example.co.uk", "1@2.ua",
                      "олена@пошта.укр", "x@xn--80a1acny.xn--j1amh", "a!#$%&*/=?^`{|}~@example.com", "x@3m.com"})
        EXPECT_TRUE(parse_email(text)) << text;
}

TEST(Email, what_is_none_is_refused)
{
    const std::string rows[] = {"",
                                "   ",
                                "@",
                                "a@",
                                "@ukr.net",
                                "olena",
                                "a@b",
                                "a@b.c",
                                "a@@ukr.net",
                                "a@ukr.net@x.ua",
                                "a b@ukr.net",
                                "a@ukr..net",
                                "a@.ukr.net",
                                "a@ukr.net.",
                                ".a@ukr.net",
                                "a.@ukr.net",
                                "a..b@ukr.net",
                                "a@-ukr.net",
                                "a@ukr-.net",
                                "a@127.0.0.1",
                                "a@[127.0.0.1]",
                                "\"a b\"@ukr.net",
                                "a@ukr_net.ua",
                                "a,b@ukr.net",
                                "a@ukr.net\nBcc: x@y.ua",
                                std::string("a\0b@ukr.net", 11),
                                "a@gmail\xE2\x80\x8B.com",
                                "a@gmail.com\xC2\xA0",
                                "a\xC2\xAD@gmail.com",
                                "a@\xFF.com",
                                "<a@ukr.net>",
                                "a@ukr.net;b@ukr.net",
                                std::string(65, 'a') + "@ukr.net",
                                "a@" + std::string(64, 'b') + ".com",
                                "a@" + std::string(250, 'b') + ".com"};
    for (const auto& text : rows) EXPECT_FALSE(parse_email(text)) << text;
}

TEST(Email, length_ends_at_255_bytes)
{
    std::string domain = std::string(62, 'a') + "." + std::string(62, 'b') + "." + std::string(62, 'c') + ".com";
    std::string fits = std::string(max_email_bytes - domain.size() - 1, 'x') + "@" + domain;
    EXPECT_TRUE(parse_email(fits));
    EXPECT_FALSE(parse_email("y" + fits));
}

struct KeyCase {
    std::string_view text, key;
};

class EmailKey : public testing::TestWithParam<KeyCase> {};

TEST_P(EmailKey, is_one_for_all_spellings) { EXPECT_EQ(email_key(GetParam().text), GetParam().key); }

INSTANTIATE_TEST_SUITE_P(
    Rows, EmailKey,
    testing::Values(KeyCase{" O.Lena+shop@GoogleMail.com ", "olena@gmail.com"},
                    KeyCase{"olena@gmail.com", "olena@gmail.com"}, KeyCase{"o.lena+x@outlook.com", "o.lena@outlook.com"},
                    KeyCase{"o.lena@hotmail.com", "o.lena@hotmail.com"}, KeyCase{"olena+1@me.com", "olena@icloud.com"},
                    KeyCase{"Olena.K_1+x@pm.me", "olenak1@proton.me"},
                    KeyCase{"o.lena+x@ukr.net", "o.lena+x@ukr.net"},  // not documented there
                    KeyCase{"o.lena+x@example.com", "o.lena+x@example.com"}, KeyCase{"ОЛЕНА@Пошта.УКР", "олена@пошта.укр"},
                    KeyCase{"ҐАННА@ЇЖАК.УКР", "ґанна@їжак.укр"}, KeyCase{"+x@gmail.com", "+x@gmail.com"},
                    KeyCase{"-_@pm.me", "-_@proton.me"}, KeyCase{"-_+x@pm.me", "-_@proton.me"},
                    KeyCase{"  Not An Address ", "not an address"}));

TEST(EmailKeyOf, nonsense_fits_its_column)
{
    EXPECT_LE(email_key(std::string(5000, 'A')).size(), max_email_bytes);
    EXPECT_EQ(email_key("\xFF"), "\xEF\xBF\xBD");
}

TEST(DomainOf, an_address_or_nothing)
{
    EXPECT_EQ(domain_of("A@Mail.Example.COM"), "mail.example.com");
    EXPECT_EQ(domain_of("mail.example.com"), "");
}

}  // namespace
}  // namespace smg::orders
