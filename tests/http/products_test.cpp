#include <fmt/core.h>
#include <gmock/gmock.h>

#include "http/installation.hpp"
#include "http/person.hpp"
#include "support/eventually.hpp"

namespace smg::test {
namespace {

class ShopProducts : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, ShopProducts, both_databases(), name_of);

/// An installation with a site whose shop is simulated.
struct Stocked {
    Stocked(On on, int products, const char* timeout_s = "20")
        : crm(on, {.settings = {{"shops.timeout_s", timeout_s}, {"shops.webhooks", "0"}}}),
          admin(crm.add_token("admin")),
          added(crm.result_of({"site", "add", "--url", "http://127.0.0.1:9", "--name", "Simulated", "--currency", "UAH",
                               "--allow-private"})),
          id(text_at(added, "id")),
          shop(text_at(added, "token"), {"--products", std::to_string(products)})
    {
        EXPECT_EQ(patch(crm.url("/api/v1/sites/" + id), admin, {{"url", shop.url()}}).status(), 200);
    }

    Reply list(const std::string& query = "") { return get(crm.url("/api/v1/products?site_id=" + id + query), admin); }
    std::string count(const std::string& query = "") { return list(query).text("meta.count"); }
    Reply begin() { return post(crm.url("/api/v1/sites/" + id + "/products/refresh"), admin, json::object()); }

    /// How a refresh ended that is begun now.
    Reply refresh()
    {
        EXPECT_EQ(begin().status(), 202);
        EXPECT_TRUE(eventually([&] { return list().text("meta.refresh.state") != "running"; }, std::chrono::minutes(2)));
        return list();
    }

    Installation crm;
    std::string admin;
    json::value added;
    std::string id;
    WordPress shop;
};

TEST_P(ShopProducts, ten_thousand_are_all_there)
{
    Stocked it(GetParam(), 10'000);
    auto done = it.refresh();
    EXPECT_EQ(done.text("meta.refresh.state"), "done");
    EXPECT_EQ(done.text("meta.refresh.done"), "10000");
    EXPECT_EQ(done.text("meta.count"), "10000");
    EXPECT_EQ(done.text("meta.refresh.complete"), "true");
    std::size_t seen = 0;
    for (std::string cursor; cursor != "null";) {
        auto page = it.list("&per_page=500" + (cursor.empty() ? "" : "&cursor=" + cursor));
        ASSERT_EQ(page.status(), 200) << page.http.body;
        seen += page.body.at("data").as_array().size();
        cursor = page.text("meta.next_cursor");
    }
    EXPECT_EQ(seen, 10'000U);
}

TEST_P(ShopProducts, a_look_begins_the_first_refresh_and_filters_narrow)
{
    Stocked it(GetParam(), 60);
    EXPECT_EQ(it.list().text("meta.refresh.state"), "running");
    EXPECT_TRUE(eventually([&] { return it.list().text("meta.refresh.state") == "done"; }));
    EXPECT_EQ(it.count(), "60");
    auto of = [&](const std::string& mapping) { return std::stoi(it.count("&mapping=" + mapping)); };
    EXPECT_EQ(of("mapped") + of("unmapped") + of("no_service"), 60);
    EXPECT_GT(of("unmapped"), 0);
    EXPECT_GT(of("no_service"), 0);
    EXPECT_EQ(it.count("&q=smg-105"), "1");
    EXPECT_EQ(it.list("&sort=price&per_page=0").status(), 422);
    EXPECT_EQ(it.list("&sort=nothing").status(), 422);
}

TEST_P(ShopProducts, are_shown_from_the_cache_while_they_are_read_anew)
{
    Stocked it(GetParam(), 60);
    it.refresh();
    it.shop.change({{"scenario", "silent"}});
    ASSERT_EQ(it.begin().text("data.state"), "running");
    auto meanwhile = it.list();
    EXPECT_EQ(meanwhile.text("meta.refresh.state"), "running");
    EXPECT_EQ(meanwhile.text("meta.count"), "60");
    EXPECT_EQ(it.begin().text("data.number"), meanwhile.text("meta.refresh.number")) << "the one that runs is joined";
}

TEST_P(ShopProducts, a_shop_that_misbehaves_changes_nothing_and_is_named)
{
    Stocked it(GetParam(), 60, "1");
    it.refresh();
    it.shop.change({{"products", 30}});
    const std::pair<const char*, const char*> cases[] = {{"html", "not_json"},
                                                         {"redirect", "redirected"},
                                                         {"silent", "slow"},
                                                         {"half_json", "cut_short"},
                                                         {"unauthorized", "unauthorized"},
                                                         {"no_plugin", "no_plugin"},
                                                         {"busy", "busy"},
                                                         {"error_page", "busy"}};
    for (const auto& [scenario, trouble] : cases) {
        it.shop.change({{"scenario", scenario}});
        auto ended = it.refresh();
        EXPECT_EQ(ended.text("meta.refresh.state"), "failed") << scenario;
        EXPECT_EQ(ended.text("meta.refresh.trouble"), trouble) << scenario;
        EXPECT_NE(ended.text("meta.refresh.ok_at"), "null") << scenario;
        EXPECT_EQ(ended.text("meta.count"), "60") << scenario;
    }
    it.shop.change({{"scenario", "notices"}});
    auto ended = it.refresh();
    EXPECT_EQ(ended.text("meta.refresh.state"), "done");
    EXPECT_EQ(ended.text("meta.count"), "30") << "what is gone there goes here, after a whole reading alone";
}

TEST_P(ShopProducts, of_a_site_that_one_does_not_see_are_not_there)
{
    Stocked it(GetParam(), 10);
    it.refresh();
    add_user(it.crm, "user@example.com", "user");
    auto person = signed_in(it.crm, "user@example.com");
    EXPECT_EQ(person.get("/api/v1/products?site_id=" + it.id).status(), 404);
    EXPECT_EQ(person.get("/api/v1/products/choices?site_id=" + it.id).status(), 404);
    EXPECT_EQ(person.send("POST", "/api/v1/sites/" + it.id + "/products/refresh", json::object()).status(), 404);
    auto all = person.get("/api/v1/products");
    EXPECT_EQ(all.text("meta.count"), "0");
    EXPECT_EQ(all.body.at("meta").at("refreshes").as_array().size(), 0U);
}

TEST_P(ShopProducts, go_into_a_file)
{
    Stocked it(GetParam(), 30);
    it.refresh();
    json::object asked{{"list", "products"},
                       {"format", "csv"},
                       {"filter", json::object{{"site_id", it.id}}},
                       {"language", "en"},
                       {"columns", json::array{}}};
    auto begun = post(it.crm.url("/api/v1/exports"), it.admin, asked);
    ASSERT_EQ(begun.status(), 202) << begun.http.body;
    auto path = it.crm.url("/api/v1/exports/" + begun.text("data.id") + "/file");
    ASSERT_TRUE(eventually([&] { return get(path, it.admin).status() == 200; }));
    auto file = get(path, it.admin).http.body;
    EXPECT_THAT(file, testing::HasSubstr("SMG-100"));
    EXPECT_THAT(file, testing::HasSubstr("Categories"));
}

}  // namespace
}  // namespace smg::test
