// Includes go down only. The linker finds most wrong ones; this finds them all, headers included, and says which rule.
#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>

#include "house/repository.hpp"

namespace smg::house {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Names = std::set<std::string>;
using Graph = std::map<std::string, Names>;

Names operator+(Names a, const Names& b)
{
    a.insert(b.begin(), b.end());
    return a;
}

// Which module may stand on which: docs/decisions/0005-modules.md. A new module gets a line here.
Graph allowed_edges()
{
    const Names ground = {"base"};
    const Names doors = ground + Names{"net", "db"};
    const Names mechanisms = doors + Names{"http", "audit", "jobs", "schedule", "realtime"};
    Graph edges = {
        {"base", {}},
        {"net", ground},
        {"db", ground},
        {"http", doors},
        {"audit", doors + Names{"http"}},
        {"jobs", doors},
        {"schedule", doors + Names{"jobs"}},
        {"realtime", doors + Names{"http"}},
        {"realtime", doors},
        {"backup", doors},
        {"settings", mechanisms},
        {"currencies", mechanisms},
        {"exports", mechanisms + Names{"settings"}},
        {"notices", mechanisms + Names{"settings"}},
        {"webhooks", mechanisms + Names{"settings"}},
        {"sites", mechanisms + Names{"settings"}},
        {"users", mechanisms + Names{"sites", "settings"}},
        {"suppliers", mechanisms + Names{"currencies", "settings", "notices"}},
        {"orders", mechanisms + Names{"suppliers", "sites", "notices", "exports"}},
        {"free_orders", mechanisms + Names{"orders"}},
        {"products", mechanisms + Names{"suppliers", "sites", "exports", "settings"}},
        {"prices", mechanisms + Names{"suppliers", "sites", "notices"}},
        {"wallets", mechanisms + Names{"sites", "notices", "exports", "settings"}},
        {"mono", mechanisms + Names{"sites", "notices"}},
        {"statistics", mechanisms + Names{"orders", "suppliers", "sites", "currencies"}},
        {"reports", mechanisms + Names{"orders", "suppliers", "sites", "currencies"}},
        {"sandbox", mechanisms},
    };
    Names everybody;
    for (const auto& [name, ignored] : edges) everybody.insert(name);
    edges["app"] = everybody;
    return edges;
}

void reach(const Graph& graph, const std::string& from, Names& seen)
{
    auto found = graph.find(from);
    if (found == graph.end()) return;
    for (const auto& next : found->second)
        if (seen.insert(next).second) reach(graph, next, seen);
}

Names reachable(const Graph& graph, const std::string& from)
{
    Names seen;
    reach(graph, from, seen);
    return seen;
}

struct Declared {
    Graph depends, test_depends;
};

// Reads `smg_module(name DEPENDS a b TEST_DEPENDS c)`.
void declare(const std::string& cmake, Declared& declared)
{
    static const std::regex module_call(R"(smg_module\(\s*(\w+)([^)]*)\))");
    std::smatch call;
    if (!std::regex_search(cmake, call, module_call)) return;
    auto name = call[1].str(), words = call[2].str();
    declared.depends[name];
    static const std::regex word(R"([^\s]+)");
    std::string list;
    for (std::sregex_iterator at(words.begin(), words.end(), word), end; at != end; ++at) {
        auto text = at->str();
        if (text == "DEPENDS" || text == "TEST_DEPENDS" || text == "LIBRARIES") list = text;
        else if (list == "DEPENDS") declared.depends[name].insert(text);
        else if (list == "TEST_DEPENDS") declared.test_depends[name].insert(text);
    }
}

Complaints wrong_edges(const Graph& depends)
{
    Complaints out;
    auto allowed = allowed_edges();
    for (const auto& [module, targets] : depends) {
        if (!allowed.contains(module)) out.push_back("src/" + module + " is not in the table of this test");
        auto may = reachable(allowed, module);
        for (const auto& target : targets)
            if (!may.contains(target)) out.push_back("src/" + module + "/CMakeLists.txt: must not depend on " + target);
    }
    return out;
}

Complaints wrong_includes(const File& file, const Declared& declared)
{
    auto module = module_of(file.path);
    if (module.empty()) module = "app";  // src/main.cpp
    if (!declared.depends.contains(module)) return {"src/" + module + " has no CMakeLists.txt with smg_module()"};
    auto may = reachable(declared.depends, module) + Names{module, "embedded"};  // embedded/ is made by the build
    if (file.path.ends_with("_test.cpp")) {
        auto extra = declared.test_depends.find(module);
        if (extra != declared.test_depends.end())
            for (const auto& name : extra->second)
                may = may + reachable(declared.depends, name) + Names{name == "test_support" ? "support" : name};
    }
    Complaints out;
    static const std::regex include(R"re(^\s*#\s*include\s*"([^"]*)")re");
    for (const auto& line : lines(file.text)) {
        std::smatch found;
        if (!std::regex_search(line, found, include)) continue;
        auto target = found[1].str();
        auto slash = target.find('/');
        if (slash == std::string::npos) out.push_back(file.path + ": write \"folder/" + target + "\"");
        else if (!may.contains(target.substr(0, slash)))
            out.push_back(file.path + ": must not include " + target + ", " + module + " does not DEPEND on it");
    }
    return out;
}

Declared declared_modules()
{
    Declared declared;
    for (const auto& file : files("src/"))
        if (file.path.ends_with("/CMakeLists.txt")) declare(file.text, declared);
    return declared;
}

TEST(Modules, depend_downwards_only) { EXPECT_THAT(wrong_edges(declared_modules().depends), IsEmpty()); }

TEST(Modules, include_only_what_they_depend_on)
{
    auto declared = declared_modules();
    ASSERT_TRUE(declared.depends.contains("base"));
    Names all;  // each once
    for (const auto& file : files("src/"))
        if (file.path.ends_with(".cpp") || file.path.ends_with(".hpp"))
            for (auto& complaint : wrong_includes(file, declared)) all.insert(std::move(complaint));
    EXPECT_THAT(all, IsEmpty());
}

TEST(Modules, the_table_has_no_circle)
{
    auto edges = allowed_edges();
    for (const auto& [module, ignored] : edges) EXPECT_FALSE(reachable(edges, module).contains(module)) << module;
}

TEST(Modules, control_an_upward_edge_is_caught)
{
    EXPECT_THAT(wrong_edges({{"sites", {"base", "orders"}}}),
                ElementsAre("src/sites/CMakeLists.txt: must not depend on orders"));
    EXPECT_THAT(wrong_edges({{"http", {"orders"}}}), ElementsAre(HasSubstr("must not depend on orders")));
    EXPECT_THAT(wrong_edges({{"unheard_of", {}}}), ElementsAre(HasSubstr("not in the table")));
}

TEST(Modules, control_an_upward_include_is_caught)
{
    Declared declared;
    declare("smg_module(db DEPENDS base)", declared);
    declare("smg_module(sites DEPENDS db\n  LIBRARIES orders TEST_DEPENDS test_support)", declared);
    EXPECT_THAT(wrong_includes({"src/sites/site.cpp",
                                "#include \"sites/site.hpp\"\n#include \"db/tx.hpp\"\n"
                                "#include \"base/id.hpp\"\n#include <string>\n"},
                               declared),
                IsEmpty());
    EXPECT_THAT(wrong_includes({"src/sites/site.hpp", "#pragma once\n  # include \"orders/order.hpp\"\n"}, declared),
                ElementsAre(HasSubstr("must not include orders/order.hpp")));
    EXPECT_THAT(wrong_includes({"src/sites/site.cpp", "#include \"support/http.hpp\"\n#include \"site.hpp\"\n"}, declared),
                ElementsAre(HasSubstr("support/http.hpp"), HasSubstr("write \"folder/site.hpp\"")));
    EXPECT_THAT(wrong_includes({"src/sites/site_test.cpp", "#include \"support/http.hpp\"\n"}, declared), IsEmpty());
}

}  // namespace
}  // namespace smg::house
