#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/config.hpp"
#include "app/reference.hpp"
#include "http/openapi.hpp"

namespace smg {
namespace {

std::string page(const char* name)
{
    std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "../../docs" / name);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Manual, the_page_on_configuration_is_what_the_program_prints)
{
    EXPECT_EQ(page("configuration.md"), configuration_manual()) << "run: smgcrm config --docs > docs/configuration.md";
}

TEST(Manual, the_page_on_the_api_is_what_the_program_prints)
{
    auto reference = whole_reference();
    ASSERT_TRUE(reference);
    EXPECT_EQ(page("api.md"), http::api_manual(*reference)) << "run: smgcrm openapi --markdown > docs/api.md";
}

}  // namespace
}  // namespace smg
