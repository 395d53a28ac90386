// What one person does to many orders, and what becomes of requests that are sent twice.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/person.hpp"

namespace smg::test {
namespace {

class Batches : public testing::TestWithParam<On> {
protected:
    Batches() { add_user(crm, "second@ukr.net", "admin"); }

    Reply under(const std::string& key, const std::string& path, const json::value& body)
    {
        return admin.send_with({{"X-CSRF-Token", admin.csrf}, {"Idempotency-Key", key}}, "POST", path, body);
    }

    // Held, so that nothing moves it but a person.
    std::int64_t held(const std::string& number)
    {
        return crm.order(order_of(number, {{"client_email", number + "@mailinator.com"}}));
    }

    bool ends(std::int64_t batch, std::string_view state)
    {
        auto path = fmt::format("/api/v1/batches/{}", batch);
        return eventually([&] { return admin.get(path).text("data.state") == state; });
    }

    std::string count(const std::string& filter = "") { return admin.get("/api/v1/orders" + filter).text("meta.count"); }

    Installation crm{GetParam()};
    Person admin = [this] {
        add_user(crm, "first@ukr.net", "admin");
        return signed_in(crm, "first@ukr.net");
    }();
};
INSTANTIATE_TEST_SUITE_P(Databases, Batches, both_databases(), name_of);

TEST_P(Batches, begin_once_under_one_key)
{
    json::array ids{held("1"), held("2")};
    json::object wanted{{"kind", "approve"}, {"ids", ids}};
    auto first = under("bulk-1", "/api/v1/order-batches", wanted);
    ASSERT_EQ(first.status(), 201) << first.http.body;
    auto again = under("bulk-1", "/api/v1/order-batches", wanted);
    EXPECT_TRUE(again.replayed()) << again.http.body;
    EXPECT_EQ(again.text("data.id"), first.text("data.id"));
    ASSERT_TRUE(ends(first.number("data.id"), "done"));
    EXPECT_TRUE(under("bulk-1", "/api/v1/order-batches", wanted).replayed()) << "also after its end";

    wanted["kind"] = "reject";
    auto other = under("bulk-1", "/api/v1/order-batches", wanted);
    EXPECT_EQ(other.status(), 422);
    EXPECT_NE(other.text("errors.Idempotency-Key.0"), "") << other.http.body;
    EXPECT_EQ(under("bulk-2", "/api/v1/order-batches", wanted).status(), 409) << "none is pending any more";
    for (const auto& id : ids) {
        ASSERT_TRUE(crm.becomes(id.as_int64(), "completed"));
        EXPECT_EQ(history(crm.order(id.as_int64())).find("approve"), history(crm.order(id.as_int64())).rfind("approve"));
    }
}

TEST_P(Batches, keys_of_two_people_have_nothing_to_do_with_each_other)
{
    auto id = held("1");
    json::object wanted{{"kind", "archive"}, {"ids", json::array{id}}, {"archive", true}};
    auto first = under("same", "/api/v1/order-batches", wanted);
    ASSERT_EQ(first.status(), 201) << first.http.body;
    auto second = signed_in(crm, "second@ukr.net");
    auto other = second.send_with({{"X-CSRF-Token", second.csrf}, {"Idempotency-Key", "same"}}, "POST",
                                  "/api/v1/order-batches", wanted);
    EXPECT_FALSE(other.replayed());
    EXPECT_NE(other.text("data.id"), first.text("data.id")) << other.http.body;
}

TEST_P(Batches, an_import_under_one_key_makes_its_orders_once)
{
    std::string text = "url,quantity,client_email,supplier_service_id\n";
    for (int i = 1; i <= 3; ++i) text += fmt::format("https://instagram.com/i{},100,o{}@ukr.net,101\n", i, i);
    json::object wanted{
        {"site_id", 1},
        {"format", "csv"},
        {"text", text},
        {"defaults", json::object{{"product_service", "Followers"}, {"total_amount", "1"}, {"supplier_id", "1"}}}};
    auto first = under("import-1", "/api/v1/order-imports", wanted);
    ASSERT_EQ(first.status(), 201) << first.http.body;
    auto again = under("import-1", "/api/v1/order-imports", wanted);
    EXPECT_TRUE(again.replayed()) << again.http.body;
    EXPECT_EQ(again.text("data.id"), first.text("data.id"));
    ASSERT_TRUE(ends(first.number("data.id"), "done"));
    EXPECT_EQ(count(), "3");
    EXPECT_TRUE(eventually([&] { return count("?status=completed") == "3"; }));
    EXPECT_EQ(crm.supplier().ledger().size(), 3U);
    // Without a key the same text is meant twice: its lines have numbers of their own.
    auto meant = admin.send("POST", "/api/v1/order-imports", wanted);
    ASSERT_TRUE(ends(meant.number("data.id"), "done"));
    EXPECT_EQ(count(), "6");
}

TEST_P(Batches, an_order_by_hand_under_one_key_is_one_order)
{
    auto wanted = order_of("h1", {{"site_id", 1}});
    auto first = under("hand-1", "/api/v1/orders", wanted);
    ASSERT_EQ(first.status(), 201) << first.http.body;
    auto again = under("hand-1", "/api/v1/orders", wanted);
    EXPECT_TRUE(again.replayed()) << again.http.body;
    EXPECT_EQ(again.text("data.id"), first.text("data.id"));
    wanted["quantity"] = 2000;
    EXPECT_EQ(under("hand-1", "/api/v1/orders", wanted).status(), 422);
    EXPECT_EQ(count(), "1");
    EXPECT_TRUE(crm.becomes(first.number("data.id"), "completed"));
    EXPECT_EQ(crm.supplier().ledger().size(), 1U);
}

}  // namespace
}  // namespace smg::test
