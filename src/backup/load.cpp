#include "backup/load.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <ranges>

namespace smg::backup {
namespace {

using db::Param;

constexpr std::size_t rows_per_insert = 32;
constexpr std::size_t rows_per_commit = 8192, bytes_per_commit = 16 * 1024 * 1024;

std::vector<db::Migration> those_of(const Head& head, std::span<const db::Migration> migrations)
{
    std::vector<db::Migration> same;
    for (const auto& migration : migrations)
        if (std::ranges::find(head.migrations, migration.name) != head.migrations.end()) same.push_back(migration);
    return same;
}

// Names go into statements as they are.
bool is_name(const std::string& text)
{
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

bool well_named(const HeadTable& table)
{
    return is_name(table.name) && !table.columns.empty() && std::ranges::all_of(table.columns, is_name, &Column::name);
}

// Migrations fill tables too; the backup has those rows as they were.
void empty_tables(db::Database& db, const Head& head)
{
    db.write_now([&](db::Tx& tx) -> Result<void> {
        for (const auto& table : std::views::reverse(head.tables)) tx.execute(fmt::format("DELETE FROM `{}`", table.name));
        return {};
    });
}

std::string insert_of(const HeadTable& table, std::size_t rows)
{
    std::string names, marks;
    for (const auto& column : table.columns) {
        names += fmt::format("{}`{}`", names.empty() ? "" : ", ", column.name);
        marks += marks.empty() ? "?" : ", ?";
    }
    auto sql = fmt::format("INSERT INTO `{}` ({}) VALUES ({})", table.name, names, marks);
    for (std::size_t i = 1; i < rows; ++i) sql += fmt::format(", ({})", marks);
    return sql;
}

/// Collects rows of one table and commits many at once.
class Filler {
public:
    explicit Filler(db::Database& db) : db_(db) {}

    Result<void> add(const HeadTable& table, std::string_view line)
    {
        if (table_ != &table) flush();
        table_ = &table;
        auto row = row_of(line, db_.dialect(), table.columns);
        if (!row) return fail(row.error());
        rows_.push_back(std::move(*row));
        bytes_ += line.size();
        if (rows_.size() >= rows_per_commit || bytes_ >= bytes_per_commit) flush();
        return {};
    }

    void flush()
    {
        if (rows_.empty()) return;
        db_.write_now([this](db::Tx& tx) -> Result<void> {
            std::size_t at = 0;
            for (; rows_.size() - at >= rows_per_insert; at += rows_per_insert) insert(tx, at, rows_per_insert);
            for (; at < rows_.size(); ++at) insert(tx, at, 1);
            return {};
        });
        rows_.clear();
        bytes_ = 0;
    }

private:
    void insert(db::Tx& tx, std::size_t from, std::size_t count) const
    {
        std::vector<Param> params;
        params.reserve(count * table_->columns.size());
        for (std::size_t i = from; i < from + count; ++i) params.insert(params.end(), rows_[i].begin(), rows_[i].end());
        tx.execute_with(insert_of(*table_, count), std::move(params));
    }

    db::Database& db_;
    const HeadTable* table_ = nullptr;
    std::vector<std::vector<Param>> rows_;
    std::size_t bytes_ = 0;
};

// An id that was given once is not given again, also when its row is gone.
void set_next_ids(db::Database& db, const Head& head)
{
    for (const auto& table : head.tables) {
        if (!table.next_id) continue;
        auto next = *table.next_id;
        db.write_now([&](db::Tx& tx) -> Result<void> {
            if (tx.dialect() == db::Dialect::mariadb) {
                tx.execute(fmt::format("ALTER TABLE `{}` AUTO_INCREMENT = {}", table.name, next));
            } else if (tx.execute("UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = ?", next - 1, table.name) ==
                       0) {
                tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table.name, next - 1);
            }
            return {};
        });
    }
}

}  // namespace

Result<void> fits(const Head& head, std::span<const db::Migration> migrations)
{
    for (const auto& name : head.migrations)
        if (std::ranges::find(migrations, name, &db::Migration::name) == migrations.end())
            return fail(Code::failed,
                        fmt::format("the backup was made by version {}, which is newer than this program (it has "
                                    "the migration {}): restore it with that version",
                                    head.version, name));
    if (!std::ranges::all_of(head.tables, well_named))
        return fail(Code::failed, "the backup names tables or columns that cannot be: take another copy");
    return {};
}

Result<void> load(db::Database& db, const std::filesystem::path& file, const Contents& contents,
                  std::span<const db::Migration> migrations)
{
    if (auto known = fits(contents.head, migrations); !known) return known;
    if (auto done = db::migrate(db, those_of(contents.head, migrations)); !done) return done;
    empty_tables(db, contents.head);
    Filler filler(db);
    auto filled =
        each_row(file, contents, [&](const HeadTable& table, std::string_view line) { return filler.add(table, line); });
    if (!filled) return filled;
    filler.flush();
    set_next_ids(db, contents.head);
    return db::migrate(db, migrations);
}

}  // namespace smg::backup
