#include "http/openapi.hpp"

#include <gtest/gtest.h>

#include "http/bind.hpp"

namespace smg::http {
namespace {

// A row that says nothing of itself does not compile.
static_assert(!std::is_constructible_v<Route, Method, std::string_view, Access, Handler>);
static_assert(std::is_constructible_v<Route, Method, std::string_view, Access, Handler, About>);

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Part {
    std::string name;
    std::optional<Money> price;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, price))

struct Thing {
    static constexpr auto left_out = std::to_array<std::string_view>({"hidden"});
    OrderId id;
    std::optional<Colour> colour;
    std::vector<Part> parts;
    std::optional<Part> best;
    Time at;
    std::string hidden;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, colour, parts, best, at, hidden))

struct Wanted {
    OrderId id;
    std::optional<bool> whole;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Wanted, (), (id, whole, count))

struct Desk {};
Async<Result<Thing>> show(Desk&, Wanted) { co_return Thing{}; }
Async<Result<void>> remove(Desk&, Wanted) { co_return Result<void>(); }
Async<Result<json::object>> add(Desk&, json::object in) { co_return in; }

json::object document(Routes routes)
{
    return openapi(routes, {.title = "Shop",
                            .version = "1",
                            .words = "Words.",
                            .session_cookie = "session",
                            .chapters = {{"Things", "All of them.", {"things"}}}});
}

const json::value& at(const json::object& from, std::initializer_list<std::string_view> path)
{
    const json::object* here = &from;
    const json::value* found = nullptr;
    for (auto name : path) {
        found = &here->at(name);
        here = found->if_object();
    }
    return *found;
}

TEST(Schemas, are_what_json_from_writes)
{
    Schemas schemas;
    EXPECT_EQ(json::text_of(schemas.of<Thing>()), R"({"$ref":"#/components/schemas/http.Thing"})");
    const auto& thing = schemas.named().at("http.Thing").get_object();
    EXPECT_EQ(json::text_of(at(thing, {"required"})), R"(["id","parts","at"])");
    EXPECT_EQ(json::text_of(at(thing, {"properties", "id"})), R"({"type":"integer","minimum":1})");
    EXPECT_EQ(json::text_of(at(thing, {"properties", "colour"})),
              R"({"type":["string","null"],"enum":["red","green",null]})");
    EXPECT_EQ(json::text_of(at(thing, {"properties", "parts"})),
              R"({"type":"array","items":{"$ref":"#/components/schemas/http.Part"}})");
    EXPECT_EQ(json::text_of(at(thing, {"properties", "best"})),
              R"({"anyOf":[{"$ref":"#/components/schemas/http.Part"},{"type":"null"}]})");
    EXPECT_EQ(json::text_of(at(thing, {"properties", "at"})), R"({"type":"string","format":"date-time"})");
    EXPECT_FALSE(at(thing, {"properties"}).get_object().contains("hidden"));
}

TEST(OpenApi, reads_a_request_where_the_router_does)
{
    Desk desk;
    auto made = document({{Method::GET, "/api/v1/things/{id}", Access::user, bind<show>(desk), about("One thing")},
                          {Method::DELETE, "/api/v1/things/{id}", Access::admin, bind<remove>(desk), about("Removes it")},
                          {Method::POST, "/api/v1/things", Access::site, bind<add>(desk),
                           about("Adds one").takes<Wanted>().gives<Data<Thing>>(201).example(R"({"id":1,"count":2})")},
                          {Method::GET, "/page", Access::anyone, bind<show>(desk), unlisted("A page")}});
    EXPECT_FALSE(at(made, {"paths"}).get_object().contains("/page"));
    const auto& show_it = at(made, {"paths", "/api/v1/things/{id}", "get"}).get_object();
    EXPECT_EQ(show_it.at("operationId"), "getThingsId");
    const auto& parameters = show_it.at("parameters").as_array();
    ASSERT_EQ(parameters.size(), 3U);
    EXPECT_EQ(json::text_of(parameters[0]),
              R"({"name":"id","in":"path","required":true,"schema":{"type":"integer","minimum":1}})");
    EXPECT_EQ(json::text_of(parameters[1]),
              R"({"name":"whole","in":"query","required":false,"schema":{"type":["boolean","null"]}})");
    EXPECT_EQ(json::text_of(parameters[2]), R"({"name":"count","in":"query","required":true,"schema":{"type":"integer"}})");
    EXPECT_FALSE(show_it.contains("requestBody"));
    EXPECT_TRUE(at(made, {"paths", "/api/v1/things/{id}", "delete", "responses"}).get_object().contains("204"));
    const auto& add_it = at(made, {"paths", "/api/v1/things", "post"}).get_object();
    EXPECT_EQ(json::text_of(at(add_it, {"requestBody", "content", "application/json", "example"})), R"({"id":1,"count":2})");
    EXPECT_EQ(json::text_of(add_it.at("security")), R"([{"siteToken":[]}])");
    EXPECT_TRUE(at(add_it, {"responses"}).get_object().contains("201"));
}

TEST(OpenApi, is_not_made_of_what_says_nothing)
{
    Desk desk;
    EXPECT_THROW(document({{Method::POST, "/api/v1/things", Access::user, bind<add>(desk),
                            about("Adds one").takes<Wanted>().example("{")}}),
                 std::logic_error);
    EXPECT_THROW(document({{Method::GET, "/api/v1/elsewhere", Access::user, bind<show>(desk), about("One thing")}}),
                 std::logic_error);
    EXPECT_THROW((Route{Method::GET, "/x", Access::user, bind<show>(desk), About{}}), std::logic_error);
}

TEST(ApiManual, is_the_document_for_people)
{
    Desk desk;
    auto page = api_manual(document(
        {{Method::GET, "/api/v1/things/{id}", Access::user, bind<show>(desk), about("One thing").more("As it is.")}}));
    for (std::string_view part :
         {"## Things\n\nAll of them.\n", "### GET /api/v1/things/{id}\n\nOne thing\n\nAs it is.", "- `id` in path: integer",
          "- `whole` in query (optional): boolean or null", "[http.Thing](#httpthing)",
          "- `price` (optional): decimal or null", "- `colour` (optional): `red`, `green` or null"})
        EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
}

}  // namespace
}  // namespace smg::http
