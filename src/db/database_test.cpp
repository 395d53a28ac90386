#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <thread>

#include "db/testing.hpp"
#include "db/where.hpp"

namespace smg::db {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Setting {
    std::int64_t id = 0;
    std::string key;
    std::optional<std::string> value;
    std::optional<Time> created_at;
};
BOOST_DESCRIBE_STRUCT(Setting, (), (id, key, value, created_at))

class DatabaseOnBoth : public OnBothDatabases {};
INSTANTIATE_TEST_SUITE_P(databases, DatabaseOnBoth, both_databases(), dialect_name);

Result<void> put(Tx& tx, const std::string& key, const std::string& value)
{
    tx.insert("settings", Setting{0, key, value, {}});
    return {};
}

std::int64_t count(Database& db)
{
    return db.read_now([](Tx& tx) { return *tx.first<std::int64_t>("SELECT COUNT(*) FROM settings"); });
}

TEST_P(DatabaseOnBoth, keeps_what_a_closure_wrote)
{
    auto id = db().write_now([](Tx& tx) -> Result<std::int64_t> {
        return tx.insert("settings", Setting{0, "a", "Ціна ₴ 'quoted' \\ \"x\" :p1 ?",
                                             Time{std::chrono::milliseconds{1'700'000'000'123}}});
    });
    auto row = db().read_now([&](Tx& tx) { return tx.find<Setting>("FROM settings WHERE id = ?", *id); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->value, "Ціна ₴ 'quoted' \\ \"x\" :p1 ?");
    EXPECT_EQ(row->created_at, Time{std::chrono::milliseconds{1'700'000'000'123}});
}

TEST_P(DatabaseOnBoth, finds_what_a_filter_put_together_asks_for)
{
    for (auto key : {"5%", "5_", "50", "5!x"}) db().write_now([&](Tx& tx) { return put(tx, key, "v"); });
    auto found = [&](auto&& narrow) {
        return db().read_now([&](Tx& tx) {
            Where where(tx.dialect());
            narrow(where);
            return tx.query_with<std::string>("SELECT `key` FROM settings" + where.sql() + " ORDER BY id", where.params());
        });
    };
    using Keys = std::vector<std::string>;
    EXPECT_EQ(found([](Where&) {}), (Keys{"5%", "5_", "50", "5!x"}));
    for (auto text : {"%", "_", "!"}) {
        auto keys = found([&](Where& where) { where.add("`key` LIKE ? ESCAPE '!'", anywhere(text)); });
        ASSERT_EQ(keys.size(), 1) << text;
        EXPECT_TRUE(keys.front().contains(text));
    }
    EXPECT_EQ(found([](Where& where) {
                  where.any_of("`key`", Keys{"50", "5_", "none"});
                  where.add_if("value = ?", std::optional<std::string>("v"));
                  where.add_if("value = ?", std::optional<std::string>());
              }),
              (Keys{"5_", "50"}));
    EXPECT_EQ(found([](Where& where) { where.any_of("`key`", Keys{}); }), Keys{});
}

TEST_P(DatabaseOnBoth, rolls_back_what_ends_in_an_error)
{
    auto result = db().write_now([](Tx& tx) -> Result<int> {
        (void)put(tx, "a", "1");
        return fail(Code::conflict, "no");
    });
    EXPECT_FALSE(result);
    EXPECT_EQ(count(db()), 0);
}

TEST_P(DatabaseOnBoth, rolls_back_what_ends_in_an_exception)
{
    EXPECT_THROW(db().write_now([](Tx& tx) -> Result<int> {
        (void)put(tx, "a", "1");
        throw std::runtime_error("bug");
    }),
                 std::runtime_error);
    EXPECT_EQ(count(db()), 0);
}

TEST_P(DatabaseOnBoth, a_duplicate_key_ends_the_statement_only)
{
    auto result = db().write_now([](Tx& tx) -> Result<bool> {
        (void)put(tx, "a", "1");
        EXPECT_THROW((void)put(tx, "a", "2"), DuplicateKey);
        (void)put(tx, "b", "3");
        return tx.insert_new("INSERT INTO settings (`key`, value) VALUES (?, ?)", "a", "4");
    });
    EXPECT_EQ(result, false);
    EXPECT_EQ(count(db()), 2);
}

TEST_P(DatabaseOnBoth, inserts_many_and_gives_their_ids_in_order)
{
    std::vector<Setting> rows;
    for (int i = 0; i < 150; ++i) rows.push_back({0, "k" + std::to_string(i), std::to_string(i), {}});
    auto ids = db().write_now(
        [&](Tx& tx) -> Result<std::vector<std::int64_t>> { return tx.insert_all<Setting>("settings", rows); });
    ASSERT_THAT(*ids, SizeIs(150));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto key = db().read_now(
            [&](Tx& tx) { return tx.first<std::string>("SELECT `key` FROM settings WHERE id = ?", (*ids)[i]); });
        EXPECT_EQ(key, rows[i].key);
    }
}

TEST_P(DatabaseOnBoth, money_stays_exact)
{
    auto amount = *Money::parse("92233720368.54775807");
    db().write_now([&](Tx& tx) -> Result<void> {
        tx.execute("INSERT INTO currencies (name, code, symbol, exchange_rate) VALUES ('x', 'XTS', 'x', ?)", amount);
        return {};
    });
    auto kept =
        db().read_now([](Tx& tx) { return tx.first<Money>("SELECT exchange_rate FROM currencies WHERE code = 'XTS'"); });
    EXPECT_EQ(kept, amount);
}

TEST_P(DatabaseOnBoth, announces_after_the_commit_and_only_then)
{
    std::mutex mutex;
    std::vector<std::int64_t> heard;
    db().listen([&](const Announcement& what) {
        std::lock_guard lock(mutex);
        heard.push_back(what.id);
    });
    auto announce = [&](std::int64_t id, bool commit) {
        (void)db().write_now([&](Tx& tx) -> Result<void> {
            tx.announce({"orders", id});
            if (!commit) return fail(Code::failed, "no");
            return {};
        });
    };
    for (std::int64_t id = 1; id <= 7; ++id) announce(id, id % 2 == 1);
    db().listen({});
    EXPECT_THAT(heard, ElementsAre(1, 3, 5, 7));  // each once, though closures are run again
}

TEST_P(DatabaseOnBoth, many_threads_lose_nothing)
{
    db().write_now([](Tx& tx) { return put(tx, "sum", "0"); });
    constexpr int threads = 8, each = 25;
    std::latch begin(threads);
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t)
        workers.emplace_back([&] {
            begin.arrive_and_wait();
            for (int i = 0; i < each;) {
                // Compare and set, as every store function does: who was overtaken reads anew.
                auto done = db().write_now([](Tx& tx) -> Result<void> {
                    auto now = *tx.first<std::int64_t>("SELECT value FROM settings WHERE `key` = 'sum'");
                    if (tx.execute("UPDATE settings SET value = ? WHERE `key` = 'sum' AND value = ?",
                                   std::to_string(now + 1), std::to_string(now)) != 1)
                        return fail(Code::conflict, "overtaken");
                    return {};
                });
                i += done ? 1 : 0;
            }
        });
    for (auto& worker : workers) worker.join();
    EXPECT_EQ(
        db().read_now([](Tx& tx) { return *tx.first<std::int64_t>("SELECT value FROM settings WHERE `key` = 'sum'"); }),
        threads * each);
}

TEST_P(DatabaseOnBoth, readers_see_one_moment)
{
    db().write_now([](Tx& tx) { return put(tx, "a", "1"); });
    std::latch first_read(1), written(1);
    std::thread writer([&] {
        first_read.wait();
        db().write_now([](Tx& tx) { return put(tx, "b", "2"); });
        written.count_down();
    });
    auto counts = db().read_now([&](Tx& tx) {
        auto before = *tx.first<std::int64_t>("SELECT COUNT(*) FROM settings");
        first_read.count_down();
        written.wait();
        return std::pair(before, *tx.first<std::int64_t>("SELECT COUNT(*) FROM settings"));
    });
    writer.join();
    EXPECT_EQ(counts.first, counts.second);
    EXPECT_EQ(count(db()), 2);
}

TEST_P(DatabaseOnBoth, null_bytes_and_long_texts_survive)
{
    std::string text(70'000, 'x');
    text[5] = '\0';
    db().write_now([&](Tx& tx) { return put(tx, "long", text); });
    auto kept =
        db().read_now([](Tx& tx) { return tx.first<std::string>("SELECT value FROM settings WHERE `key` = 'long'"); });
    EXPECT_EQ(kept->size(), text.size());
    EXPECT_EQ(*kept, text);
}

TEST_P(DatabaseOnBoth, a_migration_resumes_where_it_stopped)
{
    Options options;
    auto second = *Database::open(url(), options);
    Migration broken{
        "9001_half",
        "CREATE TABLE IF NOT EXISTS half (id INT);\nINSERT INTO half VALUES (1);\nINSERT INTO nowhere VALUES (1);\n"};
    auto all = source_migrations(GetParam());
    all.push_back(broken);
    auto stopped = migrate(*second, all);
    ASSERT_FALSE(stopped);
    EXPECT_THAT(stopped.error().message, testing::HasSubstr("statement 3"));
    all.back().sql =
        "CREATE TABLE IF NOT EXISTS half (id INT);\nINSERT INTO half VALUES (1);\nINSERT INTO half VALUES (2);\n";
    ASSERT_TRUE(migrate(*second, all));
    EXPECT_EQ(db().read_now([](Tx& tx) { return *tx.first<std::int64_t>("SELECT COUNT(*) FROM half"); }), 2);
}

TEST_P(DatabaseOnBoth, refuses_a_newer_schema)
{
    auto known = source_migrations(GetParam());
    known.pop_back();
    auto refused = migrate(db(), known);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("newer version"));
}

TEST(SqliteDatabase, one_closure_that_fails_leaves_its_batch_alone)
{
    TestDatabase database(Dialect::sqlite);
    std::vector<std::thread> threads;
    std::atomic<int> kept = 0;
    for (int i = 0; i < 40; ++i)
        threads.emplace_back([&, i] {
            auto result = database->write_now([i](Tx& tx) -> Result<void> {
                (void)put(tx, "k" + std::to_string(i), "v");
                if (i % 4 == 0) return fail(Code::failed, "every fourth");
                return {};
            });
            kept += result ? 1 : 0;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(kept, 30);
    EXPECT_EQ(count(*database), 30);
}

TEST(SqliteDatabase, a_full_disk_is_unavailable_and_what_was_kept_stays)
{
    Options small;
    small.max_pages = 200;
    TestDatabase database(Dialect::sqlite, small);
    int kept = 0;
    try {
        for (; kept < 10'000; ++kept)
            database->write_now([&](Tx& tx) { return put(tx, std::to_string(kept), std::string(8000, 'x')); });
        FAIL() << "the limit of pages did nothing";
    } catch (const Unavailable&) {
    }
    EXPECT_EQ(count(*database), kept);
    auto deleted = database->write_now([](Tx& tx) -> Result<std::int64_t> { return tx.execute("DELETE FROM settings"); });
    EXPECT_EQ(*deleted, kept);
    EXPECT_TRUE(database->write_now([](Tx& tx) { return put(tx, "again", "1"); }));
}

TEST(SqliteDatabase, an_address_that_cannot_be_opened_is_said)
{
    auto opened = Database::open(*Url::parse("sqlite:/nowhere/at/all.db"), {});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, testing::HasSubstr("cannot open the database sqlite:/nowhere/at/all.db"));
}

TEST(DatabaseUrl, reads_both_kinds_and_shows_no_password)
{
    auto url = Url::parse("mysql://u:p%40ss@db.example:3307/crm");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->password.reveal(), "p@ss");
    EXPECT_EQ(url->shown(), "mysql://u@db.example:3307/crm");
    for (auto bad :
         {"", "sqlite:", "postgres://x", "mysql://host/db", "mysql://u@h:0/db", "mysql://u@h/", "mysql://u:p@h:99999/db"})
        EXPECT_FALSE(Url::parse(bad)) << bad;
}

}  // namespace
}  // namespace smg::db
