// Whatever a person may be refused with is said in Ukrainian too.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "house/repository.hpp"
#include "http/catalogue.hpp"

namespace smg::house {
namespace {

const std::set<std::string> spoken_to_people = {"users",      "sites",   "orders",  "suppliers", "settings", "audit",
                                                "currencies", "exports", "notices", "webhooks",  "products", "wallets"};

http::Catalogue catalogue()
{
    std::string sentences, names;
    for (const auto& file : files("src/app/words"))
        (file.path.ends_with("/field_names.uk.txt") ? names : sentences) += file.text + "\n";
    return {sentences, names};
}

// What the pattern finds first in a source file whose broken literals are joined; what is put in stands for itself.
std::vector<std::string> sentences_in(const std::string& text, const std::regex& pattern)
{
    static const std::regex seam(R"("\s*\n\s*")");
    static const std::regex put_in(R"(\{[^}]*\}|:attribute)");
    auto joined = std::regex_replace(text, seam, "");
    std::vector<std::string> found;
    for (std::sregex_iterator at(joined.begin(), joined.end(), pattern), end; at != end; ++at)
        found.push_back(std::regex_replace((*at)[1].str(), put_in, "7"));
    return found;
}

// The whole sentences that a source file refuses with. One that goes on after its literal ends with a space.
std::vector<std::string> refusals_in(const std::string& text)
{
    static const std::regex refusal(
        R"re((?:fail_field\("[^"]*",|fail\(Code::(?:conflict|not_found|forbidden),|json::about\([^,"]*,|complain\([^,]*,)\s*(?:fmt::format\()?"([A-Z][^"]*[.])")re");
    return sentences_in(text, refusal);
}

// What the history of an order, its reasons and its jobs say. One that goes on after its literal ends with a space.
std::vector<std::string> tellings_in(const std::string& text)
{
    static const std::regex telling(
        R"re((?:detail = |error = |Because \w*\{|, \{|_unsendable\([^"]*"\w+",|raise_not_sent\([^"]*|Park\{)\s*(?:fmt::format\(|std::string\()?"([a-z{][^"]* [^"]*)")re");
    auto found = sentences_in(text, telling);
    for (auto& one : found)
        if (one.ends_with(' ')) one += '7';
    return found;
}

// How many sentences the files of these modules have; those without a Ukrainian one are complained of.
std::size_t translated(const std::set<std::string>& modules, std::vector<std::string> (*sentences)(const std::string&),
                       Complaints& complaints)
{
    auto known = catalogue();
    std::size_t seen = 0;
    for (const auto& file : files("src")) {
        if (!file.path.ends_with(".cpp") || file.path.ends_with("_test.cpp")) continue;
        if (!modules.contains(module_of(file.path))) continue;
        for (const auto& sentence : sentences(file.text)) {
            ++seen;
            if (!known.knows(sentence)) complaints.push_back(file.path + ": " + sentence);
        }
    }
    return seen;
}

TEST(Wording, of_every_refusal_is_known_in_ukrainian)
{
    Complaints complaints;
    EXPECT_GT(translated(spoken_to_people, refusals_in, complaints), 80u) << "the pattern finds them no more";
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Wording, of_every_history_is_known_in_ukrainian)
{
    Complaints complaints;
    EXPECT_GT(translated({"orders"}, tellings_in, complaints), 20u) << "the pattern finds them no more";
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Wording, that_nobody_translated_is_noticed)
{
    auto found = refusals_in("co_return fail(Code::conflict,\n    \"Nobody said \"\n    \"this before.\");");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found.front(), "Nobody said this before.");
    EXPECT_FALSE(catalogue().knows(found.front()));
    auto told = tellings_in("refuse_unsendable(tx, now, order, \"odd\", \"nobody told \"\n    \"this before: \" + more);");
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told.front(), "nobody told this before: 7");
    EXPECT_FALSE(catalogue().knows(told.front()));
}

}  // namespace
}  // namespace smg::house
