#include <gtest/gtest.h>

#include "http/installation.hpp"
#include "support/mariadb.hpp"

namespace smg::test {
namespace {

// What a newcomer does first, word for word, without the shortcuts of Installation.
class Demonstration : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Demonstration, both_databases(), name_of);

TEST_P(Demonstration, an_order_goes_from_the_shop_to_its_supplier_and_to_its_end)
{
    TempDir data;
    std::string at = (data / "A").string();
    std::map<std::string, std::string> environment;
    if (GetParam() == On::mariadb) environment["SMGCRM_DATABASE"] = shared_mariadb().create_database("demonstration");
    auto command = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--data", at});
        auto finished = run(smgcrm_binary(), {words, environment, {}});
        EXPECT_EQ(finished.exit, (Exit{0, 0})) << finished.err;
        return json::parse(finished.out).value_or(nullptr);
    };
    command({"setting", "set", "statuses.every_s", "1", "timetable.statuses_s", "1"});

    Program server(smgcrm_binary(), {{"serve", "--data", at, "--listen", "127.0.0.1:0"}, environment, {}});
    Supplier supplier;
    server.port();
    auto site = command({"site", "add", "--url", "https://shop.example", "--name", "Shop", "--currency", "UAH"});
    auto token = text_at(site, "token");
    EXPECT_EQ(text_at(site, "id"), "1");
    EXPECT_TRUE(token.starts_with("smg_1_")) << token;
    auto added = command(
        {"supplier", "add", "--supplier-id", "1", "--name", "S", "--url", supplier.api(), "--key", "k", "--allow-private"});
    EXPECT_EQ(json::text_of(added), R"({"id":1})");

    auto taken = read(http_call(
        "POST", server.url("/api/v1/createOrder"),
        {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}},
        R"({"wp_order_number":"1001","product_service":"Followers","quantity":1000,"url":"https://instagram.com/p1",)"
        R"("client_email":"o@ukr.net","total_amount":"12.50","supplier_id":"1","supplier_service_id":"101"})"));
    EXPECT_EQ(taken.status(), 200);
    EXPECT_EQ(taken.http.body, R"({"success":true,"order_id":1,"wp_order_number":"1001","status":"launching"})");

    std::string seen;  // each status once, in order
    eventually([&] {
        auto status = get(server.url("/api/v1/orders/1"), token).text("data.status");
        if (!seen.ends_with(status)) seen += " " + status;
        return status == "completed";
    });
    EXPECT_TRUE(seen.ends_with(" executing completed")) << seen;
    EXPECT_EQ(supplier.ledger().size(), 1U);
    EXPECT_EQ(supplier.adds_for("https://instagram.com/p1"), 1);
}

}  // namespace
}  // namespace smg::test
