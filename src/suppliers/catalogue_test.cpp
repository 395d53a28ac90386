#include "suppliers/catalogue.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/loose_json.hpp"
#include "suppliers/loose_json.hpp"
#include "suppliers/order_type.hpp"

namespace smg::suppliers {
namespace {

Result<Catalogue> read(std::string_view text)
{
    auto json = loose_parse(text);
    if (!json) return fail(json.error());
    return read_catalogue(*json);
}

TEST(Catalogue, is_read_as_documented)
{
    auto found = read(
        R"([{"service":1,"name":"Followers","type":"Default","category":"First Category","rate":"0.90","min":"50","max":"10000","refill":true,"cancel":true}])");
    ASSERT_TRUE(found);
    ASSERT_EQ(found->services.size(), 1u);
    const auto& service = found->services[0];
    EXPECT_EQ(service.id, "1");
    EXPECT_EQ(service.name, "Followers");
    EXPECT_EQ(service.category, "First Category");
    EXPECT_EQ(service.rate, Money::parse("0.9"));
    EXPECT_EQ(service.min, 50);
    EXPECT_EQ(service.max, 10000);
    EXPECT_TRUE(service.refill && service.cancel);
    EXPECT_FALSE(service.dripfeed);
    EXPECT_TRUE(find_order_type(service.type));
}

TEST(Catalogue, bears_other_kinds_of_values)
{
    auto found = read(
        R"([{"service":"a-1","name":"x","type":"custom_comments","rate":0.123456789,"min":5,"max":10.0,"refill":"1","dripfeed":1,"desc":"text"},
                          {"service":2,"name":"y","rate":0,"refill":null,"cancel":0}])");
    ASSERT_TRUE(found);
    ASSERT_EQ(found->services.size(), 2u);
    EXPECT_EQ(found->services[0].id, "a-1");
    EXPECT_EQ(found->services[0].rate, Money::parse("0.12345679"));
    EXPECT_EQ(found->services[0].max, 10);
    EXPECT_TRUE(found->services[0].refill && found->services[0].dripfeed);
    EXPECT_EQ(found->services[0].description, "text");
    EXPECT_FALSE(found->services[1].cancel);
}

TEST(Catalogue, counts_rows_that_cannot_be_used)
{
    auto found = read(
        R"([{"service":1,"name":"x","rate":"1"},{"name":"x","rate":"1"},{"service":3,"rate":"1"},{"service":4,"name":"x","rate":"-1"},
                          {"service":5,"name":"x","rate":"ask"},7])");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->services.size(), 1u);
    EXPECT_EQ(found->unreadable, 5u);
}

TEST(Catalogue, may_be_empty_in_every_form)
{
    for (auto text : {"[]", "{}", R"({"status":"success","data":"Empty Data"})", R"({"data":[]})"}) {
        auto found = read(text);
        ASSERT_TRUE(found) << text;
        EXPECT_TRUE(found->services.empty());
    }
}

TEST(Catalogue, may_be_an_object_that_php_made_of_a_list)
{
    EXPECT_EQ(read(R"({"0":{"service":1,"name":"x","rate":"1"},"2":{"service":3,"name":"y","rate":"1"}})")->services.size(),
              2u);
    EXPECT_EQ(read(R"({"status":"success","data":[{"service":1,"name":"x","rate":"1"}]})")->services.size(), 1u);
}

TEST(Catalogue, that_is_something_else_is_refused)
{
    for (auto text : {R"("x")", "5", "null", R"({"status":"error"})", R"({"data":"Broken"})",
                      R"({"balance":"5","currency":"USD"})", "<html>"})
        EXPECT_FALSE(read(text)) << text;
}

TEST(Catalogue, of_ten_thousand_services_is_read)
{
    std::string text = "[";
    for (int i = 1; i <= 10'000; ++i)
        text += fmt::format(R"({}{{"service":{},"name":"Service {}","type":"Default","rate":"{}.5","min":"1","max":"100"}})",
                            i > 1 ? "," : "", i, i, i);
    EXPECT_EQ(read(text + "]")->services.size(), 10'000u);
}

TEST(Catalogue, of_an_envelope_that_denies_is_not_empty)
{
    for (auto text : {R"({"status":"error","message":"Later","data":[]})", R"({"success":false,"msg":"Later","data":{}})",
                      R"({"status":"fail","description":"Later"})", R"({"error":"Later","data":[]})"}) {
        auto found = read_catalogue(*json::parse(text));
        ASSERT_FALSE(found) << text;
        EXPECT_EQ(found.error().message, "Later");
    }
    EXPECT_TRUE(read_catalogue(*json::parse(R"({"status":"success","data":[]})")));
}

}  // namespace
}  // namespace smg::suppliers
