#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "http/place.hpp"

namespace smg::test {
namespace {

class Backup : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Backup, both_databases(), name_of);

/// Shops that order as fast as they are answered, until this object goes.
class Shops {
public:
    explicit Shops(Installation& crm) : crm_(crm)
    {
        for (int i = 0; i < 4; ++i)
            threads_.emplace_back([this, i](std::stop_token stop) {
                for (int n = 0; !stop.stop_requested(); ++n) order(fmt::format("{}-{}", i, n));
            });
    }

    std::set<std::string> acknowledged()
    {
        std::lock_guard lock(mutex_);
        return acknowledged_;
    }
    std::string refused()
    {
        std::lock_guard lock(mutex_);
        return refused_;
    }

private:
    void order(const std::string& number)
    {
        auto reply = crm_.create(order_of(number));
        std::lock_guard lock(mutex_);
        if (reply.status() == 200) acknowledged_.insert(number);
        else refused_ = fmt::format("{}: {} {}", number, reply.status(), reply.http.body);
    }

    Installation& crm_;
    std::mutex mutex_;
    std::set<std::string> acknowledged_;
    std::string refused_;
    std::vector<std::jthread> threads_;
};

std::set<std::string> numbers_at(Place& place, const std::string& token)
{
    std::set<std::string> numbers;
    for (std::string cursor;;) {
        auto page = get(place.url("/api/v1/orders?per_page=500" + (cursor.empty() ? "" : "&cursor=" + cursor)), token);
        for (const auto& order : page.list("data")) numbers.insert(text_at(order, "wp_order_number"));
        cursor = page.text("meta.next_cursor");
        if (cursor.empty() || cursor == "null") return numbers;
    }
}

TEST_P(Backup, made_under_load_holds_up_no_shop_and_holds_every_order_acknowledged_before)
{
    constexpr int backups = 5;
    Installation crm(GetParam(), {.supplier = {"--latency-ms", "20"}});
    TempDir folder;
    std::set<std::string> before;
    {
        Shops shops(crm);
        for (int i = 0; i < backups; ++i) {
            ASSERT_TRUE(eventually([&] { return shops.acknowledged().size() >= before.size() + 50; }));
            before = shops.acknowledged();
            back_up(crm, folder / "f");
        }
        ASSERT_TRUE(eventually([&] { return shops.acknowledged().size() > before.size(); }));
        EXPECT_EQ(shops.refused(), "");
    }
    EXPECT_EQ(crm.command({"check"}).out, "nothing is wrong\n");

    Place copy(GetParam());
    copy.take_key_of(crm);
    auto restored = copy.command({"restore", "--from", (folder / "f").string()});
    ASSERT_EQ(restored.exit, (Exit{0, 0})) << restored.err;
    EXPECT_EQ(copy.command({"check"}).out, "nothing is wrong\n");
    crm.kill();  // or two programs would work with one supplier
    copy.serve();
    auto there = numbers_at(copy, crm.manager());
    for (const auto& number : before) EXPECT_TRUE(there.contains(number)) << number;
    auto line = json::parse(restored.out);
    EXPECT_EQ(text_at(*line, "orders"), std::to_string(there.size()));
}

TEST_P(Backup, goes_on_when_the_server_starts_and_stops_and_needs_neither)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1"));
    ASSERT_TRUE(crm.becomes(id, "completed"));
    TempDir folder;
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));
    back_up(crm, folder / "stopped");
    crm.start();
    back_up(crm, folder / "running");
    auto one_line = crm.command({"backup", "--to", "-"});
    EXPECT_EQ(one_line.exit, (Exit{0, 0})) << one_line.err;
    EXPECT_TRUE(one_line.out.starts_with("{\"smgcrm_backup\":1,")) << one_line.out.substr(0, 100);
    EXPECT_EQ(one_line.out.find("{\"file\""), std::string::npos) << "the result belongs to standard error";
}

TEST_P(Backup, holds_no_secret_that_opens_without_the_master_key)
{
    Installation crm(GetParam());
    crm.set({{"telegram.token", "1:canary-token-3141592653"}});
    auto key = read_file(crm.data() / "master.key");
    key.pop_back();
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"backup", "--to", "-"}, {"backup", "--to", "-", "--passphrase-stdin"}}) {
        auto text = crm.command(words, "a passphrase of some length\n");
        ASSERT_EQ(text.exit, (Exit{0, 0})) << text.err;
        for (const auto& secret : {key, std::string("canary-token"), crm.shop(), crm.manager()})
            EXPECT_EQ(text.out.find(secret), std::string::npos) << secret.substr(0, 8);
    }
}

TEST(BackupFile, is_never_written_over_and_no_half_is_left)
{
    Installation crm(On::sqlite);
    TempDir folder;
    auto file = folder / "f";
    write_file(file, "mine");
    EXPECT_EQ(crm.command({"backup", "--to", file.string()}).exit, (Exit{1, 0}));
    EXPECT_EQ(read_file(file), "mine");
    EXPECT_EQ(crm.command({"backup", "--to", (folder / "no/such/f").string()}).exit, (Exit{1, 0}));
    EXPECT_EQ(crm.command({"backup", "--to", file.string(), "--force"}).exit, (Exit{0, 0}));
    EXPECT_NE(read_file(file), "mine");
    EXPECT_FALSE(std::filesystem::exists(file.string() + ".part"));
    EXPECT_TRUE(crm.command({"backup", "--to", folder.path().string(), "--force"}).err.contains("is no file"));
    Place empty(On::sqlite);
    EXPECT_TRUE(empty.command({"backup", "--to", (folder / "g").string()}).err.contains("there is no database"));
    EXPECT_FALSE(std::filesystem::exists(folder / "g"));
    EXPECT_FALSE(std::filesystem::exists(empty / "smgcrm.db"));
}

}  // namespace
}  // namespace smg::test
