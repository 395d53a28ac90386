// Suppliers are kept apart, and each gets no more than it can take.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "hostile/crowd.hpp"

namespace smg::test {
namespace {

std::int64_t count_of(Supplier& supplier, std::string_view what)
{
    return get(supplier.program().url("/counts"), "").number(what);
}

std::string circuit_of(Installation& crm, std::size_t at)
{
    return crm.get("/api/v1/suppliers").text(fmt::format("data.{}.circuit.state", at));
}

TEST(Bounds, three_suppliers_that_hang_do_not_delay_a_good_one)
{
    Installation crm(On::sqlite, {.settings = {{"sending.timeout_s", "300"}, {"calls.timeout_s", "300"}}});
    auto admin = crm.add_token("admin");
    Supplier silent[3];
    for (int i = 0; i < 3; ++i) join(crm, admin, fmt::format("silent-{}", i), silent[i].program().url("/api/as/hang_after"));
    // One more that takes orders and then says nothing of them, nor of its balance.
    Supplier mute({"--scenario", "status_hang"});
    join(crm, admin, "mute", mute.api());

    std::vector<std::int64_t> hung, good;
    for (int n = 0; n < 10; ++n) {
        for (int i = 0; i < 3; ++i)
            hung.push_back(crm.order(order_of(fmt::format("s{}-{}", i, n), {{"supplier_id", fmt::format("silent-{}", i)}})));
        crm.order(order_of(fmt::format("m{}", n), {{"supplier_id", "mute"}}));
    }
    for (auto& supplier : silent)
        EXPECT_TRUE(eventually([&] { return count_of(supplier, "adds_in_hand") == 8; })) << "as many as go at once";
    for (int n = 0; n < 20; ++n) good.push_back(crm.order(order_of(fmt::format("g{}", n))));
    for (auto id : good) EXPECT_TRUE(crm.becomes(id, "completed"));

    // They were done while all of these still hung, and nothing of those has ended since.
    for (auto& supplier : silent) EXPECT_EQ(count_of(supplier, "adds_in_hand"), 8);
    int sending = 0;
    for (auto id : hung) {
        auto phase = crm.phase(id);
        EXPECT_TRUE(phase == "sending" || phase == "launching") << phase;
        sending += phase == "sending";
    }
    EXPECT_EQ(sending, 24);
    crm.kill();
}

TEST(Bounds, a_supplier_never_sees_more_orders_at_once_than_its_row_says)
{
    Installation crm(On::sqlite, {.supplier = {"--latency-ms", "100"}});
    auto admin = crm.add_token("admin");
    Supplier one({"--latency-ms", "100"}), shipped({"--latency-ms", "100"});
    join(crm, admin, "one", one.api(), {{"parallel_sends", 1}});
    join(crm, admin, "eight", shipped.api());
    std::vector<std::int64_t> ids;
    for (int n = 0; n < 30; ++n) {
        if (n < 8) ids.push_back(crm.order(order_of(fmt::format("one-{}", n), {{"supplier_id", "one"}})));
        ids.push_back(crm.order(order_of(fmt::format("eight-{}", n), {{"supplier_id", "eight"}})));
    }
    for (auto id : ids) EXPECT_TRUE(crm.becomes(id, "completed"));
    EXPECT_EQ(count_of(one, "most_adds_at_once"), 1);
    EXPECT_LE(count_of(shipped, "most_adds_at_once"), 8);
    EXPECT_GT(count_of(shipped, "most_adds_at_once"), 1) << "and yet not one after the other";
}

// The rate itself is a matter of injected time (call_pacer_test.cpp); here only that a row with a limit is heeded.
TEST(Bounds, a_limit_of_orders_a_second_is_taken_and_holds_up_none_for_good)
{
    Installation crm(On::sqlite);
    auto admin = crm.add_token("admin");
    Supplier limited;
    auto id = join(crm, admin, "limited", limited.api(), {{"sends_per_second", 5}});
    EXPECT_EQ(crm.get("/api/v1/suppliers").text("data.1.sends_per_second"), "5");
    std::vector<std::int64_t> ids;
    for (int n = 0; n < 10; ++n) ids.push_back(crm.order(order_of(std::to_string(n), {{"supplier_id", "limited"}})));
    for (auto order : ids) EXPECT_TRUE(crm.becomes(order, "completed"));
    auto wrong = http_call("PATCH", crm.url("/api/v1/suppliers/" + id),
                           {{"Authorization", "Bearer " + admin}, {"Content-Type", "application/json"}},
                           R"({"sends_per_second":-1})");
    EXPECT_EQ(wrong.status, 422) << wrong.body;
}

const std::map<std::string, std::string> quick_circuit = {
    {"circuit.failures", "5"}, {"circuit.first_wait_s", "1"}, {"circuit.last_wait_s", "1"}, {"timetable.balances_s", "1"}};

// Of a supplier that is down: orders wait, nothing is prepared, `balance` alone is asked, and then all goes on by itself.
TEST(Bounds, a_supplier_that_is_down_is_left_alone_until_it_answers_on_its_balance)
{
    Installation crm(On::sqlite, {.settings = quick_circuit});
    auto admin = crm.add_token("admin");
    auto away = std::make_unique<Supplier>();
    auto port = away->program().port();
    join(crm, admin, "2", away->api());
    away.reset();
    std::vector<std::int64_t> ids;
    for (int n = 0; n < 12; ++n) ids.push_back(crm.order(order_of(std::to_string(n), {{"supplier_id", "2"}})));
    EXPECT_TRUE(eventually([&] { return circuit_of(crm, 1) != "closed"; }));
    EXPECT_EQ(circuit_of(crm, 0), "closed");
    auto seen = crm.get("/api/v1/suppliers");
    EXPECT_NE(seen.text("data.1.circuit.since"), "null");
    EXPECT_NE(seen.text("data.1.circuit.reason"), "null");
    EXPECT_TRUE(eventually([&] {
        auto metrics = get(crm.url("/metrics"), "").http.body;
        return metrics.find("smgcrm_supplier_circuit_open{supplier=\"2\"} 1") != std::string::npos;
    }));
    auto late = crm.order(order_of("late", {{"supplier_id", "2"}}));
    EXPECT_EQ(crm.get("/api/v1/suppliers/2/services").status(), 503);
    // An order for another supplier goes all its way meanwhile.
    EXPECT_TRUE(crm.becomes(crm.order(order_of("other")), "completed"));
    EXPECT_EQ(crm.order(late).body.at("data").at("attempts").as_array().size(), 0u) << "nothing is prepared";

    away = std::make_unique<Supplier>(std::vector<std::string>{}, fmt::format("127.0.0.1:{}", port));
    for (auto id : ids) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_TRUE(crm.becomes(late, "completed"));
    EXPECT_EQ(circuit_of(crm, 1), "closed");
    EXPECT_EQ(away->ledger().size(), 13u);
    EXPECT_GE(count_of(*away, "actions.balance"), 1);
}

// Three lost answers pause a supplier until a person releases it; the circuit opens and closes by itself. Neither undoes
// the other: what a person has to release is not sent because the supplier answers again.
TEST(Bounds, an_open_circuit_and_a_paused_lane_work_together)
{
    auto settings = quick_circuit;
    settings["sending.pause_after_unknowns"] = "3";
    Installation crm(On::sqlite, {.settings = settings});
    auto& supplier = crm.supplier();
    supplier.change(json::object{{"scenario", "close_after"}});
    for (auto number : {"1", "2", "3"}) EXPECT_TRUE(crm.becomes(crm.order(order_of(number)), "uncertain"));
    ASSERT_NE(crm.get("/api/v1/suppliers").text("data.0.paused_at"), "null");
    // The statuses and balances that are asked for meanwhile open the circuit as well.
    EXPECT_TRUE(eventually([&] { return circuit_of(crm, 0) != "closed"; }));
    auto waits = crm.order(order_of("4"));

    supplier.change(json::object{{"scenario", "ok"}});
    EXPECT_TRUE(eventually([&] { return circuit_of(crm, 0) == "closed"; }));
    Supplier other;
    crm.add_supplier("2", other.api());
    EXPECT_TRUE(crm.becomes(crm.order(order_of("5", {{"supplier_id", "2"}})), "completed"));
    EXPECT_EQ(crm.phase(waits), "launching") << "the lane is a person's to release";
    EXPECT_EQ(supplier.adds_for(link_of("4")), 0);

    EXPECT_EQ(crm.pause(false).status(), 200);
    EXPECT_TRUE(crm.becomes(waits, "completed"));
    for (auto number : {"1", "2", "3", "4"}) EXPECT_EQ(supplier.adds_for(link_of(number)), 1) << number;
}

TEST(Bounds, a_supplier_that_stays_away_is_told_of)
{
    Telegram telegram;
    auto settings = quick_circuit;
    settings["circuit.tell_after_s"] = "1";
    Installation crm(On::sqlite, {.settings = settings});
    crm.tell(telegram);
    crm.supplier().change(json::object{{"scenario", "close_before"}});
    crm.order(order_of("1"));
    EXPECT_TRUE(eventually([&] { return telegram.heard({"Supplier Supplier 1 does not answer"}); }));
    auto tested = post(crm.url("/api/v1/suppliers/1/test"), crm.add_token("admin"), json::object());
    EXPECT_EQ(tested.text("data.reason"), "unreachable") << "a person may ask at any time: " << tested.http.body;
}

}  // namespace
}  // namespace smg::test
