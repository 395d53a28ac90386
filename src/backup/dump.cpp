#include "backup/dump.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/json.hpp"

namespace smg::backup {
namespace {

constexpr int page = 1000;  // rows read at once

std::string listed(const std::vector<std::string>& names)
{
    std::string list;
    for (const auto& name : names) list += fmt::format("{}`{}`", list.empty() ? "" : ", ", name);
    return list;
}

/// SELECT of the next rows by primary key: the first page, and those after a row.
struct Paging {
    std::string first, next;
    std::vector<std::size_t> key;  // places of the key among the columns
};

Paging paging_of(const Table& table)
{
    std::vector<std::string> names;
    for (const auto& column : table.columns) names.push_back(column.name);
    std::string marks;
    Paging paging;
    for (const auto& part : table.key) {
        marks += marks.empty() ? "?" : ", ?";
        paging.key.push_back(static_cast<std::size_t>(std::ranges::find(names, part) - names.begin()));
    }
    auto select = fmt::format("SELECT {} FROM `{}`", listed(names), table.name);
    auto order = fmt::format(" ORDER BY {} LIMIT {}", listed(table.key), page);
    paging.first = select + order;
    paging.next = fmt::format("{} WHERE ({}) > ({}){}", select, listed(table.key), marks, order);
    return paging;
}

std::vector<db::Param> after(const Table& table, const Paging& paging, const db::RawRow& row)
{
    std::vector<db::Param> params;
    for (auto place : paging.key) {
        if (table.columns[place].kind == Kind::integer)
            params.push_back({db::Param::Kind::integer, db::from_column<std::int64_t>(db::Dialect::sqlite, row[place])});
        else params.push_back({db::Param::Kind::text, 0, row[place].value_or("")});
    }
    return params;
}

Result<std::int64_t> write_table(db::Session& snapshot, const Table& table, Sink& sink)
{
    if (table.key.empty()) return fail(Code::failed, fmt::format("the table {} has no primary key", table.name));
    auto paging = paging_of(table);
    std::string line;
    std::int64_t count = 0;
    std::vector<db::Param> last;
    while (true) {
        auto rows = snapshot.fetch(last.empty() ? paging.first : paging.next, last, table.columns.size());
        for (const auto& row : rows) {
            line = "[";
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (i > 0) line += ',';
                append_value(line, snapshot.dialect(), table.columns[i].kind, row[i]);
            }
            line += ']';
            if (auto put = sink.put(line); !put) return fail(put.error());
        }
        count += static_cast<std::int64_t>(rows.size());
        if (rows.size() < static_cast<std::size_t>(page)) return count;
        last = after(table, paging, rows.back());
    }
}

}  // namespace

Result<std::unique_ptr<db::Session>> open_snapshot(const db::Url& url)
{
    bool sqlite = url.dialect == db::Dialect::sqlite;
    if (sqlite && !std::filesystem::exists(url.path))
        return fail(Code::not_found, fmt::format("there is no database at {}", url.path));
    try {
        auto session = sqlite ? db::Session::sqlite_reader(url.path) : db::Session::mariadb(url, false);
        session->control(sqlite ? "BEGIN" : "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        if (sqlite) session->fetch("SELECT COUNT(*) FROM sqlite_master", {}, 1);  // the moment that all of it is of
        return session;
    } catch (const db::DatabaseError& e) {
        return fail(Code::unavailable, fmt::format("cannot read the database {}: {}", url.shown(), e.what()));
    }
}

Result<Counts> write_backup(db::Session& snapshot, const Declared& declared, Head head, Sink& sink)
{
    auto tables = tables_of(snapshot, declared);
    head.dialect = snapshot.dialect() == db::Dialect::sqlite ? "sqlite" : "mariadb";
    for (const auto& table : tables) head.tables.push_back({table.name, table.columns, table.next_id});
    if (auto put = sink.put(json::text_of(json::from(head))); !put) return fail(put.error());
    Counts counts;
    for (const auto& table : tables) {
        if (auto put = sink.put(table_line(table.name)); !put) return fail(put.error());
        auto count = write_table(snapshot, table, sink);
        if (!count) return fail(count.error());
        counts[table.name] = *count;
    }
    if (auto put = sink.put(end_line(counts, sink.sha256().hex())); !put) return fail(put.error());
    return counts;
}

}  // namespace smg::backup
