#include "base/secret.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <ostream>

namespace smg {
namespace {

template <class T>
concept Streamed = requires(std::ostream& out, const T& value) { out << value; };

// What the compiler refuses cannot reach a log by mistake.
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!Streamed<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(fmt::is_formattable<std::string>::value && Streamed<std::string>);

TEST(Secret, is_seen_when_it_is_revealed)
{
    EXPECT_EQ(Secret("hush").reveal(), "hush");
    EXPECT_TRUE(Secret().empty());
    EXPECT_FALSE(Secret("x").empty());
}

TEST(Secret, shows_four_characters_of_a_long_one_and_none_of_a_short_one)
{
    EXPECT_EQ(Secret("0123456789ab").last_four(), "…89ab");
    EXPECT_EQ(Secret("0123456789a").last_four(), "…");
    EXPECT_EQ(Secret().last_four(), "…");
}

}  // namespace
}  // namespace smg
