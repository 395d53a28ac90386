#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <fstream>
#include <map>

#include "http/place.hpp"

namespace smg::test {
namespace {

namespace fs = std::filesystem;

/// Orders one after the other, remembering those that were acknowledged.
class Shop {
public:
    explicit Shop(Installation& crm) : crm_(crm) {}

    Reply order()
    {
        auto number = std::to_string(++last_);
        auto reply = crm_.create(order_of(number));
        if (reply.status() == 200) acknowledged_[number] = reply.number("order_id");
        return reply;
    }

    /// Orders until the disk is full; every answer is a yes or a 503 that says when to come again.
    bool fill(int most)
    {
        for (int i = 0; i < most; ++i) {
            auto reply = order();
            if (reply.status() == 200) continue;
            EXPECT_EQ(reply.status(), 503) << reply.http.body;
            EXPECT_NE(reply.http.header("retry-after"), "");
            return true;
        }
        return false;
    }

    /// Every acknowledged order goes its way, each once.
    void expect_all_done()
    {
        for (const auto& [number, id] : acknowledged_) {
            EXPECT_TRUE(eventually([&, id] {
                auto phase = crm_.phase(id);
                return phase == "completed" || phase == "uncertain";
            })) << crm_.order(id).http.body;
        }
        std::map<std::string, int> adds;
        for (const auto& entry : crm_.supplier().ledger()) ++adds[text_at(entry, "link")];
        for (const auto& [number, id] : acknowledged_) EXPECT_LE(adds[link_of(number)], 1) << number << ": sent twice";
        for (const auto& [link, count] : adds) EXPECT_LE(count, 1) << link;
        EXPECT_LE(adds.size(), acknowledged_.size()) << "something was sent that no shop was promised";
    }

    std::size_t acknowledged() const { return acknowledged_.size(); }

private:
    Installation& crm_;
    int last_ = 0;
    std::map<std::string, std::int64_t> acknowledged_;
};

TEST(FullDisk, refuses_orders_and_goes_on_by_itself_when_there_is_room_again)
{
    Installation crm(On::sqlite, {.environment = {{"SMGCRM_TEST_MAX_PAGES", "500"}}});
    crm.stop();
    auto ballast = [&](const std::string& sql) {
        auto done =
            run("sqlite3",
                {{(crm.data() / "smgcrm.db").string(), "PRAGMA busy_timeout=20000; PRAGMA wal_autocheckpoint=0; " + sql}});
        ASSERT_EQ(done.exit, (Exit{0, 0})) << done.err;
    };
    ballast("CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(1200000))");
    crm.start();
    Shop shop(crm);
    ASSERT_TRUE(shop.fill(1000));
    auto full_at = shop.acknowledged();
    EXPECT_GT(full_at, 0U);
    EXPECT_EQ(crm.get("/healthz").status(), 200);
    EXPECT_EQ(crm.get("/api/v1/orders").status(), 200) << "reading goes on";

    ballast("DELETE FROM ballast");
    EXPECT_TRUE(eventually([&] { return shop.order().status() == 200; }));
    shop.expect_all_done();
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));
}

/// A small file system in memory over a directory, as long as this object lives.
class SmallDisk {
public:
    explicit SmallDisk(fs::path at) : at_(std::move(at))
    {
        TempDir aside;
        fs::copy(at_, aside / "data", fs::copy_options::recursive);
        mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=6m,mode=700") == 0;
        if (mounted_) fs::copy(aside / "data", at_, fs::copy_options::recursive);
    }
    ~SmallDisk()
    {
        if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }

    void fill()
    {
        std::ofstream out(at_ / "ballast", std::ios::binary);
        for (std::string piece(4096, 'x'); out.write(piece.data(), 4096).flush();) {}
    }
    void make_room() { fs::remove(at_ / "ballast"); }

private:
    fs::path at_;
    bool mounted_ = false;
};

TEST(FullDisk, of_a_real_file_system_is_survived_with_log_files_and_journal_on_it)
{
    Installation crm(On::sqlite, {.environment = {{"SMGCRM_LOG_FILES", "1"}}});
    crm.stop();
    SmallDisk disk(crm.data());
    if (!disk.mounted()) GTEST_SKIP() << "mounting is not allowed here";
    crm.start();
    Shop shop(crm);
    for (int round = 0; round < 2; ++round) {
        ASSERT_EQ(shop.order().status(), 200);
        disk.fill();
        ASSERT_TRUE(shop.fill(3000));
        EXPECT_EQ(crm.get("/healthz").status(), 200);
        EXPECT_EQ(crm.command({"backup", "--to", (crm.data() / "b").string()}).exit, (Exit{1, 0}));
        EXPECT_FALSE(fs::exists(crm.data() / "b"));
        EXPECT_FALSE(fs::exists(crm.data() / "b.part"));
        disk.make_room();
        EXPECT_TRUE(eventually([&] { return shop.order().status() == 200; })) << crm.server().err();
    }
    shop.expect_all_done();
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));
}

}  // namespace
}  // namespace smg::test
