// g++ 12 frees temporaries inside a co_await expression twice (docs/decisions/0001-compiler.md). clang does not, but the
// code stays safe to build with both: an aggregate is named on the line before and moved in.
#include <gmock/gmock.h>

#include <algorithm>
#include <regex>

#include "house/repository.hpp"

namespace smg::house {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Between `co_await` and the first `{`: the brace opens no temporary when it follows the header of an if, for or while, or a
// lambda that captures nothing by value but `this`.
bool harmless(const std::string& before_brace)
{
    auto closed = std::count(before_brace.begin(), before_brace.end(), ')');
    auto opened = std::count(before_brace.begin(), before_brace.end(), '(');
    static const std::regex lambda(
        R"(\[(&|this|&, this)?\]\s*(\([^()]*(\([^()]*\)[^()]*)*\))?\s*(mutable)?\s*(noexcept)?\s*(->\s*[\w:<>&*, ]+)?\s*$)");
    return closed > opened || std::regex_search(before_brace, lambda);
}

// Comments and the contents of literals become blanks, so that places stay.
std::string code_only(const std::string& text)
{
    static const std::regex comment(R"re(//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)')re");
    std::string out = text;
    for (std::sregex_iterator at(text.begin(), text.end(), comment), end; at != end; ++at)
        std::fill_n(out.begin() + at->position(), at->length(), ' ');
    return out;
}

Complaints temporaries(const File& file)
{
    Complaints out;
    auto code = code_only(file.text);
    for (auto at = code.find("co_await"); at != std::string::npos; at = code.find("co_await", at + 1)) {
        auto stop = code.find_first_of("{;", at);
        if (stop == std::string::npos || code[stop] == ';' || harmless(code.substr(at, stop - at))) continue;
        auto line = 1 + std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        out.push_back(file.path + ":" + std::to_string(line) + ": name the temporary on the line before the co_await");
    }
    return out;
}

TEST(Coroutines, build_no_aggregates_inside_an_await)
{
    Complaints all;
    for (const auto& file : files())
        if (file.path.ends_with(".cpp") || file.path.ends_with(".hpp"))
            for (auto& complaint : temporaries(file)) all.push_back(std::move(complaint));
    EXPECT_THAT(all, IsEmpty());
}

TEST(Coroutines, control_temporaries_are_caught_and_other_braces_are_not)
{
    const char* wrong[] = {
        "co_await f(Request{.url = url});", "co_await f({1, 2});",
        "auto x = co_await f(a, T{});",     "co_await f([url] { use(url); });",
        "co_await f([=](int) { g(); });",   "co_await f(\n    Request{url});",
        "if (co_await f(T{})) {",
    };
    for (auto text : wrong) EXPECT_THAT(temporaries({"a", text}), ElementsAre(HasSubstr("a:1"))) << text;
    const char* right[] = {
        "co_await f(request);",
        "if (co_await f(a)) { g(); }",
        "while (co_await f(a, (b))) {",
        "co_return co_await db.write([&](Tx& tx) -> Result<Order> { return insert(tx); });",
        "co_await db.read([](Tx&) { return 1; });",
        "co_await f(\"{\", '{');  // co_await {",
    };
    for (auto text : right) EXPECT_THAT(temporaries({"a", text}), IsEmpty()) << text;
}

}  // namespace
}  // namespace smg::house
