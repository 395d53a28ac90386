// Failpoints are for builds that test; what is given to people has none.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "house/repository.hpp"

namespace smg::house {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// The presets of CMakePresets.json with failpoints; each stands in one line.
std::set<std::string> presets_with_failpoints(std::string_view json)
{
    static const std::regex name(R"re("name"\s*:\s*"(\w+)")re"), on(R"re("SMGCRM_FAILPOINTS"\s*:\s*"ON")re");
    std::set<std::string> out;
    for (const auto& line : lines(json)) {
        std::smatch found;
        if (std::regex_search(line, on) && std::regex_search(line, found, name)) out.insert(found[1].str());
    }
    return out;
}

TEST(Failpoints, are_in_the_presets_for_tests_and_in_no_other)
{
    EXPECT_THAT(presets_with_failpoints(text_of("CMakePresets.json")), UnorderedElementsAre("debug", "asan", "tsan"));
    EXPECT_TRUE(text_of("cmake/modules.cmake").contains("option(SMGCRM_FAILPOINTS")) << "off unless a preset says so";
}

TEST(Failpoints, control_a_preset_with_them_is_found)
{
    EXPECT_THAT(presets_with_failpoints(R"({"name": "release", "cacheVariables": {"SMGCRM_FAILPOINTS": "ON"}})"),
                UnorderedElementsAre("release"));
    EXPECT_THAT(presets_with_failpoints(R"({"name": "release", "cacheVariables": {"SMGCRM_FAILPOINTS": "OFF"}})"),
                IsEmpty());
}

TEST(Failpoints, of_the_list_each_stands_at_one_place)
{
    static const std::regex entry(R"re(^    "([a-z.]+[a-z_]+)",)re");
    std::set<std::string> listed;
    for (const auto& line : lines(text_of("src/base/failpoint.hpp"))) {
        std::smatch found;
        if (std::regex_search(line, found, entry)) listed.insert(found[1].str());
    }
    EXPECT_GE(listed.size(), 11U);
    for (const auto& name : listed) {
        int places = 0;
        for (const auto& file : files("src/"))
            if (!file.path.ends_with("_test.cpp") && file.text.contains("failpoint(\"" + name + "\")")) ++places;
        EXPECT_EQ(places, 1) << name;
    }
}

}  // namespace
}  // namespace smg::house
