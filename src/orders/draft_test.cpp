#include <gmock/gmock.h>

#include <random>
#include <set>

#include "orders/intake.hpp"
#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using ::testing::ElementsAreArray;

const Time now = *from_stored("2026-11-22 17:00:00.000");

json::object sent(const json::object& instead = {})
{
    json::object body{{"wp_order_number", "10045"}, {"product_service", "Followers"},  {"quantity", 100},
                      {"url", "https://t.me/shop"}, {"client_email", "Olena@UKR.net"}, {"supplier_id", "1"},
                      {"supplier_service_id", "77"}};
    for (const auto& [name, value] : instead) body[name] = value;
    return body;
}

sites::Site shop()
{
    sites::Site site;
    site.id = SiteId{3};
    site.currency_id = 1;
    return site;
}

Result<Draft> read(const json::object& instead, std::string_view key = {})
{
    return read_draft(sent(instead), key, shop(), now);
}

std::string content(const json::object& instead) { return read(instead).value().order.content_hash; }
std::string identity(const json::object& instead) { return read(instead).value().order.identity; }

TEST(Draft, is_an_order_of_its_shop_with_what_the_shop_sent)
{
    auto draft = read({{"total_amount", "12.5"},
                       {"currency", "usd"},
                       {"telegram", " @olena "},
                       {"notes", ""},
                       {"date", "2026-07-15 10:20"},
                       {"quantity", "250"},
                       {"extra", 1},
                       {"other", nullptr}},
                      "key");
    ASSERT_TRUE(draft) << draft.error().message;
    const auto& order = draft->order;
    EXPECT_EQ(order.site_id, SiteId{3});
    EXPECT_EQ(order.currency_id, 1);
    EXPECT_EQ(order.wp_order_number, "10045");
    EXPECT_EQ(order.quantity, 250);
    EXPECT_EQ(order.total_amount, Money::parse("12.5"));
    EXPECT_EQ(order.telegram, "@olena");
    EXPECT_FALSE(order.notes);  // an empty field of a form is a missing one
    EXPECT_EQ(stored(order.date), "2026-07-15 07:20:00.000");
    EXPECT_EQ(order.created_at, now);
    EXPECT_EQ(order.client_email, "Olena@UKR.net");
    EXPECT_EQ(order.email_key, "olena@ukr.net");
    EXPECT_EQ(order.link_key, "t.me/shop");
    EXPECT_EQ(order.order_type, "Default");
    EXPECT_EQ(draft->currency, "USD");
    EXPECT_EQ(draft->ignored_fields, 2u);
    EXPECT_TRUE(draft->alias_hash);
    EXPECT_EQ(read({})->order.date, now);
    EXPECT_FALSE(read({})->alias_hash);
}

struct Row {
    json::object instead;
    std::vector<std::string> wrong;  // fields; none: it is good
};

TEST(Draft, names_every_field_that_is_wrong)
{
    auto text = [](std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i) out += "ї";
        return out;
    };
    const std::vector<Row> rows{
        {{}, {}},
        {{{"wp_order_number", nullptr}}, {"wp_order_number"}},
        {{{"wp_order_number", "  "}}, {"wp_order_number"}},
        {{{"wp_order_number", text(64)}}, {}},
        {{{"wp_order_number", text(65)}}, {"wp_order_number"}},
        {{{"wp_order_number", "1\0012"}}, {"wp_order_number"}},
        {{{"wp_order_number", 10045}}, {}},
        {{{"wp_order_number", json::array{1}}}, {"wp_order_number"}},
        {{{"product_service", ""}, {"client_email", nullptr}}, {"product_service", "client_email"}},
        {{{"product_service", text(256)}}, {"product_service"}},
        {{{"client_email", text(256)}}, {"client_email"}},
        {{{"client_email", "not an address"}}, {}},  // held by the suspicious check, not refused
        {{{"quantity", nullptr}}, {"quantity"}},
        {{{"quantity", 0}}, {"quantity"}},
        {{{"quantity", -5}}, {"quantity"}},
        {{{"quantity", 1'000'000'001}}, {"quantity"}},
        {{{"quantity", "many"}}, {"quantity"}},
        {{{"quantity", "1.5"}}, {"quantity"}},
        {{{"url", nullptr}}, {"url"}},
        {{{"url", "@name"}}, {}},
        {{{"url", "https://x.ua/" + text(2035)}}, {}},
        {{{"url", "https://x.ua/" + text(2036)}}, {"url"}},
        {{{"url", "https://x.ua/\n"}}, {}},
        {{{"url", "https://x.ua/\na"}}, {"url"}},
        {{{"total_amount", "-0.01"}}, {"total_amount"}},
        {{{"total_amount", "1e3"}}, {"total_amount"}},
        {{{"total_amount", "0.000000001"}}, {"total_amount"}},
        {{{"currency", "UAHH"}}, {"currency"}},
        {{{"currency", "U1H"}}, {"currency"}},
        {{{"currency", ""}}, {}},
        {{{"date", "yesterday"}}, {"date"}},
        {{{"date", "2026-02-31"}}, {"date"}},
        {{{"date", "9999-12-31T23:59:59-18:00"}}, {"date"}},
        {{{"order_type", "Gift"}}, {"order_type"}},
        {{{"order_type", "custom_comments"}, {"comments", "a\nb"}, {"quantity", nullptr}}, {}},
        {{{"order_type", "Custom Comments"}, {"quantity", nullptr}}, {"comments"}},
        {{{"runs", 3}}, {"interval"}},
        {{{"runs", 3}, {"interval", 60}}, {}},
        {{{"runs", json::array{1}}}, {"runs"}},
        {{{"notes", text(10'000)}}, {}},
        {{{"notes", text(10'001)}}, {"notes"}},
        {{{"item_id", text(65)}, {"supplier_id", text(65)}, {"quantity", 0}, {"date", "x"}},
         {"supplier_id", "item_id", "quantity", "date"}},
    };
    for (const auto& [instead, wrong] : rows) {
        auto draft = read(instead);
        std::vector<std::string> fields;
        if (!draft)
            for (const auto& field : draft.error().fields) fields.push_back(field.field);
        EXPECT_THAT(fields, ElementsAreArray(wrong)) << json::text_of(instead).substr(0, 100);
        if (!draft) {
            EXPECT_EQ(draft.error().code, Code::invalid);
        }
    }
    EXPECT_FALSE(read({}, std::string(256, 'k')));
    EXPECT_TRUE(read({}, std::string(255, 'k')));
}

TEST(Draft, counts_the_lines_of_a_list_as_its_quantity)
{
    auto draft = read({{"order_type", "Custom Comments"}, {"comments", "гарно\r\n\n клас \nще"}, {"quantity", 1}});
    ASSERT_TRUE(draft);
    EXPECT_EQ(draft->order.quantity, 3);
    EXPECT_EQ(json::text_of(draft->order.params), R"({"comments":"гарно\nклас\nще"})");
    EXPECT_EQ(draft->order.order_type, "Custom Comments");
}

TEST(ContentHash, is_the_same_for_the_same_order)
{
    auto usual = content({});
    EXPECT_EQ(usual.size(), 64u);
    // What is not ordered makes no difference, nor do spelling and white space.
    for (const json::object& same : {json::object{{"notes", "x"}},
                                     {{"client_email", "other@ukr.net"}},
                                     {{"total_amount", "1"}},
                                     {{"date", "2026-01-01"}},
                                     {{"quantity", "100"}},
                                     {{"url", " https://t.me/shop "}},
                                     {{"order_type", "default"}},
                                     {{"extra", 5}},
                                     {{"telegram", "@x"}},
                                     {{"item_id", "7"}}})
        EXPECT_EQ(content(same), usual) << json::text_of(same);
    EXPECT_EQ(content({{"runs", 3}, {"interval", 60}}), content({{"interval", 60}, {"runs", 3}}));
    EXPECT_EQ(content({{"runs", 3}, {"interval", 60}}), content({{"interval", "60"}, {"runs", "3"}}));
}

TEST(ContentHash, is_another_for_each_thing_that_is_ordered)
{
    std::set<std::string> seen{content({})};
    for (const json::object& other : {json::object{{"quantity", 101}},
                                      {{"url", "https://t.me/shop2"}},
                                      {{"supplier_id", "2"}},
                                      {{"supplier_service_id", "78"}},
                                      {{"supplier_service_id", nullptr}},
                                      {{"product_service", "Likes"}},
                                      {{"runs", 3}, {"interval", 60}},
                                      {{"runs", 60}, {"interval", 3}},
                                      {{"order_type", "Package"}},
                                      {{"order_type", "SEO"}, {"keywords", "a"}},
                                      {{"order_type", "SEO"}, {"keywords", "a\nb"}},
                                      {{"order_type", "Mentions Hashtag"}, {"hashtag", "a"}}})
        EXPECT_TRUE(seen.insert(content(other)).second) << json::text_of(other);
}

TEST(ContentHash, does_not_change_its_meaning_when_characters_move_between_fields)
{
    std::set<std::string> seen;
    for (auto [supplier, service, product] :
         {std::tuple{"1", "77", "F"}, {"17", "7", "F"}, {"1", "7", "7F"}, {"1:1:7", "7", "F"}, {"1", "7:7", "F"}})
        EXPECT_TRUE(
            seen.insert(content({{"supplier_id", supplier}, {"supplier_service_id", service}, {"product_service", product}}))
                .second);
    std::mt19937 random(11);
    const std::string pieces[] = {"a", "b", ":", "1:", "0:", "2:a", "ї"};
    std::uniform_int_distribution<std::size_t> pick(0, std::size(pieces) - 1), many(1, 3);
    auto word = [&] {
        std::string out;
        for (auto left = many(random); left > 0; --left) out += pieces[pick(random)];
        return out;
    };
    std::map<std::string, std::vector<std::string>> by_hash;
    for (int i = 0; i < 5000; ++i) {
        std::vector<std::string> fields{word(), word(), word(), "https://x.ua/" + word()};
        auto hash = content({{"supplier_id", fields[0]},
                             {"supplier_service_id", fields[1]},
                             {"product_service", fields[2]},
                             {"url", fields[3]}});
        auto [found, fresh] = by_hash.emplace(hash, fields);
        ASSERT_EQ(found->second, fields);
    }
}

TEST(Identity, is_the_shops_number_with_its_item_or_else_its_content)
{
    EXPECT_EQ(identity({}), identity({{"client_email", "x@y.ua"}}));
    EXPECT_NE(identity({}), identity({{"wp_order_number", "10046"}}));
    EXPECT_NE(identity({}), identity({{"quantity", 101}}));
    auto item = identity({{"item_id", "7"}});
    EXPECT_EQ(item, identity({{"item_id", "7"}, {"quantity", 101}}));
    EXPECT_NE(item, identity({{"item_id", "8"}}));
    EXPECT_NE(item, identity({}));
    EXPECT_NE(item, identity({{"wp_order_number", "1004"}, {"item_id", "57"}}));
    EXPECT_NE(identity({}), identity({{"item_id", content({}).substr(0, 64)}}));  // a hash as item_id is no content
}

}  // namespace
}  // namespace smg::orders
