#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/config.hpp"

namespace smg {
namespace {

TEST(Manual, the_page_on_configuration_is_what_the_program_prints)
{
    std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "../../docs/configuration.md");
    std::string page{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(page, configuration_manual()) << "run: smgcrm config --docs > docs/configuration.md";
}

}  // namespace
}  // namespace smg
