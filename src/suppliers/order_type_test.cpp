#include "suppliers/order_type.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace smg::suppliers {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(OrderTypes, have_distinct_names_and_numbers)
{
    std::set<std::string_view> names;
    std::set<int> ids;
    for (const auto& type : order_types()) {
        EXPECT_TRUE(names.insert(type.name).second) << type.name;
        if (type.id) EXPECT_TRUE(ids.insert(*type.id).second) << type.name;
        if (type.charged == Charged::lines) EXPECT_TRUE(type.field(type.counted)) << type.name;
        for (const auto& field : type.fields)
            if (!field.when.empty()) EXPECT_TRUE(type.field(field.when)) << field.name;
    }
    EXPECT_EQ(ids, (std::set<int>{0, 2, 3, 4, 6, 7, 8, 9, 10, 14, 15, 17, 20, 100, 102}));
}

struct Spelled {
    const char* text;
    const char* name;  // nullptr: no type
};

class OrderTypeName : public testing::TestWithParam<Spelled> {};

TEST_P(OrderTypeName, is_found_however_it_is_spelled)
{
    auto type = find_order_type(GetParam().text);
    if (!GetParam().name) EXPECT_EQ(type, nullptr);
    else {
        ASSERT_TRUE(type);
        EXPECT_EQ(type->name, GetParam().name);
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, OrderTypeName,
                         testing::Values(Spelled{"Default", "Default"}, Spelled{"default", "Default"},
                                         Spelled{"0", "Default"}, Spelled{"custom_comments", "Custom Comments"},
                                         Spelled{" CUSTOM  comments ", "Custom Comments"},
                                         Spelled{"custom_comments_package", "Custom Comments Package"},
                                         Spelled{"14", "Custom Comments Package"}, Spelled{"seo", "SEO"},
                                         Spelled{"subscriptions", "Subscriptions"}, Spelled{"100", "Subscriptions"},
                                         Spelled{"web traffic", "Web Traffic"}, Spelled{"", nullptr}, Spelled{"1", nullptr},
                                         Spelled{"-1", nullptr}, Spelled{"Default2", nullptr}, Spelled{"00x", nullptr}));

struct Row {
    const char* type;
    OrderFields given;
    std::int64_t charged;                 // of a valid order
    std::vector<std::string> wrong = {};  // fields, of an invalid one
    std::vector<std::pair<std::string, std::string>> form = {};
};

class OrderTypeRow : public testing::TestWithParam<Row> {};

TEST_P(OrderTypeRow, is_checked_and_made_a_form)
{
    const auto& row = GetParam();
    auto valid = validate(row.type, row.given);
    std::vector<std::string> wrong;
    if (!valid)
        for (const auto& field : valid.error().fields) wrong.push_back(field.field);
    EXPECT_EQ(wrong, row.wrong);
    if (!valid) return;
    EXPECT_EQ(valid->charged_quantity, row.charged);
    EXPECT_EQ(form_fields(*valid->type, valid->fields), row.form);
}

const OrderFields plain{"https://t.me/x", 100};

OrderFields with(std::map<std::string, std::string> params, std::optional<std::int64_t> quantity = 100)
{
    return {"https://t.me/x", quantity, std::move(params)};
}

const std::pair<std::string, std::string> link_sent{"link", "https://t.me/x"}, hundred_sent{"quantity", "100"};

INSTANTIATE_TEST_SUITE_P(
    Rows, OrderTypeRow,
    testing::Values(
        Row{"Default", plain, 100, {}, {link_sent, hundred_sent}},
        Row{"Default",
            with({{"runs", "5"}, {"interval", "60"}}),
            500,
            {},
            {link_sent, hundred_sent, {"runs", "5"}, {"interval", "60"}}},
        Row{"Default",
            with({{"key", "stolen"}, {"action", "balance"}, {"comments", "x"}}),
            100,
            {},
            {link_sent, hundred_sent}},
        Row{"Default", with({{"runs", "5"}}), 0, {"interval"}}, Row{"Default", with({{"interval", "5"}}), 0, {"runs"}},
        Row{"Default", with({{"runs", "0"}, {"interval", "-1"}}), 0, {"runs", "interval"}},
        Row{"Default", with({{"runs", "1.5"}, {"interval", "x"}}), 0, {"runs", "interval"}},
        Row{"Default", {}, 0, {"url", "quantity"}}, Row{"Default", {"  ", 0}, 0, {"url", "quantity"}},
        Row{"Default", {"https://t.me/x", -1}, 0, {"quantity"}},
        Row{"Default", {"https://t.me/x", max_quantity + 1}, 0, {"quantity"}}, Row{"Default", {"a\r\nb", 1}, 0, {"url"}},
        Row{"Default", {"\xFF", 1}, 0, {"url"}}, Row{"Default", {std::string(max_text + 1, 'a'), 1}, 0, {"url"}},
        Row{"no such type", plain, 0, {"order_type"}}, Row{"Package", plain, 1, {}, {link_sent}},
        Row{"Package", {"", 5}, 0, {"url"}},
        Row{"Custom Comments",
            with({{"comments", "good\r\n\r\n  дуже добре \nok"}}, 7),
            3,
            {},
            {link_sent, {"comments", "good\nдуже добре\nok"}}},
        Row{"Custom Comments", with({{"comments", "\n \n"}}), 0, {"comments"}},
        Row{"Custom Comments", with({{"comments", "a\x01"}}), 0, {"comments"}},
        Row{"Custom Comments Package", with({{"comments", "a\nb"}}), 1, {}, {link_sent, {"comments", "a\nb"}}},
        Row{"Comment Likes", with({{"username", "olya"}}), 100, {}, {link_sent, hundred_sent, {"username", "olya"}}},
        Row{"Comment Likes", plain, 0, {"username"}},
        Row{"Comment Replies",
            with({{"username", "olya"}, {"comments", "a\nb"}}),
            2,
            {},
            {link_sent, {"username", "olya"}, {"comments", "a\nb"}}},
        Row{"Mentions", with({{"usernames", "a\nb"}}), 100, {}, {link_sent, hundred_sent, {"usernames", "a\nb"}}},
        Row{"Mentions with Hashtags", with({{"usernames", "a"}}), 0, {"hashtags"}},
        Row{"Mentions with Hashtags",
            with({{"usernames", "a"}, {"hashtags", "#x"}}),
            100,
            {},
            {link_sent, hundred_sent, {"usernames", "a"}, {"hashtags", "#x"}}},
        Row{"Mentions Custom List",
            with({{"usernames", "a\nb\nc"}}, std::nullopt),
            3,
            {},
            {link_sent, {"usernames", "a\nb\nc"}}},
        Row{"Mentions Hashtag", with({{"hashtag", "#x"}}), 100, {}, {link_sent, hundred_sent, {"hashtag", "#x"}}},
        Row{"Mentions User Followers",
            with({{"username", "https://x.example/u"}}),
            100,
            {},
            {link_sent, hundred_sent, {"username", "https://x.example/u"}}},
        Row{"Mentions Media Likers",
            with({{"media", "https://x.example/p"}}),
            100,
            {},
            {link_sent, hundred_sent, {"media", "https://x.example/p"}}},
        Row{"Poll", with({{"answer_number", "2"}}), 100, {}, {link_sent, hundred_sent, {"answer_number", "2"}}},
        Row{"Poll", with({{"answer_number", "two"}}), 0, {"answer_number"}},
        Row{"Invites from Groups", with({{"groups", "g1\ng2"}}), 100, {}, {link_sent, hundred_sent, {"groups", "g1\ng2"}}},
        Row{"SEO", with({{"keywords", "k1\nk2"}}), 100, {}, {link_sent, hundred_sent, {"keywords", "k1\nk2"}}},
        Row{"Subscriptions",
            {"",
             {},
             {{"username", "u"}, {"min", "10"}, {"max", "20"}, {"delay", "30"}, {"posts", "0"}, {"expiry", "28/02/2027"}}},
            0,
            {},
            {{"username", "u"}, {"min", "10"}, {"max", "20"}, {"posts", "0"}, {"delay", "30"}, {"expiry", "28/02/2027"}}},
        Row{"Subscriptions",
            {"", {}, {{"username", "u"}, {"min", "30"}, {"max", "20"}, {"delay", "7"}, {"expiry", "30/02/2027"}}},
            0,
            {"delay", "expiry", "max"}},
        Row{"Subscriptions", {"", {}, {{"expiry", "2027-02-01"}}}, 0, {"username", "min", "max", "delay", "expiry"}},
        Row{"Web Traffic",
            with({{"country", "US"}, {"device", "5"}, {"type_of_traffic", "3"}, {"google_keyword", "unused"}}),
            100,
            {},
            {link_sent, hundred_sent, {"country", "US"}, {"device", "5"}, {"type_of_traffic", "3"}}},
        Row{"Web Traffic",
            with({{"country", "US"}, {"device", "6"}, {"type_of_traffic", "1"}}),
            0,
            {"device", "google_keyword"}},
        Row{"Web Traffic",
            with({{"country", "US"}, {"device", "1"}, {"type_of_traffic", "2"}, {"referring_url", "https://r.example"}}),
            100,
            {},
            {link_sent,
             hundred_sent,
             {"country", "US"},
             {"device", "1"},
             {"type_of_traffic", "2"},
             {"referring_url", "https://r.example"}}}));

TEST(OrderType, says_what_is_wrong_in_the_words_of_laravel)
{
    auto valid = validate("Default", {"", 0});
    ASSERT_FALSE(valid);
    EXPECT_EQ(valid.error().code, Code::invalid);
    EXPECT_EQ(valid.error().message, "The url field is required. (and 1 more error)");
    EXPECT_EQ(valid.error().fields[1].message, "The quantity field must be at least 1.");
    EXPECT_EQ(validate("x", {}).error().message, "The selected order type is invalid.");
    EXPECT_EQ(validate("Default", {"x", 1, {{"runs", "2"}}}).error().message,
              "The interval field is required when runs is present.");
}

TEST(OrderType, limits_what_rests_in_the_database)
{
    std::string long_list, many;
    for (int i = 0; i < 400; ++i) long_list += std::string(100, 'a') + "\n";
    for (std::size_t i = 0; i <= max_lines; ++i) many += "a\n";
    EXPECT_FALSE(validate("Custom Comments", with({{"comments", long_list}})));
    EXPECT_FALSE(validate("Custom Comments", with({{"comments", many}})));
}

TEST(OrderType, finds_its_params_in_a_body)
{
    auto body = json::parse(R"({"url":"x","quantity":5,"runs":3,"interval":"10","comments":["a","b"],"usernames":null})");
    ASSERT_TRUE(body);
    auto drip = params_in(*find_order_type("Default"), body->get_object());
    ASSERT_TRUE(drip);
    EXPECT_THAT(*drip, ElementsAre(Pair("interval", "10"), Pair("runs", "3")));
    EXPECT_THAT(*params_in(*find_order_type("Custom Comments"), body->get_object()), ElementsAre(Pair("comments", "a\nb")));
    EXPECT_TRUE(params_in(*find_order_type("Mentions"), body->get_object())->empty());
    auto nested = json::parse(R"({"runs":{"a":1},"interval":true})");
    EXPECT_EQ(params_in(*find_order_type("Default"), nested->get_object()).error().fields.size(), 2u);
}

}  // namespace
}  // namespace smg::suppliers
