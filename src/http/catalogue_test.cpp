#include "http/catalogue.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace smg::http {
namespace {

const Catalogue& catalogue()
{
    static const Catalogue made(
        "The {} field is required.\nПоле «{1}» обов’язкове.\n\n"
        "The {} field must be between {} and {}.\nПоле «{1}»: від {2} до {3}.\n\n"
        "The order was changed meanwhile: {} by {}.\nЗамовлення змінив {2}: {1}.\n\n"
        "The {}\nЦе {1}\n\n\n"
        "{} (and {} more error)\n{1} (і ще {2})\n\n"
        "not found\nне знайдено\n",
        "total amount\tсума\nurl\tпосилання\n");
    return made;
}

TEST(Catalogue, says_a_sentence_with_what_stood_in_its_gaps)
{
    EXPECT_EQ(catalogue().say("The total amount field is required."), "Поле «сума» обов’язкове.");
    EXPECT_EQ(catalogue().say("The odd field is required."), "Поле «odd» обов’язкове.");
    EXPECT_EQ(catalogue().say("The url field must be between 1 and 9."), "Поле «посилання»: від 1 до 9.");
    EXPECT_EQ(catalogue().say("The order was changed meanwhile: canceled by Petro."), "Замовлення змінив Petro: canceled.");
    EXPECT_EQ(catalogue().say("not found"), "не знайдено");
}

TEST(Catalogue, says_a_sentence_within_a_sentence)
{
    EXPECT_EQ(catalogue().say("The url field is required. (and 2 more error)"), "Поле «посилання» обов’язкове. (і ще 2)");
}

TEST(Catalogue, takes_the_most_literal_template)
{
    EXPECT_EQ(catalogue().say("The end"), "Це end");
    EXPECT_EQ(catalogue().say("The x field is required."), "Поле «x» обов’язкове.");
}

TEST(Catalogue, leaves_what_it_does_not_know)
{
    for (auto text : {"", "Nobody said this.", "not found.", "xnot found", "{}"}) {
        EXPECT_EQ(catalogue().say(text), text);
        EXPECT_FALSE(catalogue().knows(text));
    }
    EXPECT_EQ(catalogue().say("not found; odd; not found"), "не знайдено; odd; не знайдено");
}

TEST(Catalogue, what_varies_is_never_a_template_itself)
{
    EXPECT_EQ(catalogue().say("The {1} field is required."), "Поле «{1}» обов’язкове.");
    EXPECT_EQ(catalogue().say("The {} field is required."), "Поле «{}» обов’язкове.");
}

TEST(Catalogue, that_is_malformed_is_refused)
{
    EXPECT_THROW(Catalogue("one line alone", ""), std::invalid_argument);
    EXPECT_THROW(Catalogue("{}\nусе {1}", ""), std::invalid_argument);
    EXPECT_THROW(Catalogue("", "no tab"), std::invalid_argument);
}

TEST(Language, is_the_first_that_is_spoken_here)
{
    EXPECT_EQ(language_of("uk"), "uk");
    EXPECT_EQ(language_of("uk-UA,uk;q=0.9,en;q=0.8"), "uk");
    EXPECT_EQ(language_of("de, en;q=0.5, uk;q=0.4"), "en");
    for (auto other : {"", "de", "ukx", "*", ",,"}) EXPECT_EQ(language_of(other), "en") << other;
}

}  // namespace
}  // namespace smg::http
