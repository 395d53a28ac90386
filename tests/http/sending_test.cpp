#include <fmt/core.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class Sending : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Sending, both_databases(), name_of);

struct Row {
    int service;
    std::string phase, reason;
    int adds;
};

// What the simulated supplier does to an order for each of these services is in `GET /scenarios`.
const std::vector<Row> services = {
    {101, "completed", "null", 1},         {404, "notaccepted", "bad_service", 0},
    {901, "uncertain", "unproven", 1},     {902, "uncertain", "unproven", 1},
    {903, "uncertain", "unproven", 1},     {904, "uncertain", "unproven", 1},
    {905, "notaccepted", "no_funds", 0},   {906, "notaccepted", "duplicate_link", 0},
    {907, "partial", "null", 1},           {908, "canceled", "null", 1},
    {909, "uncertain", "unproven", 1},     {910, "uncertain", "unproven", 0},
    {911, "uncertain", "unproven", 1},     {912, "notaccepted", "duplicate_link", 0},
    {913, "uncertain", "unproven", 1},     {914, "uncertain", "unproven", 0},
    {915, "completed", "null", 1},         {916, "notaccepted", "bad_service", 0},
    {917, "notaccepted", "rate_limit", 0}, {918, "notaccepted", "no_funds", 0},
    {920, "executing", "null", 1},         {921, "refunded", "null", 1},
    {922, "uncertain", "unproven", 1},
};

TEST_P(Sending, an_order_ends_as_its_supplier_treats_it)
{
    Installation crm(GetParam());
    std::vector<std::int64_t> ids;
    // Where one order finds no money, others of the same supplier wait, and one that is taken sends it again.
    std::map<int, Supplier> poor;
    auto supplier_of = [&](const Row& row) -> Supplier& {
        return row.reason == "no_funds" ? poor[row.service] : crm.supplier();
    };
    for (const auto& row : services) {
        auto number = std::to_string(row.service);
        auto& supplier = supplier_of(row);
        auto id = &supplier == &crm.supplier() ? "1" : number;
        if (id == number) crm.add_supplier(number, supplier.api());
        ids.push_back(crm.order(order_of(number, {{"supplier_id", id}, {"supplier_service_id", number}})));
    }
    for (std::size_t i = 0; i < services.size(); ++i) {
        const auto& row = services[i];
        EXPECT_TRUE(crm.becomes(ids[i], row.phase)) << row.service << crm.order(ids[i]).http.body;
        EXPECT_EQ(crm.order(ids[i]).text("data.reason"), row.reason) << row.service;
        EXPECT_EQ(supplier_of(row).adds_for(link_of(std::to_string(row.service))), row.adds) << row.service;
    }
    auto partial = crm.order(ids[8]);
    EXPECT_EQ(partial.text("data.remains"), "250");
    EXPECT_EQ(partial.text("data.provider_price"), "0.675");
}

// All the other moods of a supplier: tests/hostile.
TEST_P(Sending, a_lost_answer_is_uncertain_and_told_with_its_evidence)
{
    Telegram telegram;
    Installation crm(GetParam());
    crm.tell(telegram);
    for (auto [scenario, page] :
         {std::pair{"hang_after", false}, {"reset_after", false}, {"cloudflare_502", true}, {"html", true}}) {
        crm.supplier().change(json::object{{"scenario", scenario}});
        auto id = crm.order(order_of(scenario));
        EXPECT_TRUE(crm.becomes(id, "uncertain")) << scenario;
        auto order = crm.order(id);
        EXPECT_EQ(order.text("data.status"), "uncertain");
        EXPECT_EQ(history(order), "received,taken,lost") << scenario;
        EXPECT_EQ(order.text("data.attempts.0.state"), "unknown");
        EXPECT_EQ(order.text("data.attempts.0.body").contains("<html"), page) << scenario;
        EXPECT_EQ(crm.supplier().adds_for(link_of(scenario)), 1) << scenario;
        EXPECT_TRUE(eventually([&] { return telegram.heard({"Order " + std::string(scenario), "nobody knows"}); }))
            << scenario;
    }
}

TEST_P(Sending, a_supplier_that_is_down_gets_the_order_when_it_is_up)
{
    Installation crm(GetParam());
    auto away = std::make_optional<Supplier>();
    auto port = away->program().port();
    crm.add_supplier("2", away->api());
    away.reset();
    auto id = crm.order(order_of("1", {{"supplier_id", "2"}}));
    EXPECT_TRUE(eventually([&] { return crm.order(id).text("data.attempts.0.state") == "not_sent"; }))
        << crm.order(id).http.body;
    EXPECT_EQ(crm.phase(id), "launching");
    away.emplace(std::vector<std::string>{}, fmt::format("127.0.0.1:{}", port));
    EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(away->ledger().size(), 1U);
}

TEST_P(Sending, lost_answers_pause_the_supplier_until_a_person_releases_it)
{
    Telegram telegram;
    Installation crm(GetParam(), {.settings = {{"sending.pause_after_unknowns", "3"}}});
    crm.tell(telegram);
    Supplier other;
    crm.add_supplier("2", other.api());
    for (auto number : {"1", "2", "3"})
        ASSERT_TRUE(crm.becomes(crm.order(order_of(number, {{"supplier_service_id", "902"}})), "uncertain"));
    ASSERT_NE(crm.get("/api/v1/suppliers").text("data.0.paused_at"), "null");
    EXPECT_TRUE(eventually([&] { return telegram.heard({"Sending to supplier Supplier 1 is paused"}); }));

    auto waits = crm.order(order_of("4"));
    // That a later one for another supplier goes all its way shows that this one is not just slow.
    EXPECT_TRUE(crm.becomes(crm.order(order_of("5", {{"supplier_id", "2"}})), "completed"));
    EXPECT_EQ(crm.phase(waits), "launching");
    EXPECT_EQ(crm.supplier().adds_for(link_of("4")), 0);

    auto released = crm.pause(false);
    EXPECT_EQ(released.status(), 200);
    EXPECT_EQ(released.text("data.paused_at"), "null");
    EXPECT_TRUE(crm.becomes(waits, "completed"));
    EXPECT_EQ(crm.supplier().ledger().size(), 4U);
}

TEST(Sending, a_private_address_is_not_called_unless_it_was_allowed)
{
    Installation crm(On::sqlite);
    crm.result_of({"supplier", "add", "--supplier-id", "2", "--name", "S", "--url", crm.supplier().api(), "--key", "k"});
    auto id = crm.order(order_of("1", {{"supplier_id", "2"}}));
    EXPECT_TRUE(eventually([&] { return crm.order(id).text("data.attempts.0.state") == "not_sent"; }))
        << crm.order(id).http.body;
    EXPECT_EQ(crm.order(id).text("data.attempts.0.reason"), "bad_address");
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);
}

TEST(Sending, a_refusal_that_passes_is_tried_again_by_itself)
{
    Installation crm(On::sqlite, {.settings = {{"errors.requeue_every_s", "10"}, {"timetable.errors_s", "1"}}});
    auto no_funds = crm.order(order_of("1", {{"supplier_service_id", "918"}}));
    auto no_mapping = crm.order(order_of("2", {{"supplier_id", "2"}}));
    auto bad_service = crm.order(order_of("3", {{"supplier_service_id", "404"}}));
    for (auto id : {no_funds, no_mapping, bad_service}) EXPECT_TRUE(crm.becomes(id, "notaccepted"));
    Supplier second;
    crm.add_supplier("2", second.api());
    EXPECT_TRUE(crm.becomes(no_funds, "completed"));
    EXPECT_TRUE(crm.becomes(no_mapping, "completed"));
    EXPECT_EQ(history(crm.order(bad_service)), "received,taken,refused");  // this one takes a person
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
    EXPECT_EQ(second.ledger().size(), 1U);
}

}  // namespace
}  // namespace smg::test
