#include "http/body.hpp"

#include <gtest/gtest.h>

#include "http/multipart.hpp"

namespace smg::http {
namespace {

Request post(std::string content_type, std::string body)
{
    Request request;
    request.method = Method::POST;
    if (!content_type.empty()) request.headers.emplace_back("content-type", std::move(content_type));
    request.body = std::move(body);
    return request;
}

std::string read(const Request& request)
{
    auto input = read_input(request);
    return input ? json::text_of(input->values) : std::to_string(input.error().status);
}

constexpr auto form = "application/x-www-form-urlencoded";

TEST(Body, reads_json)
{
    EXPECT_EQ(read(post("application/json", R"({"a":1,"b":"x"})")), R"({"a":1,"b":"x"})");
    EXPECT_EQ(read(post("application/json; charset=utf-8", R"({"a":[1]})")), R"({"a":[1]})");
    EXPECT_EQ(read(post("Application/LD+JSON", R"({"a":1})")), R"({"a":1})");
    EXPECT_EQ(read(post("application/json", "")), "{}");
}

TEST(Body, refuses_what_is_no_json_object)
{
    EXPECT_EQ(read(post("application/json", "{")), "400");
    EXPECT_EQ(read(post("application/json", "{\"a\":\"\xff\"}")), "400");
    EXPECT_EQ(read(post("application/json", std::string(2000, '['))), "400");
    for (auto text : {"[1]", "1", "null", "\"x\"", "true"}) EXPECT_EQ(read(post("application/json", text)), "422") << text;
    auto refused = read_input(post("application/json", "[]"));
    EXPECT_EQ(refused.error().body,
              R"({"message":"The body must be a JSON object.","errors":{"body":["The body must be a JSON object."]}})");
}

TEST(Body, reads_forms_as_php_does)
{
    struct {
        const char *body, *read;
    } rows[] = {
        {"a=1&b=two", R"({"a":"1","b":"two"})"},
        {"a=x+y%20z%2B", R"({"a":"x y z+"})"},
        {"a=%D0%90", "{\"a\":\"\xD0\x90\"}"},
        {"a[]=1&a[]=2", R"({"a":["1","2"]})"},
        {"a%5B%5D=1", R"({"a":["1"]})"},
        {"a[b]=c&a[d]=e", R"({"a":{"b":"c","d":"e"}})"},
        {"a=1&a=2", R"({"a":"2"})"},
        {"a=1&a[]=2", R"({"a":["2"]})"},
        {"a=", R"({"a":null})"},
        {"a&b=1", R"({"a":null,"b":"1"})"},
        {"[x]=1", R"({"[x]":"1"})"},
        {"&&a=1&", R"({"a":"1"})"},
        {"a=1=2", R"({"a":"1=2"})"},
        {"a=%", "400"},
        {"a=%4", "400"},
        {"a=%zz", "400"},
        {"a=%ff", "400"},
        {"%ff=a", "400"},
    };
    for (const auto& row : rows) EXPECT_EQ(read(post(form, row.body)), row.read) << row.body;
}

TEST(Body, limits_the_number_of_form_fields)
{
    std::string body;
    for (std::size_t i = 0; i < max_form_fields; ++i) body += "f" + std::to_string(i) + "=1&";
    EXPECT_NE(read(post(form, body)), "400");
    EXPECT_EQ(read(post(form, body + "one=more")), "400");
}

std::string part(const std::string& name, const std::string& content)
{
    return "--XX\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + content + "\r\n";
}

TEST(Body, reads_multipart_fields_and_counts_files)
{
    auto body = part("\"a\"", "1") + part("b", "") + part("\"c[]\"", "x\r\ny") +
                part("\"f\"; filename=\"p.png\"", "\xff\xd8") + "--XX--\r\n";
    auto input = read_input(post("multipart/form-data; boundary=XX", body));
    ASSERT_TRUE(input);
    EXPECT_EQ(json::text_of(input->values), R"({"a":"1","b":null,"c":["x\r\ny"]})");
    EXPECT_EQ(input->files, 1u);
    EXPECT_EQ(read(post("multipart/form-data; charset=utf-8; boundary=\"XX\"", body)),
              R"({"a":"1","b":null,"c":["x\r\ny"]})");
    EXPECT_EQ(read(post("multipart/form-data; boundary=XX", "--XX--")), "{}");
}

TEST(Body, refuses_malformed_multipart)
{
    auto whole = part("a", "1") + "--XX--\r\n";
    struct {
        std::string type, body;
    } rows[] = {
        {"multipart/form-data", whole},
        {"multipart/form-data; boundary=", whole},
        {"multipart/form-data; boundary=\"XX", whole},
        {"multipart/form-data; boundary=" + std::string(71, 'x'), whole},
        {"multipart/form-data; boundary=X\"X", whole},
        {"multipart/form-data; boundary=YY", whole},
        {"multipart/form-data; boundary=XX", "preamble\r\n" + whole},
        {"multipart/form-data; boundary=XX", part("a", "1")},
        {"multipart/form-data; boundary=XX", "--XX"},
        {"multipart/form-data; boundary=XX", "--XX\r\n"},
        {"multipart/form-data; boundary=XX", "--XX\r\n\r\n"},
        {"multipart/form-data; boundary=XX", "--XX\r\n\r\nx\r\n--XX--"},
        {"multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--XX--"},
        {"multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--XX--"},
        {"multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--XX--"},
        {"multipart/form-data; boundary=XX", "--XXContent-Disposition: form-data; name=a\r\n\r\nx\r\n--XX--"},
        {"multipart/form-data; boundary=XX", part("a", "x\r\n--XXmore") + "--XX--"},
        {"multipart/form-data; boundary=XX", part("a", "\xff") + "--XX--"},
        {"multipart/form-data; boundary=XX", part("\"\xff\"", "1") + "--XX--"},
    };
    for (const auto& row : rows) EXPECT_EQ(read(post(row.type, row.body)), "400") << row.type << "\n" << row.body;
}

TEST(Body, limits_the_number_of_parts)
{
    std::string body;
    for (std::size_t i = 0; i < max_parts; ++i) body += part("a", "1");
    EXPECT_EQ(read(post("multipart/form-data; boundary=XX", body + "--XX--")), R"({"a":"1"})");
    EXPECT_EQ(read(post("multipart/form-data; boundary=XX", body + part("a", "1") + "--XX--")), "400");
}

TEST(Body, refuses_other_content_types_only_when_there_is_a_body)
{
    for (auto type : {"text/plain", "application/xml", "", "json"}) EXPECT_EQ(read(post(type, "x")), "415") << type;
    EXPECT_EQ(read(post("text/plain", "")), "{}");
}

TEST(Body, merges_query_and_path)
{
    Request request;
    request.query = "id=9&q=a+b&tag[]=1";
    request.path_values = {{"id", "7"}};
    EXPECT_EQ(read(request), R"({"id":"7","q":"a b","tag":["1"]})");

    request.method = Method::DELETE;
    request.headers = {{"content-type", "application/json"}};
    request.body = R"({"id":1,"q":"body"})";
    EXPECT_EQ(read(request), R"({"id":"7","q":"body","tag":["1"]})");

    request.method = Method::POST;
    EXPECT_EQ(read(request), R"({"id":"7","q":"body"})");
    request.method = Method::GET;
    request.query = "q=%ff";
    EXPECT_EQ(read(request), "400");
}

}  // namespace
}  // namespace smg::http
