#include "backup/schema.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"

namespace smg::backup {
namespace {

using db::Dialect;
using db::Param;

Param text(const std::string& value) { return {Param::Kind::text, 0, value}; }

std::vector<std::string> words_of(const std::string& line)
{
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        std::erase(word, '`');
        words.push_back(std::move(word));
    }
    return words;
}

bool is_decimal(const std::string& type) { return lowered(type).starts_with("decimal"); }

void read_create(const std::string& statement, Declared& declared)
{
    std::istringstream in(statement);
    std::string line;
    std::getline(in, line);
    auto head = words_of(line);  // CREATE TABLE IF NOT EXISTS name (
    constexpr std::size_t name_at = 5;
    if (head.size() <= name_at) return;
    const auto& table = head[name_at];
    declared.tables.insert(table);
    while (std::getline(in, line))
        if (auto words = words_of(line); words.size() > 1 && is_decimal(words[1])) declared.money.emplace(table, words[0]);
}

void read_alter(const std::string& statement, Declared& declared)
{
    auto words = words_of(statement);  // ALTER TABLE name ADD COLUMN [IF NOT EXISTS] column type …
    constexpr std::size_t name_at = 2, if_not_exists = 3;
    for (std::size_t i = name_at + 1; i + 2 < words.size(); ++i) {
        if (lowered(words[i]) != "column") continue;
        auto column = i + 1 + (lowered(words[i + 1]) == "if" ? if_not_exists : 0);
        if (column + 1 < words.size() && is_decimal(words[column + 1]))
            declared.money.emplace(words[name_at], words[column]);
    }
}

Kind kind_of(const std::string& declared_type)
{
    auto type = lowered(declared_type);
    if (type.find("int") != std::string::npos || type.starts_with("bool")) return Kind::integer;
    if (type.starts_with("decimal")) return Kind::money;
    if (type.starts_with("datetime")) return Kind::time;
    if (type.find("blob") != std::string::npos || type.find("binary") != std::string::npos) return Kind::binary;
    return Kind::text;
}

std::vector<std::string> first_column(const std::vector<db::RawRow>& rows)
{
    std::vector<std::string> out;
    for (const auto& row : rows) out.push_back(row[0].value_or(""));
    return out;
}

std::optional<std::int64_t> number(const std::optional<std::string>& text)
{
    if (!text) return std::nullopt;
    return db::from_column<std::int64_t>(Dialect::sqlite, text);
}

Table sqlite_table(db::Session& session, const std::string& name)
{
    Table table;
    table.name = name;
    std::map<std::int64_t, std::string> key;
    // hidden: 2 and 3 are generated columns
    for (const auto& row : session.fetch("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)", {text(name)}, 4)) {
        if (row[3] != "0") continue;
        table.columns.push_back({*row[0], kind_of(row[1].value_or(""))});
        if (auto place = number(row[2]); place && *place > 0) key[*place] = *row[0];
    }
    for (const auto& [place, column] : key) table.key.push_back(column);
    table.parents = first_column(session.fetch("SELECT DISTINCT `table` FROM pragma_foreign_key_list(?)", {text(name)}, 1));
    for (const auto& row : session.fetch("SELECT name, `unique`, partial FROM pragma_index_list(?)", {text(name)}, 3))
        table.indexes.push_back({first_column(session.fetch("SELECT name FROM pragma_index_info(?)", {text(*row[0])}, 1)),
                                 row[1] == "1", row[2] == "1"});
    for (const auto& row : session.fetch("SELECT seq FROM sqlite_sequence WHERE name = ?", {text(name)}, 1))
        if (auto last = number(row[0])) table.next_id = *last + 1;
    return table;
}

std::vector<Index> mariadb_indexes(db::Session& session, const std::string& table)
{
    std::map<std::string, Index> found;
    for (const auto& row :
         session.fetch("SELECT index_name, non_unique, column_name FROM information_schema.statistics WHERE "
                       "table_schema = DATABASE() AND table_name = ? ORDER BY index_name, seq_in_index",
                       {text(table)}, 3)) {
        auto& index = found[*row[0]];
        index.unique = row[1] == "0";
        index.columns.push_back(row[2].value_or(""));
    }
    std::vector<Index> indexes;
    for (auto& [name, index] : found) indexes.push_back(std::move(index));
    return indexes;
}

Table mariadb_table(db::Session& session, const std::string& name)
{
    Table table;
    table.name = name;
    for (const auto& row :
         session.fetch("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = "
                       "DATABASE() AND table_name = ? AND is_generated = 'NEVER' ORDER BY ordinal_position",
                       {text(name)}, 2))
        table.columns.push_back({*row[0], kind_of(*row[1])});
    table.key = first_column(
        session.fetch("SELECT column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND "
                      "table_name = ? AND constraint_name = 'PRIMARY' ORDER BY ordinal_position",
                      {text(name)}, 1));
    table.parents = first_column(
        session.fetch("SELECT DISTINCT referenced_table_name FROM information_schema.key_column_usage WHERE table_schema = "
                      "DATABASE() AND table_name = ? AND referenced_table_name IS NOT NULL",
                      {text(name)}, 1));
    table.indexes = mariadb_indexes(session, name);
    for (const auto& row : session.fetch("SELECT auto_increment FROM information_schema.tables WHERE table_schema = "
                                         "DATABASE() AND table_name = ?",
                                         {text(name)}, 1))
        table.next_id = number(row[0]);
    return table;
}

std::vector<Table> parents_first(std::vector<Table> tables)
{
    std::vector<Table> sorted;
    auto there = [](const std::vector<Table>& list, const std::string& name) {
        return std::ranges::find(list, name, &Table::name) != list.end();
    };
    while (!tables.empty()) {
        auto next = std::ranges::find_if(tables, [&](const Table& table) {
            return std::ranges::none_of(table.parents,
                                        [&](const auto& parent) { return parent != table.name && there(tables, parent); });
        });
        if (next == tables.end()) throw std::logic_error("tables refer to each other in a circle");
        sorted.push_back(std::move(*next));
        tables.erase(next);
    }
    return sorted;
}

}  // namespace

Declared declared_by(std::span<const db::Migration> mariadb_migrations)
{
    Declared declared;
    for (const auto& migration : mariadb_migrations)
        for (const auto& statement : db::statements_of(migration.sql)) {
            if (statement.starts_with("CREATE TABLE")) read_create(statement, declared);
            else if (statement.starts_with("ALTER TABLE")) read_alter(statement, declared);
        }
    return declared;
}

std::vector<Table> tables_of(db::Session& session, const Declared& declared)
{
    bool sqlite = session.dialect() == Dialect::sqlite;
    auto names = first_column(session.fetch(
        sqlite ? "SELECT name FROM sqlite_master WHERE type = 'table'"
               : "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
        {}, 1));
    std::ranges::sort(names);  // by bytes: the databases do not agree on where `_` stands
    std::vector<Table> tables;
    for (const auto& name : names) {
        if (!declared.tables.contains(name)) continue;
        auto& table = tables.emplace_back(sqlite ? sqlite_table(session, name) : mariadb_table(session, name));
        for (auto& column : table.columns)
            if (declared.money.contains({name, column.name})) column.kind = Kind::money;
    }
    return parents_first(std::move(tables));
}

}  // namespace smg::backup
