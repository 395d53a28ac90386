// Who may do what: every route of the running program, asked for by everybody.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "http/person.hpp"

namespace smg::test {
namespace {

struct Row {
    std::string method, path, access;
};

std::vector<Row> route_table(Installation& crm)
{
    std::istringstream table(crm.command({"routes"}).out);
    std::vector<Row> rows;
    for (Row row; table >> row.method >> row.path >> row.access;) rows.push_back(row);
    return rows;
}

/// Two sites with an order each; people who may see the first alone.
class Matrix : public testing::Test {
protected:
    Matrix()
    {
        own_order = crm.order(order_of("1", {{"client_email", "x@mailinator.com"}}));
        foreign_shop = crm.add_site("https://foreign.example");
        auto reply =
            post(crm.url("/api/v1/createOrder"), foreign_shop, order_of("2", {{"client_email", "y@mailinator.com"}}));
        foreign_order = reply.number("order_id");
        add_user(crm, "admin@ukr.net", "admin");
        admin = std::make_unique<Person>(signed_in(crm, "admin@ukr.net"));
        for (const std::string role : {"user", "manager"}) {
            auto id = add_user(crm, role + "@ukr.net", role);
            auto given =
                admin->send("PATCH", fmt::format("/api/v1/users/{}", id), json::object{{"site_ids", json::array{1}}});
            EXPECT_EQ(given.status(), 200) << given.http.body;
        }
        user = std::make_unique<Person>(signed_in(crm, "user@ukr.net"));
        manager = std::make_unique<Person>(signed_in(crm, "manager@ukr.net"));
    }

    // What everybody together can change, as an administrator sees it.
    std::string everything()
    {
        std::string all;
        for (auto path : {"orders", "site-groups", "order-statuses", "currencies", "settings", "supplier-mappings",
                          "email-rules", "jobs/dead"})
            all += admin->get(fmt::format("/api/v1/{}", path)).http.body + "\n";
        // When somebody was last seen, or a supplier or a shop last answered, is no change.
        for (const auto& site : admin->get("/api/v1/sites").list("data"))
            for (auto field :
                 {"name", "url", "currency_id", "site_group_id", "time_zone", "allow_private", "is_active", "icon_url"})
                all += text_at(site, field) + " ";
        for (const auto& person : admin->get("/api/v1/users").list("data"))
            for (auto field : {"email", "name", "role", "is_active", "site_ids"}) all += text_at(person, field) + " ";
        for (const auto& supplier : admin->get("/api/v1/suppliers").list("data"))
            for (auto field : {"name", "api_url", "api_key", "paused_at", "is_active"})
                all += text_at(supplier, field) + " ";
        for (auto id : {own_order, foreign_order}) all += admin->get(fmt::format("/api/v1/orders/{}", id)).http.body;
        return all;
    }

    std::string filled(std::string path, std::int64_t order)
    {
        auto put = [&](std::string_view name, const std::string& value) {
            if (auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
        };
        put("{id}", path.starts_with("/api/v1/orders/") ? std::to_string(order) : "1");
        put("{token_id}", "1");
        put("{name}", "orders");
        return path;
    }

    Installation crm{On::sqlite};
    std::string foreign_shop;
    std::int64_t own_order = 0, foreign_order = 0;
    std::unique_ptr<Person> admin, user, manager;
};

using Ask = std::function<Reply(const std::string& method, const std::string& path)>;

TEST_F(Matrix, every_route_lets_in_whom_its_policy_names_and_nobody_else)
{
    auto shop = [&](const std::string& method, const std::string& path) {
        auto headers = bearer(crm.shop());
        headers.emplace_back("Content-Type", "application/json");
        return read(http_call(method, crm.url(path), headers, method == "GET" ? "" : "{}"));
    };
    auto by = [](Person& person) {
        return [&person](const std::string& method, const std::string& path) {
            return person.send(method, path, method == "GET" ? json::value(nullptr) : json::value(json::object{}));
        };
    };
    Person stranger(crm);
    const std::map<std::string, std::pair<Ask, std::set<std::string>>> people = {
        {"nobody", {by(stranger), {"anyone", "loopback_or_admin"}}},
        {"a shop", {shop, {"anyone", "loopback_or_admin", "site", "site_or_user"}}},
        {"a user", {by(*user), {"anyone", "loopback_or_admin", "site_or_user", "user"}}},
        {"a manager", {by(*manager), {"anyone", "loopback_or_admin", "site_or_user", "user", "manager"}}},
    };
    auto rows = route_table(crm);
    ASSERT_GT(rows.size(), 60u);
    for (const auto& row : rows) {
        if (row.path == "/api/v1/session" && row.method == "DELETE") continue;  // would sign the asker out
        if (row.path.starts_with("/api/v1/me/sessions") && row.method == "DELETE") continue;
        for (const auto& [who, asked] : people) {
            const auto& [ask, allowed] = asked;
            if (allowed.contains(row.access)) continue;
            auto before = everything();
            auto reply = ask(row.method, filled(row.path, own_order));
            EXPECT_EQ(reply.status(), who == "nobody" ? 401 : 403) << who << ": " << row.method << " " << row.path;
            EXPECT_TRUE(everything() == before) << who << ": " << row.method << " " << row.path;
        }
        for (const auto& [who, asked] : people) {
            const auto& [ask, allowed] = asked;
            if (!allowed.contains(row.access) || row.method != "GET") continue;
            auto status = ask(row.method, filled(row.path, own_order)).status();
            EXPECT_TRUE(status != 401 && status != 403) << who << ": " << row.method << " " << row.path << " " << status;
            EXPECT_LT(status, 500) << who << ": " << row.method << " " << row.path;
        }
    }
}

TEST_F(Matrix, an_order_of_a_foreign_site_is_not_there_for_anybody_but_administrators)
{
    for (const auto& row : route_table(crm)) {
        if (!row.path.starts_with("/api/v1/orders/{id}")) continue;
        auto path = filled(row.path, foreign_order);
        json::value body = row.method == "GET"
                               ? json::value(nullptr)
                               : json::value(json::object{{"kind", "approve"}, {"version", 1}, {"text", "x"}});
        if (row.method == "PATCH") body = json::object{{"version", 1}, {"notes", "x"}};
        if (row.path.ends_with("/notes")) body = json::object{{"text", "x"}};
        if (row.path.ends_with("/decisions")) body = json::object{{"kind", "approve"}, {"version", 1}};
        auto before = everything();
        EXPECT_EQ(manager->send(row.method, path, body).status(), 404) << row.method << " " << path;
        auto status = user->send(row.method, path, body).status();
        EXPECT_EQ(status, row.access == "manager" ? 403 : 404) << row.method << " " << path;
        EXPECT_TRUE(everything() == before) << row.method << " " << path;
    }
    EXPECT_EQ(admin->get(fmt::format("/api/v1/orders/{}", foreign_order)).status(), 200);
}

TEST_F(Matrix, lists_hold_nothing_of_a_foreign_site)
{
    for (auto* person : {user.get(), manager.get()}) {
        EXPECT_EQ(person->get("/api/v1/orders").list("data").size(), 1u);
        EXPECT_EQ(person->get("/api/v1/orders?site_id=2").list("data").size(), 0u);
        EXPECT_EQ(person->get("/api/v1/orders?q=2").list("data").size(), 0u);
        EXPECT_EQ(person->get("/api/v1/orders/counts").text("data.needs_decision"), "1");
        EXPECT_EQ(person->get("/api/v1/sites").list("data").size(), 1u);
    }
    auto batch = manager->send("POST", "/api/v1/order-batches",
                               json::object{{"kind", "approve"}, {"ids", json::array{foreign_order}}, {"preview", true}});
    EXPECT_EQ(batch.number("data.matching"), 0);
}

TEST_F(Matrix, no_answer_has_a_word_of_a_foreign_order)
{
    auto has_it = [](Person& person, const std::string& path) {
        const auto body = person.get(path).http.body;
        return body.contains("y@mailinator.com") || body.contains("foreign.example");
    };
    std::set<std::string> told;
    for (const auto& row : route_table(crm)) {
        if (row.method != "GET") continue;
        auto path = filled(row.path, own_order);
        for (auto* person : {user.get(), manager.get()}) EXPECT_FALSE(has_it(*person, path)) << path;
        if (has_it(*admin, path)) told.insert(path);
    }
    EXPECT_THAT(told, testing::IsSupersetOf({"/api/v1/orders", "/api/v1/sites", "/api/v1/notices"})) << "the control";
}

TEST_F(Matrix, a_notice_of_a_foreign_site_cannot_be_marked_as_seen)
{
    auto seen = [&](Person& person, std::int64_t order) {
        for (const auto& notice : admin->get("/api/v1/notices").list("data"))
            if (text_at(notice, "order_id") == std::to_string(order))
                return person.send("POST", fmt::format("/api/v1/notices/{}/seen", text_at(notice, "id")), json::object{})
                    .status();
        return 0;
    };
    EXPECT_EQ(seen(*manager, foreign_order), 404);
    EXPECT_EQ(seen(*manager, own_order), 204);
    EXPECT_EQ(seen(*admin, foreign_order), 204);
}

// What a person with the role `user` must not learn: what an order cost.
TEST_F(Matrix, a_user_sees_no_cost_and_no_profit)
{
    auto approve = json::object{{"kind", "approve"}, {"version", 1}};
    ASSERT_EQ(admin->send("POST", fmt::format("/api/v1/orders/{}/decisions", own_order), approve).status(), 200);
    ASSERT_TRUE(crm.becomes(own_order, "completed"));
    auto path = fmt::format("/api/v1/orders/{}", own_order);
    EXPECT_TRUE(manager->get(path).http.body.contains("provider_price"));
    for (auto& body : {user->get(path).http.body, user->get("/api/v1/orders").http.body})
        for (auto word : {"provider_price", "\"cost\"", "\"profit\"", "attempts", "evidence", "\"reply\""})
            EXPECT_FALSE(body.contains(word)) << word;
}

// The control: with a token of the command line, which sees all sites, the same questions are answered.
TEST_F(Matrix, control_the_foreign_order_is_there)
{
    EXPECT_EQ(crm.order(foreign_order).status(), 200);
    EXPECT_EQ(crm.get("/api/v1/orders").list("data").size(), 2u);
}

}  // namespace
}  // namespace smg::test
