#include <fmt/core.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "orders/order.hpp"

namespace smg::orders {
namespace {

TEST(OrderStates, the_picture_in_the_manual_is_the_table_of_steps)
{
    std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "../../docs/order-states.md");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(text.empty());
    for (const auto& step : steps) {
        auto line = fmt::format("    {} --> {}: {}\n", word(step.from), word(step.to), word(step.move));
        EXPECT_NE(text.find(line), std::string::npos) << "missing: " << line;
    }
    std::size_t drawn = 0;
    for (auto at = text.find(" --> "); at != std::string::npos; at = text.find(" --> ", at + 1)) ++drawn;
    EXPECT_EQ(drawn, steps.size() + 2) << "an arrow too many (two come from outside)";
}

}  // namespace
}  // namespace smg::orders
