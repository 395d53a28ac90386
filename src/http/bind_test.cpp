#include "http/bind.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace smg::http {
namespace {

struct Desk {
    int calls = 0;
};

struct Order {
    std::int64_t id = 0;
    std::string url = {};
    std::optional<std::int64_t> quantity = {};
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, url, quantity))

struct Lenient {
    static constexpr auto extra = json::Extra::ignored;
    std::string url = {};
};
BOOST_DESCRIBE_STRUCT(Lenient, (), (url))

Async<Result<Order>> echo(Desk& desk, const Caller&, Order in)
{
    ++desk.calls;
    co_return in;
}

Async<Result<json::object>> lenient(Desk&, Caller caller, Lenient in)
{
    co_return json::object{{"who", caller.name}, {"url", in.url}};
}

Async<Result<json::value>> without_input(Desk&, const Caller& caller) { co_return json::value(caller.name); }

Async<Result<Reply<Order>>> created(Desk&, const Caller&, Order in, const Request& request)
{
    Reply<Order> reply{std::move(in), 201};
    reply.headers.emplace_back("Location", request.path);
    co_return reply;
}

Async<Result<void>> nothing(Desk&) { co_return Result<void>(); }

Async<Result<Response>> page(Desk&, const Request& request)
{
    Response response;
    response.content_type = "text/plain";
    response.body = request.body;
    co_return response;
}

Async<Result<Order>> refused(Desk&, json::object) { co_return fail(Code::conflict, "Ann was faster."); }

Response run(const Handler& handler, std::string body)
{
    Request request;
    request.method = Method::POST;
    request.path = "/orders/7";
    request.headers = {{"content-type", "application/json"}};
    request.body = std::move(body);
    request.path_values = {{"id", "7"}};
    Caller caller;
    caller.name = "Ann";
    boost::asio::io_context io;
    Response response;
    boost::asio::co_spawn(io, handler(request, caller), [&](std::exception_ptr thrown, Response answer) {
        EXPECT_FALSE(thrown);
        response = std::move(answer);
    });
    io.run();
    return response;
}

TEST(Bind, makes_json_a_struct_and_back)
{
    Desk desk;
    auto response = run(bind<echo>(desk).handler, R"({"url":"t.me/x","quantity":"5"})");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"id":7,"url":"t.me/x","quantity":5})");
    EXPECT_EQ(desk.calls, 1);
}

TEST(Bind, answers_wrong_fields_itself)
{
    Desk desk;
    auto missing = run(bind<echo>(desk).handler, "{}");
    EXPECT_EQ(missing.status, 422);
    EXPECT_EQ(missing.body, R"({"message":"The url field is required.","errors":{"url":["The url field is required."]}})");
    auto unknown = run(bind<echo>(desk).handler, R"({"url":"x","colour":"red"})");
    EXPECT_EQ(unknown.status, 422);
    EXPECT_NE(unknown.body.find("colour"), std::string::npos);
    EXPECT_EQ(run(bind<echo>(desk).handler, "{").status, 400);
    EXPECT_EQ(desk.calls, 0);
}

TEST(Bind, overlooks_unknown_fields_where_the_struct_says_so)
{
    Desk desk;
    EXPECT_EQ(run(bind<lenient>(desk).handler, R"({"url":"x","colour":"red"})").body, R"({"who":"Ann","url":"x"})");
}

TEST(Bind, takes_what_the_function_asks_for)
{
    Desk desk;
    EXPECT_EQ(run(bind<without_input>(desk).handler, "not even json").body, "\"Ann\"");
    auto made = run(bind<created>(desk).handler, R"({"url":"x"})");
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.body, R"({"id":7,"url":"x","quantity":null})");
    EXPECT_EQ(made.headers, (std::vector<Header>{{"Location", "/orders/7"}}));
    EXPECT_EQ(run(bind<nothing>(desk).handler, "").status, 204);
    EXPECT_EQ(run(bind<page>(desk).handler, "text").body, "text");
    auto conflict = run(bind<refused>(desk).handler, "{}");
    EXPECT_EQ(conflict.status, 409);
    EXPECT_EQ(conflict.body, R"({"message":"Ann was faster."})");
}

struct Row {
    Code code;
    int status;
    std::string_view body;
};

TEST(Reply, has_laravels_shapes)
{
    const Row rows[] = {
        {Code::unauthenticated, 401, R"({"message":"Unauthenticated."})"},
        {Code::forbidden, 403, R"({"message":"This action is unauthorized."})"},
        {Code::not_found, 404, R"({"message":"Not Found"})"},
        {Code::conflict, 409, R"({"message":"Conflict"})"},
        {Code::limited, 429, R"({"message":"Too Many Attempts."})"},
        {Code::unavailable, 503, R"({"message":"Service Unavailable"})"},
        {Code::invalid, 422, R"({"message":"The given data was invalid.","errors":{}})"},
    };
    for (const auto& row : rows) {
        auto response = reply(Error{row.code, ""});
        EXPECT_EQ(response.status, row.status);
        EXPECT_EQ(response.body, row.body);
    }
    auto fields = json::invalid_fields({{"url", "One."}, {"url", "Two."}, {"quantity", "Three."}});
    EXPECT_EQ(reply(fields).body,
              R"j({"message":"One. (and 2 more errors)","errors":{"url":["One.","Two."],"quantity":["Three."]}})j");
    EXPECT_EQ(reply(Error{Code::unavailable, "", {}, 7}).headers, (std::vector<Header>{{"Retry-After", "7"}}));
    EXPECT_EQ(reply(Error{Code::failed, "detail"}).body.find("detail"), std::string::npos);
}

TEST(Caller, sees_only_their_sites)
{
    Caller caller;
    EXPECT_FALSE(caller.may_see(SiteId{1}));
    caller.sites = {{SiteId{1}, SiteId{2}}};
    EXPECT_TRUE(caller.may_see(SiteId{2}));
    EXPECT_FALSE(caller.may_see(SiteId{3}));
    caller.sites = std::nullopt;
    EXPECT_TRUE(caller.may_see(SiteId{3}));
}

}  // namespace
}  // namespace smg::http
