#include "base/json.hpp"

#include <gmock/gmock.h>

namespace smg::json {
namespace {

using testing::ElementsAre;

enum class Colour { red, dark_green };
BOOST_DESCRIBE_ENUM(Colour, red, dark_green)

struct Inner {
    std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (n))

struct Form {
    std::string full_name;
    std::int64_t quantity = 0;
    std::optional<std::string> note;
    std::optional<Money> amount;
    std::optional<bool> archive;
    std::optional<Colour> colour;
    std::optional<SiteId> site_id;
    std::optional<std::vector<Inner>> inners;
    std::optional<Time> at;
    std::optional<std::map<std::string, std::string>> params;
};
BOOST_DESCRIBE_STRUCT(Form, (), (full_name, quantity, note, amount, archive, colour, site_id, inners, at, params))

Result<Form> form(std::string_view text, Extra extra = Extra::ignored)
{
    auto parsed = parse(text);
    if (!parsed) return fail(parsed.error());
    return to<Form>(*parsed, extra);
}

struct Text {
    std::string_view json;
    std::string_view kept;  // empty: refused
};

class StrictJson : public testing::TestWithParam<Text> {};

TEST_P(StrictJson, is_kept_like_this_or_refused)
{
    auto parsed = parse(GetParam().json);
    EXPECT_EQ(parsed ? text_of(*parsed) : "", GetParam().kept) << GetParam().json;
    if (!parsed) {
        EXPECT_EQ(parsed.error().code, Code::invalid);
    }
}

INSTANTIATE_TEST_SUITE_P(Numbers, StrictJson,
                         testing::Values(Text{"1", "1"}, Text{"-0", "0"}, Text{"9223372036854775807", "9223372036854775807"},
                                         Text{"-9223372036854775808", "-9223372036854775808"},
                                         Text{"18446744073709551615", "18446744073709551615"},
                                         Text{"18446744073709551616", R"("18446744073709551616")"}, Text{"1.0", R"("1.0")"},
                                         Text{"0.10", R"("0.10")"},
                                         Text{"0.1000000000000000055511151231257827021181583404541015625",
                                              R"("0.1000000000000000055511151231257827021181583404541015625")"},
                                         Text{"1e400", R"("1e400")"}, Text{"-1.5E+3", R"("-1.5E+3")"},
                                         Text{"[0.90,{\"a\":2.50}]", R"(["0.90",{"a":"2.50"}])"}, Text{"01", ""},
                                         Text{"+1", ""}, Text{"1.", ""}, Text{".5", ""}, Text{"0x1", ""}, Text{"NaN", ""},
                                         Text{"Infinity", ""}));
INSTANTIATE_TEST_SUITE_P(Objects, StrictJson,
                         testing::Values(Text{"{}", "{}"}, Text{R"({"a":1,"b":2})", R"({"a":1,"b":2})"},
                                         Text{R"({"a":1,"a":1})", ""},
                                         Text{R"({"a":1,"\u0061":2})", ""},  // the same key in other letters
                                         Text{R"({"x":{"a":1},"y":{"a":2},"a":3})", R"({"x":{"a":1},"y":{"a":2},"a":3})"},
                                         Text{R"({"x":{"a":1,"a":2}})", ""}, Text{R"({"x":{"b":1},"x":2})", ""},
                                         Text{R"({a:1})", ""}, Text{R"({"a":1,})", ""}, Text{R"({"a"})", ""},
                                         Text{R"({'a':1})", ""}));
INSTANTIATE_TEST_SUITE_P(Edges, StrictJson,
                         testing::Values(Text{"", ""}, Text{" ", ""}, Text{" [1] \r\n\t", "[1]"}, Text{"[1] 2", ""},
                                         Text{"{}{}", ""}, Text{"[1]\v", ""}, Text{"[1]\f", ""},
                                         Text{std::string_view("[1]\0", 4), ""}, Text{"\xEF\xBB\xBF{}", ""},
                                         Text{"[1,]", ""}, Text{"[1", ""}, Text{"// c\n1", ""}, Text{"\"\xFF\"", ""},
                                         Text{"\"\xC0\x80\"", ""}, Text{R"("\ud800")", ""}, Text{R"("\x")", ""},
                                         Text{"\"a\nb\"", ""}, Text{R"("\u0457")", "\"ї\""}, Text{"tru", ""},
                                         Text{"null", "null"}));

TEST(StrictJson, has_at_most_32_levels)
{
    EXPECT_TRUE(parse(std::string(32, '[') + std::string(32, ']')));
    EXPECT_FALSE(parse(std::string(33, '[') + std::string(33, ']')));
    EXPECT_FALSE(parse(std::string(100'000, '[')));
}

TEST(To, fills_a_struct_from_numbers_and_texts_alike)
{
    for (auto text :
         {R"({"full_name":"Олена","quantity":5,"amount":12.50,"archive":true,"colour":"dark_green","site_id":3})",
          R"({"full_name":"Олена","quantity":"5","amount":"12.5","archive":"1","colour":"dark_green","site_id":"3"})"}) {
        auto read = form(text);
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->full_name, "Олена");
        EXPECT_EQ(read->quantity, 5);
        EXPECT_EQ(read->amount, Money::parse("12.5"));
        EXPECT_EQ(read->archive, true);
        EXPECT_EQ(read->colour, Colour::dark_green);
        EXPECT_EQ(read->site_id, SiteId{3});
        EXPECT_FALSE(read->note);
    }
    EXPECT_EQ(form(R"({"full_name":7,"quantity":1})")->full_name, "7");
    auto nested = form(
        R"({"full_name":"a","quantity":1,"inners":[{"n":1},{"n":2}],"at":"2026-01-01T02:00:00+02:00","params":{"runs":3}})");
    ASSERT_TRUE(nested) << nested.error().message;
    EXPECT_EQ(nested->inners->at(1).n, 2);
    EXPECT_EQ(stored(*nested->at), "2026-01-01 00:00:00.000");
    EXPECT_EQ(nested->params->at("runs"), "3");
}

struct Wrong {
    std::string_view json, field, message;
};

class OneWrongField : public testing::TestWithParam<Wrong> {};

TEST_P(OneWrongField, is_named_in_the_words_of_laravel)
{
    auto read = form(GetParam().json);
    ASSERT_FALSE(read) << GetParam().json;
    ASSERT_EQ(read.error().fields.size(), 1u);
    EXPECT_EQ(read.error().fields[0].field, GetParam().field);
    EXPECT_EQ(read.error().message, GetParam().message);
    EXPECT_EQ(read.error().code, Code::invalid);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, OneWrongField,
    testing::Values(
        Wrong{R"({"quantity":1})", "full_name", "The full name field is required."},
        Wrong{R"({"full_name":null,"quantity":1})", "full_name", "The full name field is required."},
        Wrong{R"({"full_name":["a"],"quantity":1})", "full_name", "The full name field must be a string."},
        Wrong{R"({"full_name":"a","quantity":"x"})", "quantity", "The quantity field must be an integer."},
        Wrong{R"({"full_name":"a","quantity":1.5})", "quantity", "The quantity field must be an integer."},
        Wrong{R"({"full_name":"a","quantity":9223372036854775808})", "quantity", "The quantity field must be an integer."},
        Wrong{R"({"full_name":"a","quantity":true})", "quantity", "The quantity field must be an integer."},
        Wrong{R"({"full_name":"a","quantity":1,"amount":"1e5"})", "amount",
              "The amount field must be a decimal number with at most 8 decimals."},
        Wrong{R"({"full_name":"a","quantity":1,"archive":"yes"})", "archive", "The archive field must be true or false."},
        Wrong{R"({"full_name":"a","quantity":1,"colour":"blue"})", "colour", "The selected colour is invalid."},
        Wrong{R"({"full_name":"a","quantity":1,"site_id":0})", "site_id", "The site id field must be a positive integer."},
        Wrong{R"({"full_name":"a","quantity":1,"inners":{"n":1}})", "inners", "The inners field must be an array."},
        Wrong{R"({"full_name":"a","quantity":1,"at":"31.02.2026"})", "at", "The at field must be a valid date."},
        Wrong{R"({"full_name":"a","quantity":1,"params":{"a":[]}})", "params", "The params field must hold strings."}));

TEST(To, counts_the_further_errors_as_laravel_does)
{
    EXPECT_EQ(form("{}").error().message, "The full name field is required. (and 1 more error)");
    EXPECT_EQ(form(R"({"colour":"blue"})").error().message, "The full name field is required. (and 2 more errors)");
    EXPECT_EQ(invalid_fields({}).message, "The given data was invalid.");
    EXPECT_EQ(form("[]").error().message, "The body must be a JSON object.");
}

TEST(To, names_each_unknown_member_when_told_to)
{
    EXPECT_TRUE(form(R"({"full_name":"a","quantity":1,"other":2})"));
    auto refused = form(R"({"full_name":"a","quantity":1,"other_one":2,"third":{}})", Extra::refused);
    ASSERT_FALSE(refused);
    std::vector<std::string> fields;
    for (const auto& field : refused.error().fields) fields.push_back(field.field);
    EXPECT_THAT(fields, ElementsAre("other_one", "third"));
    EXPECT_EQ(refused.error().message, "The other one field is not known here. (and 1 more error)");
    EXPECT_TRUE(form(R"({"full_name":"a","quantity":1,"note":null})", Extra::refused));
}

TEST(To, cuts_the_name_of_a_hostile_field)
{
    auto refused = form(R"({"full_name":"a","quantity":1,")" + std::string(4000, 'x') + R"(":1})", Extra::refused);
    ASSERT_FALSE(refused);
    EXPECT_LT(refused.error().message.size(), 200u);
}

TEST(From, writes_amounts_times_and_words_as_text)
{
    Form out;
    out.full_name = "Олена";
    out.amount = Money::parse("0.27819");
    out.colour = Colour::red;
    out.at = Time{};
    EXPECT_EQ(
        text_of(from(out)),
        R"({"full_name":"Олена","quantity":0,"note":null,"amount":"0.27819","archive":null,"colour":"red","site_id":null,)"
        R"("inners":null,"at":"1970-01-01T00:00:00.000Z","params":null})");
}

}  // namespace
}  // namespace smg::json
