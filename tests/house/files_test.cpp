// What every file of the repository keeps to.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "house/repository.hpp"

namespace smg::house {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t most_lines = 400;

Complaints too_long(const File& file)
{
    auto count = lines(file.text).size();
    if (count <= most_lines) return {};
    return {file.path + ": " + std::to_string(count) + " lines, at most " + std::to_string(most_lines) +
            "; cut it by subject"};
}

// Written in two halves here, or this very file would be found.
Complaints forbidden_words(const File& file)
{
    static const std::regex unfinished(
        "\\bTO"
        "DO\\b|\\bFIX"
        "ME\\b");
    static const std::regex machine(
        "(^|[^\\w.~-])/(ho"
        "me|ro"
        "ot|wo"
        "rk|Use"
        "rs)/");
    static const std::regex registry(
        "registry\\.np"
        "mjs|npm"
        "js\\.org|deb\\.deb"
        "ian\\.org|pyp"
        "i\\.org|\"reso"
        "lved\"");
    if (file.text.find('\0') != std::string::npos) return {};  // a picture
    Complaints out;
    int number = 0;
    for (const auto& line : lines(file.text)) {
        auto place = file.path + ":" + std::to_string(++number);
        if (std::regex_search(line, unfinished)) out.push_back(place + ": finish it, or write an issue");
        if (std::regex_search(line, machine)) out.push_back(place + ": a path of somebody's machine");
        if (std::regex_search(line, registry)) out.push_back(place + ": the address of a package registry");
    }
    return out;
}

TEST(Files, of_the_source_have_at_most_400_lines)
{
    Complaints all;
    for (const auto& file : files("src/"))
        for (auto& complaint : too_long(file)) all.push_back(std::move(complaint));
    EXPECT_THAT(all, IsEmpty());
}

TEST(Files, hold_no_loose_ends_no_machine_paths_and_no_registry_addresses)
{
    Complaints all;
    for (const auto& file : files())
        for (auto& complaint : forbidden_words(file)) all.push_back(std::move(complaint));
    EXPECT_THAT(all, IsEmpty());
}

TEST(Files, control_long_files_and_forbidden_words_are_caught)
{
    EXPECT_THAT(too_long({"src/a.cpp", std::string(400, '\n')}), IsEmpty());
    EXPECT_THAT(too_long({"src/a.cpp", std::string(401, '\n')}), ElementsAre(HasSubstr("401 lines")));
    EXPECT_THAT(forbidden_words({"a",
                                 "fine\n// TO"
                                 "DO later\n"}),
                ElementsAre(HasSubstr("a:2: finish")));
    EXPECT_THAT(forbidden_words({"a",
                                 "see /ho"
                                 "me/someone/notes"}),
                ElementsAre(HasSubstr("machine")));
    EXPECT_THAT(forbidden_words({"a",
                                 "https://registry.np"
                                 "mjs.org/x"}),
                ElementsAre(HasSubstr("registry")));
    EXPECT_THAT(forbidden_words({"a", "docs/home/page and src/work/order"}), IsEmpty());
}

// The packages of `./dev`: the first word of each line in its two lists.
std::set<std::string> packages_of_dev(const std::string& dev)
{
    static const std::regex entry(R"(^    ([a-z0-9.+-]+) +# .*)");
    std::set<std::string> out;
    for (const auto& line : lines(dev)) {
        std::smatch found;
        if (std::regex_match(line, found, entry)) out.insert(found[1].str());
    }
    return out;
}

// The names in the first column of README's table of packages.
std::set<std::string> packages_of_readme(const std::string& readme)
{
    static const std::regex name(R"(`(@?[a-z0-9./+-]+)`)");
    std::set<std::string> out;
    bool inside = false;
    for (const auto& line : lines(readme)) {
        if (line.starts_with("## ")) inside = line == "## Dependencies";
        if (!inside || !line.starts_with("| `")) continue;
        auto column = line.substr(0, line.find('|', 1));
        for (std::sregex_iterator at(column.begin(), column.end(), name), end; at != end; ++at) out.insert((*at)[1].str());
    }
    return out;
}

// The names in package.json's two blocks of dependencies.
std::set<std::string> packages_of_npm(const std::string& json)
{
    static const std::regex block(R"re("(?:dev)?[dD]ependencies"\s*:\s*\{([^}]*)\})re");
    static const std::regex name(R"re("([^"]+)"\s*:)re");
    std::set<std::string> out;
    for (std::sregex_iterator at(json.begin(), json.end(), block), end; at != end; ++at) {
        auto body = (*at)[1].str();
        for (std::sregex_iterator one(body.begin(), body.end(), name); one != end; ++one) out.insert((*one)[1].str());
    }
    return out;
}

TEST(Readme, names_every_package_and_no_other)
{
    auto used = packages_of_dev(text_of("dev"));
    EXPECT_TRUE(used.contains("clang-19"));
    auto npm = packages_of_npm(text_of("package.json"));
    EXPECT_FALSE(npm.empty());
    used.insert(npm.begin(), npm.end());
    EXPECT_EQ(packages_of_readme(text_of("README.md")), used);
}

}  // namespace
}  // namespace smg::house
