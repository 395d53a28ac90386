#include <fmt/core.h>
#include <gtest/gtest.h>

#include <random>

#include "http/place.hpp"

namespace smg::test {
namespace {

std::string sqlite3(const std::filesystem::path& file, const std::string& sql)
{
    auto done = run("sqlite3", {{file.string(), "PRAGMA wal_autocheckpoint=0; " + sql}});
    if (done.exit != Exit{0, 0}) throw std::runtime_error(sql + ": " + done.err);
    return done.out.substr(done.out.find('\n') + 1);  // what the PRAGMA says comes first
}

void spoil_page_of(const std::filesystem::path& file, const std::string& name)
{
    auto page = std::stoul(sqlite3(file, "SELECT rootpage FROM sqlite_master WHERE name = '" + name + "'"));
    auto size = std::stoul(sqlite3(file, "PRAGMA page_size"));
    auto bytes = read_file(file);
    for (std::size_t i = (page - 1) * size; i < page * size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x5A);
    write_file(file, bytes);
}

TEST(Damage, of_a_page_stops_intake_and_sending_says_how_to_restore_and_a_restore_mends_it)
{
    Installation crm(On::sqlite);
    auto first = crm.order(order_of("1"));
    ASSERT_TRUE(crm.becomes(first, "completed"));
    TempDir folder;
    back_up(crm, folder / "f");
    ASSERT_EQ(crm.stop(), (Exit{0, 0}));
    spoil_page_of(crm.data() / "smgcrm.db", "jobs");

    crm.start();
    auto ready = crm.get("/readyz");
    EXPECT_EQ(ready.status(), 503);
    EXPECT_TRUE(ready.http.body.contains("damaged")) << ready.http.body;
    auto refused = crm.create(order_of("2"));
    EXPECT_EQ(refused.status(), 503) << refused.http.body;
    EXPECT_NE(refused.http.header("retry-after"), "");
    EXPECT_EQ(crm.get("/api/v1/orders").status(), 200) << "reading goes on as far as it can";
    EXPECT_TRUE(crm.server().says("smgcrm restore --data")) << crm.server().err();
    auto check = crm.command({"check"});
    EXPECT_EQ(check.exit, (Exit{1, 0}));
    EXPECT_TRUE(check.out.contains("the file is damaged")) << check.out;
    EXPECT_TRUE(check.out.contains("smgcrm restore --data")) << check.out;
    crm.stop();

    auto restored = crm.command({"restore", "--from", (folder / "f").string(), "--force"});
    ASSERT_EQ(restored.exit, (Exit{0, 0})) << restored.err;
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");
    crm.start();
    auto second = crm.order(order_of("2"));
    EXPECT_TRUE(crm.becomes(second, "completed"));
    EXPECT_EQ(crm.phase(first), "completed");
}

TEST(Damage, of_the_beginning_is_told_in_one_line)
{
    Installation crm(On::sqlite);
    crm.stop();
    auto file = crm.data() / "smgcrm.db";
    auto bytes = read_file(file);
    write_file(file, std::string(100, 'x') + bytes.substr(100));
    for (const char* word : {"serve", "migrate"}) {
        auto refused = crm.command({word});
        EXPECT_EQ(refused.exit, (Exit{1, 0})) << word;
        EXPECT_TRUE(refused.err.contains("smgcrm restore --data")) << refused.err;
    }
    EXPECT_EQ(crm.command({"check"}).exit, (Exit{1, 0}));
    EXPECT_EQ(crm.command({"backup", "--to", "-"}).exit, (Exit{1, 0}));
    write_file(file, bytes);
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");
}

// SQLite's pages have no checksums: a changed letter within a text is seen by nobody. All else is reported or does no harm.
TEST(Damage, of_any_bit_never_makes_the_program_crash)
{
    constexpr int flips = 24;
    Installation crm(On::sqlite);
    ASSERT_TRUE(crm.becomes(crm.order(order_of("1")), "completed"));
    crm.stop();
    auto bytes = read_file(crm.data() / "smgcrm.db");
    std::mt19937 random(20261122);
    int reported = 0;
    for (int i = 0; i < flips; ++i) {
        auto changed = bytes;
        // Half of them where structure is dense: the beginnings of pages.
        auto at = i % 2 ? random() % bytes.size() : (random() % (bytes.size() / 4096)) * 4096 + random() % 100;
        changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
        Place place(On::sqlite);
        place.take_key_of(crm);
        write_file(place / "smgcrm.db", changed);
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"check"}, {"backup", "--to", "-"}, {"doctor"}}) {
            auto finished = place.command(words);
            EXPECT_EQ(finished.exit.signal, 0) << words[0] << ", byte " << at << finished.err;
            EXPECT_LE(finished.exit.code, 1) << words[0] << ", byte " << at << finished.err;
            if (words[0] == "check") reported += finished.exit.code;
        }
        Program server(smgcrm_binary(), {{"serve", "--listen", "127.0.0.1:0", "--data", place.data().string()}, {}});
        eventually([&] { return !server.running() || server.out().contains("listening"); });
        if (server.running()) {
            auto reply = post(server.url("/api/v1/createOrder"), crm.shop(), order_of("2"));
            EXPECT_TRUE(reply.status() == 200 || reply.status() == 401 || reply.status() == 422 || reply.status() == 503 ||
                        reply.status() == 500)
                << reply.status() << reply.http.error;
            server.terminate();
        }
        auto ended = server.wait();
        ASSERT_TRUE(ended) << "byte " << at;
        EXPECT_EQ(ended->signal, 0) << "byte " << at << server.err();
    }
    EXPECT_GT(reported, 0) << "no flip hit anything: this shows nothing";
}

TEST(CheckFindings, name_what_contradicts_itself)
{
    struct Row {
        std::string sql, says;
    };
    const std::vector<Row> rows = {
        {"UPDATE orders SET phase = 'sending' WHERE id = 1", "sending without an attempt that is sending: 1"},
        {"UPDATE orders SET phase = 'uncertain' WHERE id = 1", "uncertain without an attempt that is unknown: 1"},
        {"UPDATE orders SET phase = 'launching' WHERE id = 1", "launching without a job"},
        {"UPDATE orders SET status = 'nonsense' WHERE id = 1", "a status that there is not: 1"},
        {"UPDATE attempts SET state = 'sending' WHERE order_id = 1", "not sending whose attempt is: 1"},
        {"PRAGMA ignore_check_constraints = 1; UPDATE orders SET phase = 'x' WHERE id = 1", "a phase that there is not: 1"},
        {"PRAGMA ignore_check_constraints = 1; UPDATE orders SET phase = 'executing', supplier_order_number = NULL",
         "without a supplier's number: 1"},
        {"DELETE FROM order_statuses WHERE status_value = 'completed'", "a status that there is not: 1"},
        {"PRAGMA foreign_keys = 0; UPDATE orders SET site_id = 77", "refers to a row of sites"},
        {"DROP INDEX notices_unseen", "the table notices has no index on kind, seen_at"},
        {"ALTER TABLE orders ADD COLUMN mine INT", "has a column mine"},
        {"DROP TABLE reply_texts", "the table reply_texts is missing"},
        {"UPDATE schema_migrations SET finished = 0 WHERE name LIKE '0003%'", "0003_first_rows is not finished"},
        {"UPDATE api_providers SET api_key = 'v1.00000000.AAAA'", "api_key of supplier 1 cannot be opened"},
        {"UPDATE instance SET value = 'ffffffff' WHERE name = 'master_key'", "is not the one this database was made with"},
    };
    Installation crm(On::sqlite);
    ASSERT_TRUE(crm.becomes(crm.order(order_of("1")), "completed"));
    crm.stop();
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");
    auto file = crm.data() / "smgcrm.db";
    auto bytes = read_file(file);
    for (const auto& row : rows) {
        sqlite3(file, row.sql + "; PRAGMA wal_checkpoint(TRUNCATE)");
        auto check = crm.command({"check"});
        EXPECT_EQ(check.exit, (Exit{1, 0})) << row.sql;
        EXPECT_TRUE(check.out.contains(row.says)) << row.sql << '\n' << check.out << check.err;
        write_file(file, bytes);
    }
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");
    std::filesystem::remove(crm.data() / "master.key");
    EXPECT_TRUE(crm.command({"check"}).out.contains("the master key is missing"));
    EXPECT_FALSE(std::filesystem::exists(crm.data() / "master.key")) << "check changes nothing";
}

}  // namespace
}  // namespace smg::test
