#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "backup/dump.hpp"
#include "backup/load.hpp"
#include "base/crypto.hpp"
#include "db/testing.hpp"

namespace smg::backup {
namespace {

using db::Dialect;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Declared& declared()
{
    static const Declared all = declared_by(db::source_migrations(Dialect::mariadb));
    return all;
}

/// A directory that goes with the test.
class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("smgcrm_backup_" + random_uuid()))
    {
        std::filesystem::create_directory(path_);
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

std::string text_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

Head head_of(Dialect dialect)
{
    Head head;
    head.version = "1.0.0";
    head.master_key = "cafe0123";
    for (const auto& migration : db::source_migrations(dialect)) head.migrations.push_back(migration.name);
    return head;
}

Counts dump(const db::Url& url, const std::filesystem::path& file, const Head& head)
{
    auto snapshot = open_snapshot(url);
    EXPECT_TRUE(snapshot) << snapshot.error().message;
    auto sink = Sink::to_file(file, true);
    EXPECT_TRUE(sink) << sink.error().message;
    auto counts = write_backup(**snapshot, declared(), head, *sink);
    EXPECT_TRUE(counts) << counts.error().message;
    EXPECT_TRUE(sink->finish());
    return *counts;
}

// Words of every kind that a column may hold.
void fill(db::Database& db)
{
    db.write_now([](db::Tx& tx) -> Result<void> {
        auto now = *from_stored("2026-11-22 17:36:44.123");
        tx.execute("INSERT INTO sites (url, name, currency_id, created_at) VALUES ('https://a.example', ?, 1, ?)",
                   "Крамниця «Ё» \"'\\\n\t\x01\x7F 🧊", now);
        tx.execute("INSERT INTO api_providers (name, api_url, api_balance, trigger_price) VALUES ('p', 'u', ?, NULL)",
                   Money{-1});
        tx.execute("INSERT INTO api_providers (name, api_url, api_balance, trigger_price) VALUES ('', 'u', ?, ?)",
                   Money{999'999'999'999'999'999}, Money{});
        for (int i = 1; i <= 2500; ++i)
            tx.execute("INSERT INTO run_slots (task, slot, created_at) VALUES (?, ?, ?)", i % 2 ? "statuses" : "orders", i,
                       now);
        tx.execute("INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('k', '{}', ?, ?)", now, now);
        tx.execute("INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('gone', '{}', ?, ?)", now, now);
        tx.execute("DELETE FROM jobs WHERE kind = 'gone'");
        tx.execute("INSERT INTO instance (name, value) VALUES ('master_key', 'cafe0123')");
        return {};
    });
}

std::string rows_in(const std::filesystem::path& file)
{
    auto text = text_of(file);
    text.erase(0, text.find('\n'));
    return text.substr(0, text.rfind("\n{\"end\""));
}

struct Way {
    Dialect from, to;
};

class Backup : public testing::TestWithParam<Way> {
protected:
    void SetUp() override
    {
        for (auto dialect : {GetParam().from, GetParam().to})
            if (!db::TestDatabase::offered(dialect)) GTEST_SKIP() << "set " << db::mariadb_variable;
    }
};

INSTANTIATE_TEST_SUITE_P(ways, Backup,
                         testing::Values(Way{Dialect::sqlite, Dialect::sqlite}, Way{Dialect::mariadb, Dialect::mariadb},
                                         Way{Dialect::sqlite, Dialect::mariadb}, Way{Dialect::mariadb, Dialect::sqlite}),
                         [](const auto& way) {
                             auto name = [](Dialect d) { return d == Dialect::sqlite ? "sqlite" : "mariadb"; };
                             return std::string(name(way.param.from)) + "_to_" + name(way.param.to);
                         });

TEST_P(Backup, brings_every_row_back_exactly_on_either_database)
{
    Folder folder;
    db::TestDatabase from(GetParam().from), to(GetParam().to);
    fill(*from);
    auto counts = dump(from.url(), folder / "a", head_of(GetParam().from));
    EXPECT_EQ(counts["run_slots"], 2500);
    auto contents = verify(folder / "a");
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(contents->rows, counts);
    auto loaded = load(*to, folder / "a", *contents, db::source_migrations(GetParam().to));
    ASSERT_TRUE(loaded) << loaded.error().message;
    dump(to.url(), folder / "b", head_of(GetParam().to));
    EXPECT_EQ(rows_in(folder / "a"), rows_in(folder / "b"));
}

TEST_P(Backup, gives_no_id_again_whose_row_is_gone)
{
    Folder folder;
    db::TestDatabase from(GetParam().from), to(GetParam().to);
    fill(*from);
    dump(from.url(), folder / "a", head_of(GetParam().from));
    ASSERT_TRUE(load(*to, folder / "a", *verify(folder / "a"), db::source_migrations(GetParam().to)));
    auto next = to->write_now([](db::Tx& tx) -> Result<std::int64_t> {
        return tx
            .first<std::int64_t>(
                "INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('k', '{}', ?, ?) RETURNING id", Time{}, Time{})
            .value();
    });
    EXPECT_EQ(next, 3);
}

TEST_P(Backup, of_an_older_schema_is_brought_to_this_one)
{
    Folder folder;
    db::TestDatabase from(GetParam().from), to(GetParam().to);
    auto known = db::source_migrations(GetParam().to);
    known.push_back({"9999_later", GetParam().to == Dialect::sqlite
                                       ? "ALTER TABLE jobs ADD COLUMN later INT NOT NULL DEFAULT 7;\n"
                                       : "ALTER TABLE jobs ADD COLUMN IF NOT EXISTS later INT NOT NULL DEFAULT 7;\n"});
    fill(*from);
    dump(from.url(), folder / "a", head_of(GetParam().from));
    auto loaded = load(*to, folder / "a", *verify(folder / "a"), known);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(to->read_now([](db::Tx& tx) { return tx.first<std::int64_t>("SELECT later FROM jobs"); }), 7);
}

TEST_P(Backup, of_a_newer_schema_is_refused_by_name)
{
    auto head = head_of(GetParam().from);
    head.migrations.emplace_back("9999_later");
    auto refused = fits(head, db::source_migrations(GetParam().to));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("9999_later"));
}

TEST(BackupSchema, takes_for_money_what_mariadb_keeps_as_decimal)
{
    if (!db::TestDatabase::offered(Dialect::mariadb)) GTEST_SKIP() << "set " << db::mariadb_variable;
    db::TestDatabase db(Dialect::mariadb);
    std::set<std::pair<std::string, std::string>> decimal;
    for (const auto& found : db->read_now([](db::Tx& tx) {
             return tx.query<std::tuple<std::string, std::string>>(
                 "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND "
                 "data_type = 'decimal'");
         }))
        decimal.emplace(std::get<0>(found), std::get<1>(found));
    EXPECT_EQ(declared().money, decimal);
    auto tables = db->read_now([](db::Tx& tx) {
        return tx.query<std::string>(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND "
            "table_name <> 'schema_migrations'");
    });
    EXPECT_EQ(declared().tables, std::set<std::string>(tables.begin(), tables.end()));
}

TEST(BackupSchema, both_databases_have_the_same_tables_and_kinds)
{
    if (!db::TestDatabase::offered(Dialect::mariadb)) GTEST_SKIP() << "set " << db::mariadb_variable;
    db::TestDatabase one(Dialect::sqlite), other(Dialect::mariadb);
    auto a = tables_of(**open_snapshot(one.url()), declared()), b = tables_of(**open_snapshot(other.url()), declared());
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].columns, b[i].columns) << a[i].name;
        EXPECT_EQ(a[i].key, b[i].key) << a[i].name;
        EXPECT_THAT(a[i].key, Not(IsEmpty())) << a[i].name;
    }
}

class BackupFile : public testing::Test {
protected:
    void SetUp() override
    {
        fill(*from);
        from->write_now([](db::Tx& tx) { return Result<std::int64_t>(tx.execute("DELETE FROM run_slots")); });
        dump(from.url(), file, head_of(Dialect::sqlite));
        good = text_of(file);
    }

    std::string refusal(const std::string& text)
    {
        write(file, text);
        auto contents = verify(file);
        return contents ? "" : contents.error().message;
    }

    Folder folder;
    std::filesystem::path file = folder / "f";
    db::TestDatabase from{Dialect::sqlite};
    std::string good;
};

TEST_F(BackupFile, with_any_one_bit_changed_is_refused)
{
    ASSERT_EQ(refusal(good), "");
    std::uint32_t state = 1;
    for (int i = 0; i < 200; ++i) {
        state = state * 1664525 + 1013904223;
        auto changed = good;
        auto at = (state >> 3) % changed.size();
        changed[at] = static_cast<char>(changed[at] ^ (1 << (i % 8)));
        EXPECT_NE(refusal(changed), "") << "byte " << at;
    }
    // Every byte of the line that carries the checksum, which nothing else protects.
    for (auto at = good.rfind("{\"end\""); at < good.size(); ++at) {
        auto changed = good;
        changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
        EXPECT_NE(refusal(changed), "") << "byte " << at;
    }
}

TEST_F(BackupFile, cut_anywhere_or_continued_is_refused)
{
    for (std::size_t size = 0; size < good.size(); size += 97) EXPECT_NE(refusal(good.substr(0, size)), "") << size;
    EXPECT_THAT(refusal(good.substr(0, good.size() - 1)), HasSubstr("cut"));
    EXPECT_NE(refusal(good + "\n"), "");
    EXPECT_NE(refusal(good + good), "");
    auto without_a_row = good;
    auto row = without_a_row.find("\n[");
    without_a_row.erase(row, without_a_row.find('\n', row + 1) - row);
    EXPECT_THAT(refusal(without_a_row), HasSubstr("checksum"));
}

TEST_F(BackupFile, of_a_newer_format_says_so)
{
    auto newer = good;
    newer.replace(newer.find(":1,"), 3, ":2,");
    EXPECT_THAT(refusal(newer), HasSubstr("newer version"));
    EXPECT_THAT(refusal("PK\x03\x04\n"), HasSubstr("does not begin"));
}

TEST_F(BackupFile, of_one_connection_shows_one_moment)
{
    auto snapshot = open_snapshot(from.url());
    ASSERT_TRUE(snapshot);
    from->write_now([](db::Tx& tx) { return Result<std::int64_t>(tx.execute("DELETE FROM jobs")); });
    auto sink = Sink::to_file(file, true);
    auto counts = write_backup(**snapshot, declared(), head_of(Dialect::sqlite), *sink);
    ASSERT_TRUE(counts);
    EXPECT_EQ((*counts)["jobs"], 1);
}

TEST_F(BackupFile, keeps_bytes_that_are_no_utf8)
{
    from->write_now(
        [](db::Tx& tx) { return Result<std::int64_t>(tx.execute("UPDATE sites SET name = CAST(X'C3286100' AS TEXT)")); });
    dump(from.url(), file, head_of(Dialect::sqlite));
    db::TestDatabase to(Dialect::sqlite);
    ASSERT_TRUE(load(*to, file, *verify(file), db::source_migrations(Dialect::sqlite)));
    EXPECT_THAT(to->read_now([](db::Tx& tx) { return tx.query<std::string>("SELECT HEX(SUBSTR(name, 1, 2)) FROM sites"); }),
                ElementsAre("C328"));
}

TEST_F(BackupFile, with_names_that_are_no_names_is_refused)
{
    auto head = head_of(Dialect::sqlite);
    head.tables.push_back({"jobs`; DROP TABLE orders; --", {{"id", Kind::integer}}, {}});
    EXPECT_FALSE(fits(head, db::source_migrations(Dialect::sqlite)));
}

TEST(Sink, leaves_nothing_behind_when_it_was_not_finished)
{
    Folder folder;
    {
        auto sink = Sink::to_file(folder / "f", false);
        ASSERT_TRUE(sink->put("x"));
        EXPECT_TRUE(std::filesystem::exists(folder / "f.part"));
        EXPECT_FALSE(Sink::to_file(folder / "f", false)) << "two at once";
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "f.part"));
    EXPECT_FALSE(std::filesystem::exists(folder / "f"));
}

TEST(Sink, replaces_a_file_only_when_told_and_lets_nobody_else_read_it)
{
    Folder folder;
    write(folder / "f", "mine");
    EXPECT_FALSE(Sink::to_file(folder / "f", false));
    EXPECT_EQ(text_of(folder / "f"), "mine");
    auto sink = Sink::to_file(folder / "f", true);
    ASSERT_TRUE(sink->put("new"));
    ASSERT_TRUE(sink->finish());
    EXPECT_EQ(text_of(folder / "f"), "new\n");
    EXPECT_EQ(std::filesystem::status(folder / "f").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(KeyBox, opens_with_its_passphrase_and_place_alone)
{
    Secret words("correct horse battery"), key("the key");
    auto sealed = seal_under(words, key, "here");
    ASSERT_TRUE(sealed);
    EXPECT_EQ(open_under(words, *sealed, "here")->reveal(), "the key");
    EXPECT_THAT(open_under(Secret("correct horse batterY"), *sealed, "here").error().message, HasSubstr("passphrase"));
    EXPECT_FALSE(open_under(words, *sealed, "there"));
    auto greedy = *sealed;
    greedy.memory_bytes = std::int64_t{1} << 50;
    EXPECT_FALSE(open_under(words, greedy, "here"));
    greedy = *sealed;
    greedy.box[0] = greedy.box[0] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_under(words, greedy, "here"));
}

TEST(KeyBox, refuses_a_short_passphrase)
{
    EXPECT_FALSE(seal_under(Secret(""), Secret("k"), "p"));
    EXPECT_FALSE(seal_under(Secret("123456789"), Secret("k"), "p"));
}

}  // namespace
}  // namespace smg::backup
