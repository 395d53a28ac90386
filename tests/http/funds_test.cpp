#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

// A supplier on which we have no money left, and what comes after it has some again.
class Funds : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Funds, both_databases(), name_of);

constexpr int many = 30;  // orders, at 0.90 each

class Poor : public Installation {
public:
    Poor(On on, std::map<std::string, std::string> settings) : Installation(on, {.settings = std::move(settings)})
    {
        supplier().change(json::object{{"balance", "0.10"}});
    }
};

std::int64_t refused_one(Installation& crm)
{
    auto id = crm.order(order_of("0"));
    EXPECT_TRUE(crm.becomes(id, "notaccepted")) << crm.order(id).http.body;
    EXPECT_EQ(crm.order(id).text("data.reason"), "no_funds");
    EXPECT_NE(crm.get("/api/v1/suppliers").text("data.0.funds_out_at"), "null");
    return id;
}

// Only what rises above a balance that was read after the refusal is money that came.
void wait_for_reading(Installation& crm)
{
    EXPECT_TRUE(eventually([&] { return crm.get("/api/v1/suppliers").text("data.0.funds_balance") != "null"; }));
}

std::string adds(Installation& crm) { return get(crm.supplier().program().url("/counts"), "").text("actions.add"); }

int notices(Installation& crm, std::string_view kind)
{
    auto all = crm.get("/api/v1/notices").list("data");
    return static_cast<int>(std::ranges::count_if(all, [&](const auto& one) { return text_at(one, "kind") == kind; }));
}

TEST_P(Funds, that_are_out_let_all_others_wait_and_a_top_up_sends_each_once)
{
    Poor crm(GetParam(), {{"funds.balance_every_s", "1"}});
    Supplier other;
    crm.add_supplier("2", other.api());
    std::vector<std::int64_t> ids{refused_one(crm)};
    for (int n = 1; n < many; ++n) ids.push_back(crm.order(order_of(std::to_string(n))));
    // That a later one for another supplier goes all its way shows that these are not just slow.
    EXPECT_TRUE(crm.becomes(crm.order(order_of("x", {{"supplier_id", "2"}})), "completed"));
    for (std::size_t n = 1; n < ids.size(); ++n) {
        auto order = crm.order(ids[n]);
        EXPECT_EQ(order.text("data.phase"), "launching");
        EXPECT_EQ(order.text("data.waits_for.reason"), "no_funds");
        EXPECT_EQ(order.text("data.waits_for.supplier"), "Supplier 1");
    }
    EXPECT_EQ(adds(crm), "1") << "nothing is sent in vain";
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);
    EXPECT_EQ(notices(crm, "out_of_funds"), 1);
    EXPECT_EQ(notices(crm, "notaccepted"), 0);
    wait_for_reading(crm);

    crm.supplier().change(json::object{{"balance", "1000"}});
    for (auto id : ids) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().ledger().size(), static_cast<std::size_t>(many));
    for (int n = 0; n < many; ++n) EXPECT_EQ(crm.supplier().adds_for(link_of(std::to_string(n))), 1);
    EXPECT_EQ(adds(crm), std::to_string(many + 1));
    EXPECT_EQ(crm.get("/api/v1/suppliers").text("data.0.funds_out_at"), "null");
}

TEST_P(Funds, that_do_not_suffice_for_all_are_spent_and_waited_for_again)
{
    Poor crm(GetParam(), {{"funds.balance_every_s", "1"}});
    std::vector<std::int64_t> ids{refused_one(crm)};
    for (int n = 1; n < many; ++n) ids.push_back(crm.order(order_of(std::to_string(n))));
    wait_for_reading(crm);
    crm.supplier().change(json::object{{"balance", "9.50"}});
    EXPECT_TRUE(eventually([&] { return crm.supplier().ledger().size() == 10; }));
    EXPECT_TRUE(eventually([&] { return crm.get("/api/v1/suppliers").text("data.0.funds_out_at") != "null"; }));
    wait_for_reading(crm);
    crm.supplier().change(json::object{{"balance", "1000"}});
    for (auto id : ids) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().ledger().size(), static_cast<std::size_t>(many));
    for (int n = 0; n < many; ++n) EXPECT_EQ(crm.supplier().adds_for(link_of(std::to_string(n))), 1);
}

TEST_P(Funds, are_found_by_one_order_where_the_balance_is_not_watched)
{
    Poor crm(GetParam(), {{"funds.probe_every_s", "1"}, {"timetable.errors_s", "1"}});
    EXPECT_EQ(
        patch(crm.url("/api/v1/suppliers/" + crm.supplier_id()), crm.add_token("admin"), json::object{{"api_check", false}})
            .status(),
        200);
    auto refused = refused_one(crm);
    auto waits = crm.order(order_of("1"));
    EXPECT_TRUE(eventually([&] { return adds(crm) != "1"; })) << "now and then one tries";
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);
    crm.supplier().change(json::object{{"balance", "1000"}});
    for (auto id : {refused, waits}) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
    EXPECT_EQ(crm.supplier().ledger().size(), 2U);
    EXPECT_EQ(notices(crm, "out_of_funds"), 1);
}

TEST(Funds, are_released_by_a_person_as_a_pause_is)
{
    Poor crm(On::sqlite, {{"funds.balance_every_s", "3600"}});
    auto refused = refused_one(crm);
    auto waits = crm.order(order_of("1"));
    crm.supplier().change(json::object{{"balance", "1000"}});
    EXPECT_EQ(crm.pause(false).text("data.funds_out_at"), "null");
    for (auto id : {refused, waits}) EXPECT_TRUE(crm.becomes(id, "completed")) << crm.order(id).http.body;
}

}  // namespace
}  // namespace smg::test
