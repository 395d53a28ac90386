#include "orders/suspicion.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.hpp"

namespace smg::orders {
namespace {

const DisposableDomains some_domains("mailinator.com\nyopmail.com\nduck.com\nco.disposable.example\n");

Suspicion look_at(std::string_view email, std::vector<EmailRule> rules = {}, Velocity velocity = {},
                  SuspicionWeights weights = {})
{
    return suspicion_of(email, rules, velocity, weights, some_domains);
}

std::vector<Signal> signals(const Suspicion& suspicion)
{
    std::vector<Signal> out;
    for (const auto& reason : suspicion.reasons) out.push_back(reason.signal);
    return out;
}

using Signals = std::vector<Signal>;

struct Row {
    std::string_view email;
    Signals expected;
    bool held;
};

class OneAddress : public testing::TestWithParam<Row> {};

TEST_P(OneAddress, has_exactly_these_signals)
{
    auto suspicion = look_at(GetParam().email);
    EXPECT_EQ(signals(suspicion), GetParam().expected) << GetParam().email;
    EXPECT_EQ(suspicion.held, GetParam().held) << GetParam().email << " " << suspicion.score;
}

INSTANTIATE_TEST_SUITE_P(Rows, OneAddress,
                         testing::Values(Row{"o@ukr.net", {}, false}, Row{"olena.kovalenko92@gmail.com", {}, false},
                                         Row{"khrystyna.shcherbak@ukr.net", {}, false}, Row{"олена@пошта.укр", {}, false},
                                         Row{"a@i.ua", {}, false}, Row{"a@mail.com", {}, false},
                                         Row{"a@ymail.com", {}, false}, Row{"a@Mailinator.com", {Signal::disposable}, true},
                                         Row{"a@sub.b.yopmail.com", {Signal::disposable}, true},
                                         Row{"a@notyopmail.com", {}, false}, Row{"a@disposable.example", {}, false},
                                         Row{"x8k2m9q4w7z1@privaterelay.appleid.com", {}, false},
                                         Row{"a@duck.com", {}, false},  // a relay, though the list above has it
                                         Row{"a@gmial.com", {Signal::typo}, false},
                                         Row{"a@gmail.con", {Signal::typo}, false}, Row{"a@ukr.ner", {Signal::typo}, false},
                                         Row{"info@shop.ua", {Signal::role}, false},
                                         Row{"xkcdqwrtz@ukr.net", {Signal::gibberish}, false},
                                         Row{"a1b2c3d4e5@ukr.net", {Signal::gibberish}, false},
                                         Row{"info@gmial.com", {Signal::typo, Signal::role}, false},
                                         Row{"not an address", {Signal::invalid}, true}, Row{"", {Signal::invalid}, true}));

TEST(Suspicion, score_is_the_sum_of_its_reasons)
{
    SuspicionWeights weights;
    weights.threshold = 60;
    auto suspicion = look_at("info@gmial.com", {}, {}, weights);
    EXPECT_EQ(suspicion.score, 60);
    EXPECT_TRUE(suspicion.held);
    ASSERT_EQ(suspicion.reasons.size(), 2u);
    EXPECT_EQ(suspicion.reasons[0].detail, "gmail.com");
    weights.threshold = 61;
    EXPECT_FALSE(look_at("info@gmial.com", {}, {}, weights).held);
}

TEST(Suspicion, weight_of_nothing_is_no_reason)
{
    SuspicionWeights weights;
    weights.disposable = 0;
    EXPECT_TRUE(look_at("a@mailinator.com", {}, {}, weights).reasons.empty());
    weights = {};
    weights.threshold = 0;
    EXPECT_FALSE(look_at("o@ukr.net", {}, {}, weights).held);
}

TEST(Suspicion, hold_list_sees_through_spellings)
{
    EmailRule address{Verdict::hold, RuleKind::address, "o.lena@gmail.com"};
    EXPECT_EQ(signals(look_at("OLENA+2@googlemail.com", {address})), Signals{Signal::blacklist});
    EXPECT_TRUE(look_at("olena@gmail.com", {address}).held);
    EXPECT_FALSE(look_at("olena2@gmail.com", {address}).held);
    EmailRule domain{Verdict::hold, RuleKind::domain, "@Bad.example"};
    EXPECT_TRUE(look_at("a@bad.example", {domain}).held);
    EXPECT_TRUE(look_at("a@very.bad.example", {domain}).held);
    EXPECT_FALSE(look_at("a@notbad.example", {domain}).held);
    EmailRule pattern{Verdict::hold, RuleKind::pattern, "bot*@*.example"};
    EXPECT_TRUE(look_at("BOT17@any.example", {pattern}).held);
    EXPECT_FALSE(look_at("robot17@any.example", {pattern}).held);
    EmailRule empty{Verdict::hold, RuleKind::domain, ""};
    EXPECT_FALSE(look_at("a@ukr.net", {empty}).held);
}

TEST(Suspicion, pass_list_beats_everything)
{
    std::vector<EmailRule> rules{{Verdict::hold, RuleKind::domain, "mailinator.com"},
                                 {Verdict::pass, RuleKind::address, "boss@mailinator.com"}};
    auto suspicion = look_at("Boss@mailinator.com", rules, {100, 100});
    EXPECT_EQ(suspicion.score, 0);
    EXPECT_FALSE(suspicion.held);
    EXPECT_TRUE(look_at("other@mailinator.com", rules).held);
}

TEST(Suspicion, velocity_alone_never_holds_unless_told_to)
{
    SuspicionWeights weights;
    weights.velocity_email = weights.velocity_link = 500;
    auto suspicion = look_at("o@ukr.net", {}, {10, 10}, weights);
    EXPECT_EQ(signals(suspicion), (Signals{Signal::velocity_email, Signal::velocity_link}));
    EXPECT_EQ(suspicion.score, 1000);
    EXPECT_FALSE(suspicion.held);
    EXPECT_TRUE(look_at("info@ukr.net", {}, {10, 0}, weights).held);  // with another signal it counts
    weights.velocity_alone_holds = true;
    EXPECT_TRUE(look_at("o@ukr.net", {}, {10, 0}, weights).held);
    EXPECT_TRUE(look_at("o@ukr.net", {}, {9, 9}, weights).reasons.empty());
}

TEST(MeantDomain, is_never_said_of_a_known_one)
{
    EXPECT_EQ(meant_domain("gmai.com"), "gmail.com");
    EXPECT_EQ(meant_domain("gmaill.com"), "gmail.com");
    EXPECT_EQ(meant_domain("gmial.com"), "gmail.com");
    EXPECT_EQ(meant_domain("gmail.com.ua"), "gmail.com");
    EXPECT_EQ(meant_domain("ukr.nte"), "ukr.net");
    EXPECT_EQ(meant_domain("hotmial.com"), "hotmail.com");
    for (auto domain : {"gmail.com", "ukr.net", "mail.com", "ymail.com", "email.ua", "live.com", "example.com", "u.net", ""})
        EXPECT_EQ(meant_domain(domain), std::nullopt) << domain;
}

TEST(LooksRandom, spares_real_names)
{
    for (auto name : {"olena.kovalenko", "khrystyna.shcherbak", "vladyslav2003", "o.k.1992.11", "mykhailo_hrushevskyi",
                      "kyiv2024shop", "strengthsmith", "bohdankhmelnytskyi", "2281488", "380501234567", "shortxz"})
        EXPECT_FALSE(looks_random(name)) << name;
    for (auto name : {"xkcdqwrtz", "a1b2c3d4e5", "q7w8e9r1t2", "d41d8cd98f00b204", "zxcvbnmqwrt"})
        EXPECT_TRUE(looks_random(name)) << name;
}

TEST(Glob, star_is_any_run_and_nothing_else_is_special)
{
    EXPECT_TRUE(glob_matches("*", ""));
    EXPECT_TRUE(glob_matches("a*b*c", "aXbYc"));
    EXPECT_TRUE(glob_matches("*@spam.ua", "x@spam.ua"));
    EXPECT_TRUE(glob_matches("a**", "a"));
    EXPECT_FALSE(glob_matches("a*b", "aXc"));
    EXPECT_FALSE(glob_matches("", "a"));
    EXPECT_FALSE(glob_matches("a.c", "abc"));
    EXPECT_FALSE(glob_matches("a?c", "abc"));
}

TEST(Glob, hostile_pattern_ends_soon)
{
    std::string pattern, text(250, 'a');
    for (int i = 0; i < 90; ++i) pattern += "a*";
    EXPECT_FALSE(glob_matches(pattern + "b", text));  // with backtracking this would outlive us
}

std::string list_of_the_package()
{
    for (std::filesystem::path folder = std::filesystem::current_path();; folder = folder.parent_path()) {
        auto file = folder / "node_modules/disposable-email-domains-js/dist/dict/disposable_email_blocklist.json";
        if (std::filesystem::exists(file)) {
            std::stringstream text;
            text << std::ifstream(file).rdbuf();
            return text.str();
        }
        if (folder == folder.parent_path()) return {};
    }
}

TEST(DisposableDomains, real_list_holds_the_famous_and_spares_people)
{
    auto text = list_of_the_package();
    if (text.empty()) GTEST_SKIP() << "the npm package is not installed";
    std::string lines;
    for (const auto& domain : json::parse(text)->as_array()) lines += std::string(domain.as_string()) + "\n";
    DisposableDomains list(lines);
    EXPECT_GT(list.size(), 5000u);
    for (auto domain : {"mailinator.com", "guerrillamail.com", "x.yopmail.com", "temp-mail.org"})
        EXPECT_TRUE(list.find(domain)) << domain;
    for (auto domain : {"gmail.com", "ukr.net", "i.ua", "meta.ua", "icloud.com", "example.com", "privaterelay.appleid.com",
                        "private.icloud.com", "addy.io", "duck.com", "relay.firefox.com", "mozmail.com", "com", ""})
        EXPECT_FALSE(list.find(domain)) << domain;
}

}  // namespace
}  // namespace smg::orders
