#include "http/router.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <stdexcept>

#include "http/bind.hpp"

namespace smg::http {
namespace {

// The caller comes from the test's header `as`: admin, manager, user, site, nobody; anything else is not signed in.
Async<Result<Caller>> sign_in(const Request& request)
{
    auto as = request.header("as");
    Caller caller;
    caller.name = as;
    caller.token = request.header("token").empty() ? 0 : 5;
    if (as == "nobody") co_return caller;
    if (as == "site") {
        caller.kind = Caller::Kind::site;
        caller.site = SiteId{3};
        co_return caller;
    }
    caller.kind = Caller::Kind::person;
    if (as == "admin") caller.role = Role::admin;
    else if (as == "manager") caller.role = Role::manager;
    else if (as != "user") co_return fail(Code::unauthenticated, "wrong password");
    co_return caller;
}

Async<Response> say(std::string text) { co_return message_reply(200, text); }

Handler says(std::string text)
{
    return [text](const Request& request, const Caller&) {
        std::string values;
        for (const auto& [name, value] : request.path_values) values += " " + name + "=" + value;
        return say(text + values);
    };
}

Async<Response> throws(const Request&, const Caller&)
{
    throw std::runtime_error("secret detail");
    co_return Response{};
}

struct TestRouter {
    ManualClock clock{Time{std::chrono::hours(24 * 20'000)}};
    RateLimiter limiter{clock, {.per_second = 10, .burst = 2}};
    Metrics metrics;
    Router router;

    explicit TestRouter(Routes routes, Crash crash = crashed)
        : router(std::move(routes), sign_in, limiter, metrics, std::move(crash))
    {
    }

    Response ask(Method method, std::string path, std::vector<Header> headers = {}, bool local = false)
    {
        Request request;
        request.method = method;
        request.path = std::move(path);
        request.headers = std::move(headers);
        request.local = local;
        boost::asio::io_context io;
        Response response;
        boost::asio::co_spawn(io, router.answer(std::move(request)), [&](std::exception_ptr thrown, Response answer) {
            EXPECT_FALSE(thrown);
            response = std::move(answer);
        });
        io.run();
        return response;
    }
};

std::string header(const Response& response, std::string_view name)
{
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return "";
}

constexpr auto told = unlisted("A row of the test");

Routes table()
{
    return {
        {Method::GET, "/", Access::anyone, says("home"), told},
        {Method::GET, "/orders", Access::anyone, says("list"), told},
        {Method::POST, "/orders", Access::anyone, says("create"), told},
        {Method::GET, "/orders/{id}", Access::anyone, says("one"), told},
        {Method::DELETE, "/orders/{order}", Access::anyone, says("delete"), told},
        {Method::GET, "/orders/open", Access::anyone, says("open"), told},
        {Method::GET, "/orders/{id}/notes/{note}", Access::anyone, says("note"), told},
        {Method::GET, "/orders/{id}/notes/last", Access::anyone, says("last"), told},
        {Method::GET, "/site", Access::site, says("site"), told},
        {Method::GET, "/any", Access::site_or_user, says("any"), told},
        {Method::GET, "/user", Access::user, says("user"), told},
        {Method::GET, "/manager", Access::manager, says("manager"), told},
        {Method::GET, "/admin", Access::admin, says("admin"), told},
        {Method::GET, "/metrics", Access::loopback_or_admin, says("metrics"), told},
        {Method::GET, "/throws", Access::anyone, throws, told},
    };
}

TEST(Router, finds_the_row)
{
    TestRouter test(table());
    struct {
        Method method;
        const char* path;
        const char* body;
    } rows[] = {
        {Method::GET, "/", R"({"message":"home"})"},
        {Method::GET, "/orders", R"({"message":"list"})"},
        {Method::GET, "/orders/", R"({"message":"list"})"},
        {Method::HEAD, "/orders", R"({"message":"list"})"},
        {Method::POST, "/orders", R"({"message":"create"})"},
        {Method::GET, "/orders/12", R"({"message":"one id=12"})"},
        {Method::GET, "/orders/12/", R"({"message":"one id=12"})"},
        {Method::GET, "/orders/open", R"({"message":"open"})"},
        {Method::DELETE, "/orders/a b", R"({"message":"delete order=a b"})"},
        {Method::GET, "/orders/1/notes/2", R"({"message":"note id=1 note=2"})"},
        {Method::GET, "/orders/1/notes/last", R"({"message":"last id=1"})"},
    };
    for (const auto& row : rows) EXPECT_EQ(test.ask(row.method, row.path).body, row.body) << row.path;
    for (auto path :
         {"/order", "/orders//", "//orders", "/orders/1/2", "/orders/1/notes", "/ORDERS", "/orders/{id}/x", "//"}) {
        auto response = test.ask(Method::GET, path);
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_EQ(response.body, R"({"message":"Not Found"})");
    }
}

TEST(Router, names_the_methods_of_a_path)
{
    TestRouter test(table());
    auto wrong = test.ask(Method::PUT, "/orders");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(header(wrong, "Allow"), "GET, HEAD, POST, OPTIONS");
    auto options = test.ask(Method::OPTIONS, "/orders/7");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(header(options, "Allow"), "GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(test.ask(Method::OPTIONS, "*").status, 204);
    EXPECT_EQ(test.ask(Method::DELETE, "/orders/open").status, 405) << "a literal path hides the pattern that would fit";
}

TEST(Router, lets_in_whom_the_row_allows)
{
    TestRouter test(table());
    struct {
        const char *path, *nobody, *site, *user, *manager, *admin;
    } rows[] = {
        {"/orders", "200", "200", "200", "200", "200"},  {"/site", "401", "200", "403", "403", "403"},
        {"/any", "401", "200", "200", "200", "200"},     {"/user", "401", "403", "200", "200", "200"},
        {"/manager", "401", "403", "403", "200", "200"}, {"/admin", "401", "403", "403", "403", "200"},
        {"/metrics", "401", "403", "403", "403", "200"},
    };
    for (const auto& row : rows) {
        auto as = [&](std::string who) { return std::to_string(test.ask(Method::GET, row.path, {{"as", who}}).status); };
        EXPECT_EQ(as("nobody"), row.nobody) << row.path;
        EXPECT_EQ(as("site"), row.site) << row.path;
        EXPECT_EQ(as("user"), row.user) << row.path;
        EXPECT_EQ(as("manager"), row.manager) << row.path;
        EXPECT_EQ(as("admin"), row.admin) << row.path;
    }
    EXPECT_EQ(test.ask(Method::GET, "/metrics", {}, true).status, 200);
    EXPECT_EQ(test.ask(Method::GET, "/admin", {}, true).body, R"({"message":"Unauthenticated."})");
}

TEST(Router, limits_each_token)
{
    TestRouter test(table());
    std::vector<Header> token{{"as", "site"}, {"token", "yes"}};
    EXPECT_EQ(header(test.ask(Method::GET, "/site", token), "X-RateLimit-Remaining"), "1");
    EXPECT_EQ(test.ask(Method::GET, "/site", token).status, 200);
    auto refused = test.ask(Method::GET, "/site", token);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.body, R"({"message":"Too Many Attempts."})");
    EXPECT_EQ(header(refused, "Retry-After"), "1");
    EXPECT_EQ(header(refused, "X-RateLimit-Limit"), "2");
    EXPECT_EQ(header(refused, "X-RateLimit-Remaining"), "0");
    EXPECT_EQ(test.ask(Method::GET, "/site", {{"as", "site"}}).status, 200) << "a session has no token";
}

TEST(Router, hides_what_was_thrown)
{
    TestRouter test(table());
    auto response = test.ask(Method::GET, "/throws");
    EXPECT_EQ(response.status, 500);
    EXPECT_TRUE(response.body.starts_with(R"({"message":"Server Error","id":")")) << response.body;
    EXPECT_EQ(response.body.find("secret"), std::string::npos);

    TestRouter own(table(), [](std::exception_ptr) { return message_reply(503, "later"); });
    EXPECT_EQ(own.ask(Method::GET, "/throws").status, 503);
}

TEST(Router, refuses_a_table_with_the_same_row_twice)
{
    auto twice = [](std::string_view a, std::string_view b) {
        TestRouter({{Method::GET, a, Access::anyone, says(""), told}, {Method::GET, b, Access::anyone, says(""), told}});
    };
    EXPECT_THROW(twice("/a", "/a"), std::logic_error);
    EXPECT_THROW(twice("/a/{id}", "/a/{order}"), std::logic_error);
    EXPECT_NO_THROW(twice("/a/{id}", "/a/id"));
}

TEST(Router, counts_requests_by_pattern_only)
{
    TestRouter test(table());
    for (int i = 0; i < 3; ++i) test.ask(Method::GET, "/orders/" + std::to_string(i));
    test.ask(Method::GET, "/secret-path");
    auto text = test.metrics.text();
    EXPECT_NE(text.find(R"(http_requests_total{method="GET",route="/orders/{id}",status="200"} 3)"), std::string::npos)
        << text;
    EXPECT_NE(text.find(R"(http_requests_total{method="GET",route="unmatched",status="404"} 1)"), std::string::npos);
    EXPECT_NE(text.find(R"(http_request_seconds_count{route="/orders/{id}"} 3)"), std::string::npos);
    EXPECT_EQ(text.find("secret-path"), std::string::npos);
}

TEST(Router, describes_its_table)
{
    TestRouter test({{Method::GET, "/orders/{id}", Access::site_or_user, says(""), told}});
    EXPECT_EQ(test.router.describe(), "GET     /orders/{id}  site_or_user\n");
    EXPECT_EQ(test.router.rows().size(), 1u);
}

TEST(Metrics, keeps_counters_gauges_and_histograms)
{
    Metrics metrics;
    metrics.counter("orders_total", "Orders.", {{"phase", "executing"}}).add(2);
    metrics.counter("orders_total", "Orders.", {{"phase", "executing"}}).add();
    metrics.gauge("queue", "Waiting.").set(7);
    metrics.histogram("call_seconds", "Calls.", {0.1, 1}).observe(0.5);
    auto text = metrics.text();
    EXPECT_NE(text.find("orders_total{phase=\"executing\"} 3"), std::string::npos) << text;
    EXPECT_NE(text.find("queue 7"), std::string::npos);
    EXPECT_NE(text.find("call_seconds_bucket{le=\"1\"} 1"), std::string::npos);
}

}  // namespace
}  // namespace smg::http
