// Each migration is written twice, for SQLite and for MariaDB: both must make the same tables and columns.
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

using Schema = std::map<std::string, std::set<std::string>>;  // table -> columns

std::string without_comments(std::string_view sql)
{
    std::string out;
    for (auto& line : lines(sql)) out += line.substr(0, line.find("--")) + '\n';
    return out;
}

// Cuts at `separator` where no parenthesis and no quote is open.
std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    char quote = 0;
    for (char c : text) {
        if (quote) quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"' || c == '`') quote = c;
        else if (c == '(') ++depth;
        else if (c == ')') --depth;
        if (c == separator && depth == 0 && !quote) parts.emplace_back();
        else parts.back() += c;
    }
    return parts;
}

// The name of the column that an entry of CREATE TABLE defines; nothing for keys and checks. A generated column is MariaDB's
// way of a partial index and is nobody's data.
std::string column_of(const std::string& entry)
{
    static const std::regex other(R"(^\s*(PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|CHECK|FOREIGN|FULLTEXT)\b)",
                                  std::regex::icase);
    static const std::regex generated(R"(\b(GENERATED\s+ALWAYS|AS\s*\())", std::regex::icase);
    static const std::regex name(R"re(^\s*[`"]?(\w+))re");
    std::smatch found;
    if (std::regex_search(entry, other) || std::regex_search(entry, generated)) return {};
    return std::regex_search(entry, found, name) ? found[1].str() : "";
}

void create_table(const std::string& statement, const std::string& table, Schema& schema)
{
    auto open = statement.find('('), close = statement.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return;
    auto& columns = schema[table];
    for (const auto& entry : split(std::string_view(statement).substr(open + 1, close - open - 1), ','))
        if (auto column = column_of(entry); !column.empty()) columns.insert(column);
}

void replay(std::string_view sql, Schema& schema)
{
    static const std::regex create(R"re(^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[`"]?(\w+))re", std::regex::icase);
    static const std::regex drop(R"re(^\s*DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?[`"]?(\w+))re", std::regex::icase);
    static const std::regex rename(R"re(^\s*ALTER\s+TABLE\s+[`"]?(\w+)[`"]?\s+RENAME\s+TO\s+[`"]?(\w+))re",
                                   std::regex::icase);
    static const std::regex alter(R"re(^\s*ALTER\s+TABLE\s+[`"]?(\w+)[`"]?\s+([^]*))re", std::regex::icase);
    static const std::regex add(R"re(^\s*ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?([^]*))re", std::regex::icase);
    for (const auto& statement : split(without_comments(sql), ';')) {
        std::smatch found, part;
        if (std::regex_search(statement, found, create)) create_table(statement, found[1].str(), schema);
        else if (std::regex_search(statement, found, drop)) schema.erase(found[1].str());
        else if (std::regex_search(statement, found, rename)) {
            auto moved = schema.extract(found[1].str());
            if (moved.empty()) continue;
            moved.key() = found[2].str();
            schema.insert(std::move(moved));
        } else if (std::regex_search(statement, found, alter)) {
            for (const auto& action : split(found[2].str(), ','))
                if (std::regex_search(action, part, add))
                    if (auto column = column_of(part[1].str()); !column.empty()) schema[found[1].str()].insert(column);
        }
    }
}

void compare(const std::string& name, const Schema& one, const std::string& one_name, const Schema& other, Complaints& out)
{
    for (const auto& [table, columns] : one) {
        auto found = other.find(table);
        if (found == other.end()) out.push_back(name + ": only " + one_name + " has the table " + table);
        else
            for (const auto& column : columns)
                if (!found->second.contains(column))
                    out.push_back(name + ": only " + one_name + " has " + table + "." + column);
    }
}

Complaints differences(const std::vector<File>& migrations)
{
    static const std::regex file_name(R"re(migrations/(\d{4}_\w+)\.(sqlite|mariadb)\.sql)re");
    std::map<std::string, std::map<std::string, std::string>> pairs;  // name -> dialect -> SQL
    Complaints out;
    for (const auto& file : migrations) {
        std::smatch found;
        if (std::regex_match(file.path, found, file_name)) pairs[found[1].str()][found[2].str()] = file.text;
        else out.push_back(file.path + ": the name must be NNNN_name.sqlite.sql or NNNN_name.mariadb.sql");
    }
    Schema sqlite, mariadb;
    for (auto& [name, texts] : pairs) {
        if (texts.size() != 2) out.push_back(name + ": there is only " + texts.begin()->first);
        replay(texts["sqlite"], sqlite);
        replay(texts["mariadb"], mariadb);
        compare(name, sqlite, "sqlite", mariadb, out);
        compare(name, mariadb, "mariadb", sqlite, out);
    }
    return out;
}

TEST(Migrations, come_in_pairs_that_make_the_same_tables_and_columns)
{
    auto migrations = files("migrations/");
    if (migrations.empty()) GTEST_SKIP() << "there are no migrations yet";
    EXPECT_THAT(differences(migrations), IsEmpty());
}

TEST(Migrations, control_the_two_dialects_are_understood)
{
    File sqlite{
        "migrations/0001_a.sqlite.sql",
        "-- a comment; with a semicolon\nCREATE TABLE `t` (\n  id INTEGER PRIMARY KEY, -- a, b\n  word TEXT NOT NULL "
        "CHECK (word IN ('a,b', 'c;')),\n  UNIQUE (word)\n);\nCREATE INDEX i ON t (word);\nALTER TABLE t ADD n BIGINT;"};
    File mariadb{"migrations/0001_a.mariadb.sql",
                 "CREATE TABLE IF NOT EXISTS t (`id` BIGINT AUTO_INCREMENT, `word` VARCHAR(9), n DECIMAL(20,8), open_key "
                 "BIGINT AS (IF(n > 1, id, NULL)) STORED, PRIMARY KEY (id), KEY w (word)) ENGINE=InnoDB;"};
    Schema schema;
    replay(sqlite.text, schema);
    EXPECT_THAT(schema["t"], ElementsAre("id", "n", "word"));
    EXPECT_THAT(differences({sqlite, mariadb}), IsEmpty());
}

TEST(Migrations, control_a_difference_is_caught)
{
    File sqlite{"migrations/0001_a.sqlite.sql", "CREATE TABLE t (id BIGINT, extra TEXT); CREATE TABLE u (id BIGINT);"};
    File mariadb{"migrations/0001_a.mariadb.sql", "CREATE TABLE t (id BIGINT);"};
    EXPECT_THAT(differences({sqlite, mariadb}), ElementsAre(HasSubstr("only sqlite has t.extra"), HasSubstr("the table u")));
    EXPECT_THAT(differences({mariadb}), ::testing::Contains(HasSubstr("there is only mariadb")));
    EXPECT_THAT(differences({{"migrations/first.sql", ""}}), ElementsAre(HasSubstr("the name must be")));
}

}  // namespace
}  // namespace smg::house
