#include "suppliers/provider_api.hpp"

#include <gmock/gmock.h>

#include <fmt/core.h>

#include "http/router.hpp"
#include "suppliers/testing.hpp"

namespace smg::suppliers {
namespace {

using http::Method;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// The caller is the word in the header `as`.
Async<Result<http::Caller>> sign_in(const http::Request& request)
{
    http::Caller caller;
    caller.kind = http::Caller::Kind::person;
    caller.name = "Olena";
    caller.role = from_word<http::Role>(request.header("as")).value_or(http::Role::user);
    co_return caller;
}

struct Answer {
    int status = 0;
    json::value body;

    const json::value& data(std::string_view name) const { return body.at("data").at(name); }
};

class SuppliersApi : public Suppliers {
protected:
    Answer ask(Method method, const std::string& path, const json::object& body = {}, const std::string& as = "admin")
    {
        http::RateLimiter limiter{clock, {.per_second = 1000, .burst = 1000}};
        http::Metrics metrics;
        http::Router router(provider_routes(desk()), sign_in, limiter, metrics);
        http::Request request;
        request.method = method;
        request.path = path;
        request.headers = {{"as", as}, {"content-type", "application/json"}};
        if (!body.empty()) request.body = json::text_of(body);
        auto response = run(router.answer(std::move(request)));
        last_reply = response.body;
        auto parsed = json::parse(response.body);
        return {response.status, parsed ? *parsed : json::value()};
    }

    std::vector<std::string> audited()
    {
        return read([](db::Tx& tx) {
            std::vector<std::string> out;
            using Row = std::tuple<std::string, std::string, std::string, std::string, std::string>;
            for (auto& [kind, actor, action, subject, detail] : tx.query<Row>(
                     "SELECT actor_kind, actor, action, subject, COALESCE(detail, '') FROM audit_log ORDER BY id")) {
                EXPECT_EQ(kind + actor, "personOlena");
                out.push_back(action + " " + subject + (detail.empty() ? "" : ": " + detail));
            }
            return out;
        });
    }

    static json::object panel()
    {
        return {{"name", "Panel"}, {"api_url", "https://panel.example/api/v2"}, {"api_key", "0123456789abcdef-new"}};
    }

    std::string last_reply;
};
INSTANTIATE_TEST_SUITE_P(databases, SuppliersApi, db::both_databases(), db::dialect_name);

TEST_P(SuppliersApi, makes_a_supplier_and_shows_of_its_secrets_only_the_end_of_the_key)
{
    auto body = panel();
    body["password"] = "pass word";
    auto made = ask(Method::POST, "/api/v1/suppliers", body);
    ASSERT_EQ(made.status, 201) << last_reply;
    EXPECT_EQ(made.data("api_key").as_string(), "…-new");
    EXPECT_TRUE(made.data("has_password").as_bool());
    EXPECT_FALSE(made.body.at("data").as_object().contains("password"));
    EXPECT_GT(announcements(), 0);
    EXPECT_THAT(audited(), ElementsAre(HasSubstr("supplier.add supplier 1: Panel at https://panel.example/api/v2")));
    ask(Method::GET, "/api/v1/suppliers", {}, "manager");
    for (auto secret : {"0123456789", "pass word", "v1."}) {
        EXPECT_THAT(last_reply, Not(HasSubstr(secret)));
        EXPECT_THAT(audited()[0], Not(HasSubstr(secret)));
    }
    EXPECT_THAT(last_reply, HasSubstr("…-new"));
}

TEST_P(SuppliersApi, refuses_fields_that_it_does_not_know)
{
    auto body = panel();
    body["api_balance"] = "1000";
    EXPECT_EQ(ask(Method::POST, "/api/v1/suppliers", body).status, 422);
    EXPECT_THAT(last_reply, HasSubstr("api_balance"));
    auto id = add("1").id;
    EXPECT_EQ(ask(Method::PATCH, fmt::format("/api/v1/suppliers/{}", id.value), {{"paused_at", nullptr}}).status, 422);
    EXPECT_EQ(ask(Method::POST, "/api/v1/suppliers", {{"name", "x"}}).status, 422);
    EXPECT_THAT(last_reply, HasSubstr("api_key"));
    EXPECT_TRUE(audited().empty());
}

TEST_P(SuppliersApi, changes_what_is_named_and_writes_it_down)
{
    auto path = fmt::format("/api/v1/suppliers/{}", add("1").id.value);
    auto changed = ask(Method::PATCH, path, {{"trigger_price", "5"}, {"is_active", false}, {"flavor", "smartpanel"}});
    ASSERT_EQ(changed.status, 200) << last_reply;
    EXPECT_EQ(changed.data("trigger_price").as_string(), "5.00");
    EXPECT_FALSE(changed.data("is_active").as_bool());
    EXPECT_EQ(changed.data("name").as_string(), "Panel 1");
    ASSERT_EQ(ask(Method::PATCH, path, {{"trigger_price", nullptr}, {"api_key", "a-key-of-another-account"}}).status, 200);
    EXPECT_THAT(
        audited(),
        ElementsAre(R"(supplier.change supplier 1: flavor: "perfectpanel" -> "smartpanel"; is_active: true -> false; )"
                    R"(trigger_price: null -> "5.00")",
                    R"(supplier.change supplier 1: api_key replaced by …ount; trigger_price: "5.00" -> null)"));
    EXPECT_EQ(ask(Method::GET, "/api/v1/suppliers").body.at("data").as_array().size(), 1u);  // switched off, and shown
    EXPECT_EQ(ask(Method::PATCH, "/api/v1/suppliers/99", {{"name", "x"}}).status, 404);
    EXPECT_EQ(ask(Method::PATCH, path, {{"flavor", "sweet"}}).status, 422);
    EXPECT_THAT(last_reply, HasSubstr("perfectpanel, smartpanel"));
}

TEST_P(SuppliersApi, is_for_admins)
{
    auto path = fmt::format("/api/v1/suppliers/{}", add("1").id.value);
    EXPECT_EQ(ask(Method::POST, "/api/v1/suppliers", panel(), "manager").status, 403);
    EXPECT_EQ(ask(Method::PATCH, path, {{"name", "x"}}, "manager").status, 403);
    EXPECT_EQ(ask(Method::POST, path + "/test", {}, "manager").status, 403);
    EXPECT_EQ(ask(Method::GET, path + "/services", {}, "user").status, 403);
    EXPECT_EQ(ask(Method::GET, "/api/v1/supplier-mappings", {}, "user").status, 403);
    EXPECT_EQ(ask(Method::GET, "/api/v1/supplier-mappings", {}, "manager").status, 200) << "who decides names suppliers";
    EXPECT_EQ(ask(Method::POST, "/api/v1/supplier-mappings", {}, "manager").status, 403);
    EXPECT_EQ(ask(Method::DELETE, "/api/v1/supplier-mappings/1", {}, "manager").status, 403);
}

TEST_P(SuppliersApi, maps_supplier_ids)
{
    auto id = add("1").id;
    auto told = announcements();
    auto made = ask(Method::POST, "/api/v1/supplier-mappings", {{"supplier_id", "shop"}, {"provider_id", id.value}});
    ASSERT_EQ(made.status, 201) << last_reply;
    EXPECT_EQ(made.data("priority").as_int64(), 1);
    EXPECT_EQ(made.data("provider_name").as_string(), "Panel 1");
    EXPECT_GT(announcements(), told);
    EXPECT_EQ(ask(Method::GET, "/api/v1/supplier-mappings").body.at("data").as_array().size(), 2u);
    EXPECT_EQ(ask(Method::POST, "/api/v1/supplier-mappings", {{"supplier_id", "shop"}, {"provider_id", id.value}}).status,
              409);
    auto path = fmt::format("/api/v1/supplier-mappings/{}", made.data("id").as_int64());
    EXPECT_EQ(ask(Method::DELETE, path).status, 204);
    EXPECT_EQ(ask(Method::DELETE, path).status, 404);
    EXPECT_THAT(audited(), ElementsAre("supplier.map supplier 1: supplier id shop, priority 1",
                                       "supplier.unmap supplier 1: supplier id shop, priority 1"));
}

TEST_P(SuppliersApi, a_pause_and_a_release_are_written_down_once)
{
    auto path = fmt::format("/api/v1/suppliers/{}/lane", add("1").id.value);
    for (bool paused : {true, true, false, false}) EXPECT_EQ(ask(Method::POST, path, {{"paused", paused}}).status, 200);
    EXPECT_THAT(audited(), ElementsAre("supplier.pause supplier 1: by Olena", "supplier.release supplier 1"));
}

TEST_P(SuppliersApi, shows_the_circuit_of_each_supplier)
{
    auto id = add("1").id;
    auto circuit = [&](const std::string& member) {
        return json::text_of(ask(Method::GET, "/api/v1/suppliers").body.at("data").at(0).at("circuit").at(member));
    };
    EXPECT_EQ(circuit("state"), R"("closed")");
    EXPECT_EQ(circuit("since"), "null");
    for (int i = 0; i < 5; ++i) traffic.circuits.failed(id, "Connection refused");
    EXPECT_EQ(circuit("state"), R"("open")");
    EXPECT_EQ(circuit("since"), R"("2026-11-22T17:00:00.000Z")");
    EXPECT_EQ(circuit("reason"), R"("Connection refused")");
    auto services = ask(Method::GET, fmt::format("/api/v1/suppliers/{}/services", id.value));
    EXPECT_EQ(services.status, 503);
}

TEST_P(SuppliersApi, a_limit_of_orders_a_second_can_be_set_and_taken_away)
{
    auto path = fmt::format("/api/v1/suppliers/{}", add("1").id.value);
    EXPECT_EQ(ask(Method::GET, "/api/v1/suppliers").body.at("data").at(0).at("sends_per_second").as_int64(), 0);
    EXPECT_EQ(ask(Method::PATCH, path, {{"sends_per_second", 20}}).data("sends_per_second").as_int64(), 20);
    EXPECT_EQ(ask(Method::PATCH, path, {{"sends_per_second", 0}}).data("sends_per_second").as_int64(), 0);
}

struct Found {
    const char* body;
    const char* status;
    bool works;
    const char* reason;
};

TEST_P(SuppliersApi, a_test_tells_what_it_found_and_nothing_of_the_reply)
{
    const Found rows[] = {
        {R"({"balance":"4.5","currency":"USD"})", "200 OK", true, "none"},
        {R"({"error":"Invalid API key"})", "200 OK", false, "bad_key"},
        {R"({"error":"Your account has been suspended."})", "200 OK", false, "account_suspended"},
        {R"({"error":"ip_not_allowed"})", "403 No", false, "not_allowed"},
        {R"({"error":"private inner words"})", "200 OK", false, "not_understood"},
        {R"({"status":"error","message":"Too many requests, private inner words"})", "200 OK", false, "rate_limit"},
        {"<html>private inner words</html>", "200 OK", false, "not_understood"},
        {"private inner words", "503 Away", false, "unreachable"},
    };
    for (const auto& row : rows) {
        TestServer panel(says(row.body, row.status));
        auto id = add(fmt::format("{}", panel.port()), panel.url("/api/v2")).id;
        auto found = ask(Method::POST, fmt::format("/api/v1/suppliers/{}/test", id.value));
        ASSERT_EQ(found.status, 200) << last_reply;
        EXPECT_EQ(found.data("works").as_bool(), row.works) << row.body;
        EXPECT_EQ(found.data("reason").as_string(), row.reason) << row.body;
        EXPECT_THAT(last_reply, Not(HasSubstr("inner")));
        EXPECT_EQ(panel.requests().size(), 1u);
    }
    EXPECT_EQ(ask(Method::POST, "/api/v1/suppliers/99/test").status, 404);
}

TEST_P(SuppliersApi, shows_what_a_supplier_offers_now)
{
    TestServer panel(says(R"([{"service":1,"name":"Followers","rate":"0.90","min":"50","desc":"long"},{"name":"broken"}])"));
    auto path = fmt::format("/api/v1/suppliers/{}/services", add("1", panel.url("/api/v2")).id.value);
    auto offered = ask(Method::GET, path, {}, "manager");
    ASSERT_EQ(offered.status, 200) << last_reply;
    ASSERT_EQ(offered.body.at("data").as_array().size(), 1u);
    EXPECT_EQ(offered.body.at("data").at(0).at("rate").as_string(), "0.90");
    EXPECT_FALSE(offered.body.at("data").at(0).as_object().contains("description"));
    EXPECT_EQ(offered.body.at("meta").at("unreadable").as_int64(), 1);
}

TEST_P(SuppliersApi, never_signs_a_person_out_because_a_supplier_refuses)
{
    for (auto body : {R"({"error":"Invalid API key"})", R"({"error":"Too many requests"})", R"({"error":"x"})"}) {
        TestServer panel(says(body));
        auto id = add(fmt::format("{}", panel.port()), panel.url("/api/v2")).id;
        EXPECT_EQ(ask(Method::GET, fmt::format("/api/v1/suppliers/{}/services", id.value)).status, 503) << last_reply;
    }
}

TEST_P(SuppliersApi, remembers_what_a_reply_text_means)
{
    EXPECT_EQ(ask(Method::POST, "/api/v1/suppliers/reply-texts", {{"text", "Asleep"}, {"reason", "maintenance"}}).status,
              204);
    EXPECT_EQ(ask(Method::POST, "/api/v1/suppliers/reply-texts", {{"text", " "}, {"reason", "maintenance"}}).status, 422);
    EXPECT_EQ(ask(Method::POST, "/api/v1/suppliers/reply-texts", {{"text", "Asleep"}, {"reason", "none"}}).status, 422);
    EXPECT_THAT(audited(), ElementsAre("supplier.reply_text reply texts: maintenance: Asleep"));
    EXPECT_EQ(announcements(), 1);
}

}  // namespace
}  // namespace smg::suppliers
