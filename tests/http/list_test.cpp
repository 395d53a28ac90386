#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class List : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, List, both_databases(), name_of);

// Held for review: such orders stay as they are.
json::object held(const std::string& number, json::object changes = {})
{
    if (!changes.contains("client_email")) changes["client_email"] = "x@mailinator.com";
    return order_of(number, changes);
}

std::vector<std::int64_t> ids_of(const Reply& page)
{
    std::vector<std::int64_t> ids;
    for (const auto& order : page.list("data")) ids.push_back(json::as_integer(order.at("id")).value_or(0));
    return ids;
}

TEST_P(List, pages_follow_each_other_without_gaps_or_repeats)
{
    constexpr int many = 120;
    Installation crm(GetParam());
    std::vector<std::int64_t> made, seen;
    for (int i = 0; i < many; ++i) made.insert(made.begin(), crm.order(held(std::to_string(i))));
    std::string cursor;
    int pages = 0;
    do {
        auto page = crm.get("/api/v1/orders?per_page=25" + (cursor.empty() ? "" : "&cursor=" + cursor));
        ASSERT_EQ(page.status(), 200) << page.http.body;
        if (pages == 0) EXPECT_EQ(page.text("meta.count"), "120");
        auto ids = ids_of(page);
        seen.insert(seen.end(), ids.begin(), ids.end());
        cursor = page.text("meta.next_cursor");
        crm.order(held(fmt::format("new{}", ++pages)));  // what comes meanwhile is newer and shifts nothing
    } while (cursor != "null" && pages < many);
    EXPECT_EQ(seen, made);
    EXPECT_EQ(pages, 5);
    EXPECT_EQ(crm.get("/api/v1/orders").list("data").size(), 50U);
}

TEST(List, wrong_filters_are_refused_by_name)
{
    Installation crm(On::sqlite);
    for (auto [query, field] : {std::pair{"per_page=0", "per_page"},
                                {"per_page=501", "per_page"},
                                {"per_page=-1", "per_page"},
                                {"per_page=ten", "per_page"},
                                {"cursor=abc", "cursor"},
                                {"site_id=x", "site_id"},
                                {"phase=odd", "phase"},
                                {"from=yesterday", "from"},
                                {"to=32.01.2026", "to"},
                                {"archive=maybe", "archive"},
                                {"colour=red", "colour"}}) {
        auto reply = crm.get(fmt::format("/api/v1/orders?{}", query));
        EXPECT_EQ(reply.status(), 422) << query << reply.http.body;
        EXPECT_NE(reply.text(fmt::format("errors.{}.0", field)), "") << query << reply.http.body;
    }
    EXPECT_EQ(crm.get("/api/v1/orders?per_page=500").status(), 200);
    EXPECT_EQ(crm.get("/api/v1/orders?per_page=1").status(), 200);
}

TEST_P(List, filters_narrow_it)
{
    Installation crm(GetParam());
    auto first = crm.order(held("100"));
    auto second = crm.order(held("200", {{"supplier_id", "7"}}));
    auto third = crm.order(order_of("300", {{"supplier_service_id", "920"}}));
    auto foreign =
        post(crm.url("/api/v1/createOrder"), crm.add_site("https://second.example"), held("400")).number("order_id");
    ASSERT_TRUE(crm.becomes(third, "executing"));
    ASSERT_EQ(crm.decide(first, "archive").status(), 200);
    using Ids = std::vector<std::int64_t>;
    const std::vector<std::pair<std::string, Ids>> rows = {
        {"", {foreign, third, second, first}},
        {"status=pending", {foreign, second, first}},
        {"status=executing", {third}},
        {"status=no+such", {}},
        {"phase=review", {foreign, second, first}},
        {"supplier_id=7", {second}},
        {"wp_order_number=200", {second}},
        {"wp_order_number=20", {}},
        {"site_id=" + crm.order(foreign).text("data.site_id"), {foreign}},
        {"site_id=999", {}},
        {"archive=1", {first}},
        {"archive=0", {foreign, third, second}},
        {"archive=0&status=pending", {foreign, second}},
        {"from=2020-01-01&to=2100-01-01", {foreign, third, second, first}},
        {"from=2100-01-01", {}},
        {"to=2020-01-01", {}},
    };
    for (const auto& [query, ids] : rows) {
        auto page = crm.get("/api/v1/orders?" + query);
        EXPECT_EQ(ids_of(page), ids) << query << page.http.body;
        EXPECT_EQ(page.text("meta.count"), std::to_string(ids.size())) << query;
    }
    ASSERT_EQ(crm.decide(first, "archive", {{"archive", false}}).status(), 200);
    EXPECT_EQ(crm.get("/api/v1/orders?archive=1").text("meta.count"), "0");
}

TEST_P(List, a_word_finds_number_address_link_and_the_suppliers_number)
{
    Installation crm(GetParam());
    auto number = crm.order(held("WC-5001"));
    auto address = crm.order(held("2", {{"client_email", "Olena.K@gmail.com"}, {"supplier_id", "9"}}));
    auto link = crm.order(held("3", {{"url", "https://www.tiktok.com/@kvitka"}}));
    auto sent = crm.order(order_of("4", {{"supplier_service_id", "920"}}));
    ASSERT_TRUE(crm.becomes(sent, "executing"));
    const std::vector<std::pair<std::string, std::int64_t>> rows = {
        {"WC-5001", number},
        {"WC-50", number},
        {"olena.k@gmail.com", address},
        {"OlenaK@gmail.com", address},
        {"https://tiktok.com/@kvitka", link},
        {"tiktok.com/@kvi", link},
        {crm.order(sent).text("data.supplier_order_number"), sent},
    };
    for (const auto& [q, id] : rows) EXPECT_EQ(ids_of(crm.get("/api/v1/orders?q=" + q)), std::vector{id}) << q;
    for (auto q : {"nothing", "%25", "_", "%27%20OR%20%271%27%3D%271", "C-5001"})
        EXPECT_EQ(crm.get(fmt::format("/api/v1/orders?q={}", q)).text("meta.count"), "0") << q;
}

TEST_P(List, a_shop_does_not_find_by_what_it_may_not_see)
{
    Installation crm(GetParam());
    auto id = crm.order(order_of("1", {{"supplier_service_id", "920"}}));
    ASSERT_TRUE(crm.becomes(id, "executing"));
    auto by_supplier = get(crm.url("/api/v1/orders?q=" + crm.order(id).text("data.supplier_order_number")), crm.shop());
    EXPECT_EQ(by_supplier.text("meta.count"), "0") << by_supplier.http.body;
}

}  // namespace
}  // namespace smg::test
