#include <fmt/core.h>
#include <gtest/gtest.h>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class Intake : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, Intake, both_databases(), name_of);

std::string form_of(const json::object& body)
{
    std::string form;
    for (const auto& [name, value] : body) {
        auto text = text_at(value, "");
        for (std::size_t at = 0; (at = text.find_first_of(":/@", at)) != std::string::npos; at += 3)
            text.replace(at, 1, fmt::format("%{:02X}", static_cast<int>(text[at])));
        form += fmt::format("{}{}={}", form.empty() ? "" : "&", std::string_view(name), text);
    }
    return form;
}

std::string multipart_of(const json::object& body)
{
    std::string parts;
    for (const auto& [name, value] : body)
        parts += fmt::format("--part\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", std::string_view(name),
                             text_at(value, ""));
    return parts + "--part--\r\n";
}

Reply create_as(Installation& crm, const std::string& type, const std::string& body)
{
    auto headers = bearer(crm.shop());
    headers.emplace_back("Content-Type", type);
    return read(http_call("POST", crm.url("/api/v1/createOrder"), headers, body));
}

TEST_P(Intake, json_form_and_multipart_make_the_same_order)
{
    Installation crm(GetParam());
    auto by_json = crm.create(order_of("1", {{"item_id", "7"}, {"supplier_service_id", "920"}}));
    auto by_form = create_as(crm, "application/x-www-form-urlencoded",
                             form_of(order_of("2", {{"item_id", "7"}, {"supplier_service_id", "920"}})));
    auto by_parts = create_as(crm, "multipart/form-data; boundary=part",
                              multipart_of(order_of("3", {{"item_id", "7"}, {"supplier_service_id", "920"}})));
    for (const auto* reply : {&by_json, &by_form, &by_parts}) ASSERT_EQ(reply->status(), 200) << reply->http.body;
    auto first = crm.order(by_json.number("order_id"));
    for (const auto* reply : {&by_form, &by_parts}) {
        auto other = crm.order(reply->number("order_id"));
        for (auto field : {"product_service", "quantity", "client_email", "total_amount", "currency", "supplier_id",
                           "order_type", "supplier_service_id", "item_id", "api_type", "notes"})
            EXPECT_EQ(other.text(fmt::format("data.{}", field)), first.text(fmt::format("data.{}", field))) << field;
        EXPECT_EQ(other.text("data.url"), link_of(other.text("data.wp_order_number")));
    }
}

TEST(Intake, what_is_required_follows_the_order_type)
{
    Installation crm(On::sqlite);
    struct Row {
        std::string type;
        json::object fields;
        std::string wanted;  // the fields that are missed, as in `errors`
    };
    const std::vector<Row> rows = {
        {"Default", {{"quantity", nullptr}, {"url", nullptr}}, "url quantity"},
        {"Package", {{"quantity", nullptr}}, ""},
        {"Custom Comments", {{"quantity", nullptr}}, "comments"},
        {"Custom Comments", {{"quantity", nullptr}, {"comments", "good\nbetter"}}, ""},
        {"Mentions Hashtag", {}, "hashtag"},
        {"Poll", {}, "answer_number"},
        {"Poll", {{"answer_number", "2"}}, ""},
        {"No such type", {}, "order_type"},
    };
    int number = 0;
    for (auto row : rows) {
        row.fields["order_type"] = row.type;
        auto reply = crm.create(order_of(std::to_string(++number), row.fields));
        EXPECT_EQ(reply.status(), row.wanted.empty() ? 200 : 422) << row.type << reply.http.body;
        std::string missed;
        if (auto errors = reply.body.is_object() ? reply.body.get_object().if_contains("errors") : nullptr)
            for (const auto& [name, list] : errors->get_object()) missed += (missed.empty() ? "" : " ") + std::string(name);
        EXPECT_EQ(missed, row.wanted) << row.type << reply.http.body;
    }
}

TEST(Intake, a_refusal_names_all_wrong_fields_as_laravel_does)
{
    Installation crm(On::sqlite);
    auto all = crm.create(json::object{});
    EXPECT_EQ(all.status(), 422);
    EXPECT_TRUE(all.http.header("content-type").starts_with("application/json"));
    EXPECT_TRUE(all.text("message").ends_with("(and 4 more errors)")) << all.http.body;
    for (auto field : {"wp_order_number", "product_service", "quantity", "url", "client_email"})
        EXPECT_TRUE(all.text(fmt::format("errors.{}.0", field)).ends_with("field is required.")) << field << all.http.body;
    EXPECT_EQ(crm.get("/api/v1/orders").list("data").size(), 0U);
}

TEST(Intake, a_value_of_the_wrong_type_does_not_hide_the_other_wrong_fields)
{
    Installation crm(On::sqlite);
    auto reply = crm.create(
        order_of("1", {{"quantity", "many"}, {"total_amount", "-1"}, {"currency", "hryvnia"}, {"date", "31.02.2026"}}));
    EXPECT_EQ(reply.status(), 422);
    for (auto field : {"quantity", "total_amount", "currency", "date"})
        EXPECT_NE(reply.text(fmt::format("errors.{}.0", field)), "") << field << reply.http.body;
}

TEST(Intake, each_bad_value_is_refused_under_its_own_name)
{
    Installation crm(On::sqlite);
    const std::vector<std::pair<std::string, json::value>> rows = {
        {"date", "yesterday"},
        {"date", "2026-02-31"},
        {"currency", "UAHX"},
        {"currency", "1"},
        {"total_amount", "-0.01"},
        {"total_amount", "12,50"},
        {"total_amount", "1e5"},
        {"total_amount", "NaN"},
        {"quantity", 0},
        {"quantity", -5},
        {"quantity", "10.5"},
        {"quantity", json::array{1}},
        {"url", json::object{}},
        {"wp_order_number", json::value(std::string(65, '1'))},
        {"notes", json::value(std::string(10'001, 'n'))},
        {"client_email", ""},
        {"product_service",
         "a\x01"
         "b"},
        {"product_service", json::array{"x"}},
    };
    for (const auto& [field, value] : rows) {
        auto reply = crm.create(order_of("1", {{field, value}}));
        EXPECT_EQ(reply.status(), 422) << field << json::text_of(value) << reply.http.body;
        EXPECT_NE(reply.text("errors." + field), "") << field << reply.http.body;
    }
    EXPECT_EQ(crm.get("/api/v1/orders").list("data").size(), 0U);
}

TEST(Intake, unknown_fields_are_ignored_and_counted)
{
    Installation crm(On::sqlite);
    auto id = crm.order(order_of("1", {{"billing_phone", "+380"}, {"meta", json::array{1, 2}}}));
    EXPECT_TRUE(text_at(crm.order(id).body, "data.events.0.detail").contains("2 unknown fields")) << crm.order(id).http.body;
    EXPECT_TRUE(get(crm.url("/metrics"), "").http.body.contains("smgcrm_ignored_fields_total 2"));
}

TEST(Intake, a_date_without_an_offset_is_in_the_shops_zone)
{
    Installation crm(On::sqlite);
    auto winter = crm.order(order_of("1", {{"date", "2026-01-15 12:00:00"}}));
    auto summer = crm.order(order_of("2", {{"date", "2026-07-15T12:00:00"}}));
    auto exact = crm.order(order_of("3", {{"date", "2026-07-15T12:00:00Z"}}));
    EXPECT_EQ(crm.order(winter).text("data.date").substr(0, 19), "2026-01-15T10:00:00");
    EXPECT_EQ(crm.order(summer).text("data.date").substr(0, 19), "2026-07-15T09:00:00");
    EXPECT_EQ(crm.order(exact).text("data.date").substr(0, 19), "2026-07-15T12:00:00");
}

TEST_P(Intake, an_amount_keeps_all_its_digits)
{
    Installation crm(GetParam());
    auto reply = create_as(crm, "application/json",
                           R"({"wp_order_number":"1","product_service":"F","quantity":1000,"url":"https://t.me/a",)"
                           R"("client_email":"o@ukr.net","total_amount":90071992547.40993123,"supplier_id":"1"})");
    ASSERT_EQ(reply.status(), 200) << reply.http.body;
    EXPECT_EQ(crm.order(reply.number("order_id")).text("data.total_amount"), "90071992547.40993123");
}

TEST_P(Intake, an_order_for_an_unmapped_supplier_is_taken_and_told)
{
    Telegram telegram;
    Installation crm(GetParam());
    crm.tell(telegram);
    auto id = crm.order(order_of("1", {{"supplier_id", "99"}}));
    EXPECT_TRUE(crm.becomes(id, "notaccepted"));
    EXPECT_EQ(crm.order(id).text("data.reason"), "no_mapping");
    EXPECT_EQ(crm.order(id).text("data.status"), "notaccepted");
    EXPECT_TRUE(eventually([&] { return telegram.heard({"Order 1:", "99/101"}); }));
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);
}

TEST_P(Intake, a_disposable_address_waits_for_a_person)
{
    Telegram telegram;
    Installation crm(GetParam());
    crm.tell(telegram);
    auto reply = crm.create(order_of("1", {{"client_email", "x@mailinator.com"}, {"supplier_service_id", "920"}}));
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.text("status"), "pending");
    auto id = reply.number("order_id");
    EXPECT_TRUE(eventually([&] { return telegram.heard({"Order 1 waits for review", "x@mailinator.com", "disposable"}); }));
    EXPECT_EQ(crm.phase(id), "review");
    EXPECT_EQ(crm.supplier().ledger().size(), 0U);
    EXPECT_EQ(crm.decide(id, "approve").status(), 200);
    EXPECT_TRUE(crm.becomes(id, "executing"));
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

}  // namespace
}  // namespace smg::test
