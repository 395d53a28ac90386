// Migrations: no statement is empty, none is lost, and the statements written out again are the same statements.
#include <algorithm>

#include "base/text.hpp"
#include "db/migrate.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

// All that is neither a comment line, nor white space, nor the `;` between statements.
std::string essence(std::string_view sql)
{
    std::string out;
    while (!sql.empty()) {
        auto line = first_line(sql);
        if (trimmed(line).starts_with("--")) continue;
        out += line;
    }
    std::erase_if(out, [](char c) { return std::string_view(" \t\r\n\v\f;").contains(c); });
    return out;
}

}  // namespace

void one_input(std::string_view input)
{
    auto statements = db::statements_of(input);
    std::string all, kept;
    for (const auto& statement : statements) {
        must(!trimmed(statement).empty(), input);
        all += statement + ";\n";
        kept += essence(statement);
    }
    must(kept == essence(input), input);
    must(db::statements_of(all) == statements, input);
}

}  // namespace smg::fuzz
