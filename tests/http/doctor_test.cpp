#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/place.hpp"
#include "support/mariadb.hpp"

namespace smg::test {
namespace {

class Doctor : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Doctor, both_databases(), name_of);

bool has_line(const std::string& report, const std::string& begin, const std::string& word)
{
    for (std::size_t at = 0; at < report.size();) {
        auto end = report.find('\n', at);
        auto line = report.substr(at, end - at);
        if (line.starts_with(begin) && line.contains(word)) return true;
        at = end == std::string::npos ? report.size() : end + 1;
    }
    return false;
}

TEST_P(Doctor, finds_nothing_bad_in_a_sound_installation_and_names_what_is_unwise)
{
    Installation crm(GetParam());
    for (int round = 0; round < 2; ++round) {  // by the server, and without one
        auto report = crm.command({"doctor"});
        EXPECT_EQ(report.exit, (Exit{0, 0})) << report.out << report.err;
        EXPECT_TRUE(has_line(report.out, "ok ", GetParam() == On::sqlite ? "SQLite" : "MariaDB")) << report.out;
        EXPECT_TRUE(has_line(report.out, "warn ", "base_url")) << report.out;
        EXPECT_TRUE(has_line(report.out, "warn ", "plain http")) << report.out;
        EXPECT_TRUE(has_line(report.out, "warn ", "Telegram")) << report.out;
        EXPECT_TRUE(has_line(report.out, "warn ", "no backup")) << report.out;
        if (round == 0) crm.stop();
    }
    back_up(crm, crm.data() / "b");
    EXPECT_TRUE(has_line(crm.command({"doctor"}).out, "ok ", "last backup"));
}

TEST(Doctor, finds_a_master_key_that_others_may_read)
{
    Installation crm(On::sqlite);
    std::filesystem::permissions(crm.data() / "master.key", std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    auto report = crm.command({"doctor"});
    EXPECT_EQ(report.exit, (Exit{1, 0}));
    EXPECT_TRUE(has_line(report.out, "bad ", "chmod 400")) << report.out;
}

TEST(Doctor, speaks_also_when_there_is_no_database)
{
    Place place(On::sqlite);
    write_file(place / "smgcrm.db", std::string(100'000, 'x'));
    auto report = place.command({"doctor"});
    EXPECT_EQ(report.exit, (Exit{1, 0}));
    EXPECT_TRUE(has_line(report.out, "bad ", "smgcrm restore")) << report.out;
    EXPECT_TRUE(has_line(report.out, "ok ", "MiB are free")) << report.out;
}

/// The shared server's setting is as it was when this goes.
class Careless {
public:
    Careless() { shared_mariadb().execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2"); }
    ~Careless() { mend(); }
    void mend() { shared_mariadb().execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1"); }
};

TEST(Doctor, keeps_orders_from_suppliers_while_mariadb_may_forget_them)
{
    Installation crm(On::mariadb);
    Telegram telegram;
    crm.tell(telegram);
    Careless careless;
    crm.set({{"telegram.language", "en"}});  // the server looks at once, not only at its next time
    EXPECT_TRUE(eventually([&] { return telegram.heard({"No order is sent", "innodb_flush_log_at_trx_commit=2"}); }));
    crm.stop();
    crm.start();
    auto id = crm.order(order_of("1"));
    auto report = crm.command({"doctor"});
    EXPECT_EQ(report.exit, (Exit{1, 0}));
    EXPECT_TRUE(has_line(report.out, "bad ", "innodb_flush_log_at_trx_commit=2")) << report.out;
    EXPECT_EQ(crm.phase(id), "launching");
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 0);
    careless.mend();
    crm.set({{"telegram.language", "en"}});
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

}  // namespace
}  // namespace smg::test
