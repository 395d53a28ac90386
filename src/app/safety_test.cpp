#include "app/safety.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "db/sqlite_session.hpp"
#include "db/testing.hpp"

namespace smg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Safe : public db::OnBothDatabases {
protected:
    std::vector<std::string> unsafe()
    {
        return db().write_now([](db::Tx& tx) -> Result<std::vector<std::string>> { return unsafe_settings(tx); }).value();
    }
};

INSTANTIATE_TEST_SUITE_P(databases, Safe, db::both_databases(), db::dialect_name);

TEST_P(Safe, tells_whether_a_commit_is_on_the_disk_when_it_is_answered)
{
    bool safe = true;  // as we open SQLite; a MariaDB is as its owner made it
    if (GetParam() == db::Dialect::mariadb)
        safe = db().read_now([](db::Tx& tx) {
                       return tx.first<bool>(
                           "SELECT @@GLOBAL.innodb_flush_log_at_trx_commit = 1 AND (NOT @@GLOBAL.log_bin OR "
                           "@@GLOBAL.sync_binlog = 1)");
                   })
                   .value();
    EXPECT_EQ(unsafe().empty(), safe);
}

TEST_P(Safe, a_sound_database_shows_no_damage)
{
    EXPECT_EQ(db().read_now([](db::Tx& tx) { return damage_at_start(tx); }), std::nullopt);
}

// The control: the question goes to the connection that commits, whatever another one says.
TEST(SafeControl, a_sqlite_connection_that_does_not_wait_for_the_disk_is_found)
{
    db::TestDatabase db(db::Dialect::sqlite);
    auto session = db::SqliteSession::writer(db.url().path, 0);
    session->control("PRAGMA synchronous = NORMAL");
    db::Tx tx(*session);
    EXPECT_THAT(unsafe_settings(tx), ElementsAre(HasSubstr("synchronous=1")));
}

void overwrite(const std::string& file, std::int64_t page)
{
    constexpr std::int64_t page_bytes = 4096;
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp((page - 1) * page_bytes);
    out << std::string(page_bytes, '\x5A');
}

TEST(Damage, met_while_running_is_announced)
{
    db::TestDatabase folder(db::Dialect::sqlite);
    auto url = folder.url();
    url.path += ".other";
    std::int64_t page = 0;
    {
        auto made = db::Database::open(url, {});
        ASSERT_TRUE(db::migrate(**made, db::source_migrations(db::Dialect::sqlite)));
        page = *(*made)->read_now([](db::Tx& tx) {
            return tx.first<std::int64_t>("SELECT rootpage FROM sqlite_master WHERE name = 'email_rules'");
        });
    }
    overwrite(url.path, page);

    auto db = db::Database::open(url, {});
    ASSERT_TRUE(db) << db.error().message;
    std::atomic<int> told = 0;
    (*db)->listen([&](const db::Announcement& announcement) { told += announcement.topic == db::damage_topic; });
    EXPECT_THROW((*db)->read_now([](db::Tx& tx) { return tx.query<std::string>("SELECT note FROM email_rules"); }),
                 db::Damaged);
    EXPECT_EQ(told, 1);
    auto damage = (*db)->read_now([](db::Tx& tx) { return damage_at_start(tx); });
    ASSERT_TRUE(damage);
    EXPECT_THAT(*damage, Not(IsEmpty()));
}

}  // namespace
}  // namespace smg
