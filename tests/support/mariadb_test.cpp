#include "support/mariadb.hpp"

#include <gmock/gmock.h>

#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

#include <optional>
#include <stdexcept>

namespace smg::test {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

std::unique_ptr<soci::session> session(TestMariaDb& server, const std::string& name)
{
    auto url = server.create_database(name);
    EXPECT_THAT(url, StartsWith("mysql://" + name + ":password@127.0.0.1:"));
    EXPECT_THAT(url, EndsWith("/" + name));
    return std::make_unique<soci::session>(soci::mysql, "host=127.0.0.1 port=" + std::to_string(server.port()) +
                                                            " user=" + name + " password=password dbname=" + name);
}

TEST(TestMariaDb, lets_its_user_in_over_tcp)
{
    auto sql = session(shared_mariadb(), "guest");
    int one = 0;
    *sql << "SELECT 1", soci::into(one);
    EXPECT_EQ(one, 1);
    *sql << "CREATE TABLE t (id BIGINT PRIMARY KEY)";
}

TEST(TestMariaDb, gives_an_empty_database_each_time)
{
    auto& server = shared_mariadb();
    server.create_database("again");
    server.execute("CREATE TABLE again.t (id BIGINT PRIMARY KEY)");
    server.create_database("again");
    EXPECT_TRUE(server.execute("SHOW TABLES FROM again").empty());
}

TEST(TestMariaDb, commits_durably_and_listens_on_loopback_only)
{
    EXPECT_THAT(shared_mariadb().execute("SELECT @@innodb_flush_log_at_trx_commit"), ElementsAre("1"));
    EXPECT_THAT(shared_mariadb().execute("SELECT @@bind_address"), ElementsAre("127.0.0.1"));
}

TEST(TestMariaDb, keeps_what_was_committed_before_a_crash)
{
    auto& server = shared_mariadb();
    server.create_database("crash");
    server.execute("CREATE TABLE crash.t (id BIGINT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO crash.t VALUES (7)");
    server.kill();
    EXPECT_THROW(server.execute("SELECT 1"), std::runtime_error);
    server.start();
    EXPECT_THAT(server.execute("SELECT id FROM crash.t"), ElementsAre("7"));
}

TEST(TestMariaDb, tells_how_it_ended_by_itself)
{
    auto& server = shared_mariadb();
    EXPECT_EQ(server.last_words(), std::nullopt);
    server.execute("SHUTDOWN");
    std::optional<std::string> words;
    EXPECT_TRUE(eventually([&] { return (words = server.last_words()).has_value(); }));
    EXPECT_THAT(words.value_or(""), StartsWith("exit 0, signal 0"));
    server.start();
}

TEST(TestMariaDb, throws_what_the_server_says) { EXPECT_THROW(shared_mariadb().execute("SELEKT"), std::runtime_error); }

}  // namespace
}  // namespace smg::test
