#include "sandbox/shop.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sandbox/catalogue.hpp"
#include "sandbox/ordered.hpp"

namespace smg::sandbox {
namespace {

TEST(Shop, same_seed_makes_the_same_orders)
{
    Shop one(7, "1"), same(7, "1"), other(8, "1");
    bool differs = false;
    for (int i = 0; i < 50; ++i) {
        auto order = one.next();
        EXPECT_EQ(order, same.next());
        differs = differs || order != other.next();
    }
    EXPECT_TRUE(differs);
}

TEST(Shop, orders_are_what_the_supplier_would_take)
{
    Shop shop(1, "1");
    std::set<std::string> types;
    int throw_away = 0, repeats = 0;
    std::string last;
    for (int i = 0; i < 400; ++i) {
        auto order = shop.next();
        Fields fields;
        for (const auto& [name, value] : order) fields[std::string(name)] = json::as_text(value).value();
        if (fields.contains("url")) fields["link"] = fields["url"];
        types.insert(fields["order_type"]);
        repeats += fields["wp_order_number"] == last;
        last = fields["wp_order_number"];
        throw_away += fields["client_email"].ends_with("@mailinator.com") ||
                      fields["client_email"].ends_with("@yopmail.com") ||
                      fields["client_email"].ends_with("@guerrillamail.com");
        auto service = find_service(std::stoll(fields["supplier_service_id"]));
        if (fields["supplier_service_id"] == "404") {
            EXPECT_EQ(service, nullptr);
            continue;
        }
        ASSERT_TRUE(service) << json::text_of(order);
        EXPECT_EQ(service->type, fields["order_type"]) << json::text_of(order);
        auto ordered = read_order(*service, fields);
        EXPECT_TRUE(ordered) << json::text_of(order) << (ordered ? "" : ordered.error());
    }
    EXPECT_GE(types.size(), 8u);
    EXPECT_GT(throw_away, 5);
    EXPECT_GT(repeats, 5);
}

TEST(Shop, shows_each_special_service_once_and_soon)
{
    Shop shop(3, "1");
    std::multiset<std::string> special;
    for (int i = 0; i < 200; ++i) {
        auto order = shop.next();
        std::string service(order.at("supplier_service_id").as_string());
        if (service.size() == 3 && service[0] >= '4')
            special.insert(service + " " + std::string(order.at("wp_order_number").as_string()));
    }
    std::set<std::string> services;
    for (const auto& entry : special) services.insert(entry.substr(0, 3));
    EXPECT_TRUE(services.contains("901") && services.contains("905") && services.contains("907") &&
                services.contains("404"));
    EXPECT_GE(services.size(), 11u);
}

}  // namespace
}  // namespace smg::sandbox
