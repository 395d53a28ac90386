#include <fmt/core.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "chaos/audit.hpp"
#include "chaos/shops.hpp"
#include "support/temp_dir.hpp"

namespace smg::test {
namespace {

using namespace std::chrono_literals;

class Storm : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Storm, both_databases(), name_of);

int number_from(const char* name, int otherwise)
{
    auto text = std::getenv(name);
    return text ? std::atoi(text) : otherwise;
}

// `./dev chaos` asks for more, and keeps what is said here.
int cycles() { return number_from("SMGCRM_CHAOS_CYCLES", 10); }

std::mt19937 dice()
{
    auto seed = number_from("SMGCRM_CHAOS_SEED", static_cast<int>(std::random_device{}() & 0x7fffffff));
    testing::Test::RecordProperty("seed", seed);
    fmt::print("seed {}\n", seed);
    return std::mt19937(static_cast<std::mt19937::result_type>(seed));
}

void report(const std::string& line)
{
    fmt::print("{}\n", line);
    if (auto file = std::getenv("SMGCRM_CHAOS_REPORT")) std::ofstream(file, std::ios::app) << line << '\n';
}

// Not a wait for something: the moment of a calamity is random, between 5 ms and 3 s.
void a_while(std::mt19937& random)
{
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution<>(5, 3000)(random)));
}

Installation::Options under_load()
{
    return {.settings = {{"sending.timeout_s", "10"}, {"sending.parallel", "15"}},
            .supplier = {"--latency-ms", "40"},
            .keep_port = true};
}

// A long storm spends more than a supplier's account holds, and what waits for money is no sign of a fault.
void pay_for_all(Installation& crm) { crm.supplier().change(json::object{{"balance", "100000000"}}); }

// As many orders as the program takes while it dies again and again.
TEST_P(Storm, kill_9_under_load_loses_no_order_and_sends_none_twice)
{
    auto random = dice();
    TempDir folder;
    auto options = under_load();
    options.supplier.insert(options.supplier.end(), {"--ledger", (folder / "ledger").string()});
    Installation crm(GetParam(), options);
    pay_for_all(crm);
    Shops shops(crm.url("/api/v1/createOrder"), crm.shop(), {});
    for (int i = 0; i < cycles(); ++i) {
        a_while(random);
        crm.kill();
        crm.start();
    }
    auto acknowledged = shops.close();
    EXPECT_THAT(shops.surprises(), testing::IsEmpty());
    auto found = audit(crm, acknowledged);
    report(fmt::format("{}: {} kills, {}", GetParam() == On::sqlite ? "SQLite" : "MariaDB", cycles(), found.summary()));
    EXPECT_TRUE(found.clean()) << found.summary();
    EXPECT_GT(found.acknowledged, static_cast<std::size_t>(cycles())) << "too few orders to show anything";
}

/// The 8 bytes that a running program adds to its clock.
class TurnedClock {
public:
    TurnedClock() { write_file(file_, std::string(8, '\0')); }
    std::string file() const { return file_.string(); }
    void turn(std::chrono::milliseconds by)
    {
        std::int64_t ms = by.count();
        std::fstream out(file_, std::ios::binary | std::ios::in | std::ios::out);
        out.write(reinterpret_cast<const char*>(&ms), sizeof ms);
    }

private:
    TempDir folder_;
    std::filesystem::path file_ = folder_ / "shift";
};

// Whatever happens, orders that come afterwards reach the supplier.
void expect_life(Installation& crm, const std::string& number)
{
    auto id = crm.order(order_of(number, {{"client_email", "life" + number + "@ukr.net"}}));
    EXPECT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of(number)) == 1; })) << crm.order(id).http.body;
}

// Frozen, deaf neighbours, a clock that jumps: everything but death, under load, one after the other.
TEST_P(Storm, frozen_or_alone_or_in_another_time_it_loses_no_order_and_sends_none_twice)
{
    auto random = dice();
    TurnedClock clock;
    Telegram telegram;
    auto options = under_load();
    options.environment["SMGCRM_TEST_CLOCK_SHIFT"] = clock.file();
    options.settings["sending.timeout_s"] = "2";
    Installation crm(GetParam(), options);
    crm.tell(telegram);
    pay_for_all(crm);
    Shops shops(crm.url("/api/v1/createOrder"), crm.shop(), {.orders_per_second = 50, .first_number = "100000"});
    int signs_of_life = 0;
    auto calamity = [&](Program& victim) {
        victim.freeze();
        a_while(random);
        victim.thaw();
        expect_life(crm, std::to_string(++signs_of_life));
    };
    calamity(crm.server());
    calamity(crm.supplier().program());
    calamity(telegram.program());
    for (auto jump : {1h, -1h, 24h, -24h}) {
        clock.turn(jump);
        a_while(random);
        expect_life(crm, std::to_string(++signs_of_life));
    }
    clock.turn(0ms);
    auto acknowledged = shops.close();
    EXPECT_THAT(shops.surprises(), testing::IsEmpty());
    auto found = audit(crm, acknowledged);
    report(fmt::format("{}: 3 freezes, 4 jumps of the clock, {}", GetParam() == On::sqlite ? "SQLite" : "MariaDB",
                       found.summary()));
    EXPECT_TRUE(found.clean()) << found.summary();
}

}  // namespace
}  // namespace smg::test
