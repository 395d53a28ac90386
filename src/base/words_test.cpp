#include "base/words.hpp"

#include <gtest/gtest.h>

#include "base/result.hpp"

namespace smg {
namespace {

enum class Meal { breakfast, lunch, second_supper = 7 };
BOOST_DESCRIBE_ENUM(Meal, breakfast, lunch, second_supper)

enum class Bare { one };

static_assert(Worded<Meal>);
static_assert(!Worded<Bare> && !Worded<int> && !Worded<Code>);

TEST(Words, are_the_names_of_the_enum)
{
    EXPECT_EQ(word(Meal::second_supper), "second_supper");
    EXPECT_EQ(word(static_cast<Meal>(5)), "");
    for (auto meal : {Meal::breakfast, Meal::lunch, Meal::second_supper}) EXPECT_EQ(from_word<Meal>(word(meal)), meal);
}

TEST(Words, are_compared_letter_by_letter)
{
    for (auto text : {"", "Lunch", "lunch ", "lunc", "lunches", "dinner"}) EXPECT_FALSE(from_word<Meal>(text)) << text;
    std::string_view part = "lunch and more";
    EXPECT_EQ(from_word<Meal>(part.substr(0, 5)), Meal::lunch);  // not zero-terminated
}

}  // namespace
}  // namespace smg
