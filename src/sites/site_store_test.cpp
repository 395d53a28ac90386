#include "sites/site_store.hpp"

#include <gtest/gtest.h>

#include "db/testing.hpp"

namespace smg::sites {
namespace {

const Time now = *from_stored("2026-11-22 17:00:00.000");

class SiteStore : public db::OnBothDatabases {
protected:
    Result<Site> add(const NewSite& site)
    {
        return db().write_now([&](db::Tx& tx) { return add_site(tx, now, site); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, SiteStore, db::both_databases(), db::dialect_name);

TEST_P(SiteStore, keeps_a_shop_with_a_tidy_address)
{
    auto site = add({" https://shop.example/ua// ", " Крамниця ", "USD", true});
    ASSERT_TRUE(site) << site.error().message;
    EXPECT_EQ(site->url, "https://shop.example/ua");
    EXPECT_EQ(site->name, "Крамниця");
    EXPECT_EQ(site->time_zone, "Europe/Kyiv");
    EXPECT_TRUE(site->allow_private && site->is_active);
    auto found = db().read_now([&](db::Tx& tx) { return find_site(tx, site->id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->url, site->url);
    EXPECT_EQ(found->currency_id, site->currency_id);
    EXPECT_FALSE(db().read_now([&](db::Tx& tx) { return find_site(tx, SiteId{site->id.value + 1}); }));
}

TEST_P(SiteStore, knows_each_address_once)
{
    ASSERT_TRUE(add({"https://shop.example", "Shop", "UAH"}));
    auto twin = add({"https://shop.example/", "Other", "UAH"});
    ASSERT_FALSE(twin);
    EXPECT_EQ(twin.error().code, Code::conflict);
    EXPECT_TRUE(add({"https://shop.example/en", "Other", "UAH"}));
}

TEST_P(SiteStore, names_the_field_that_is_wrong)
{
    struct Row {
        NewSite site;
        std::string field;
    };
    const std::string long_name(256, 'x');
    const std::vector<Row> rows{
        {{"", "Shop", "UAH"}, "url"},
        {{"shop.example", "Shop", "UAH"}, "url"},
        {{"ftp://shop.example", "Shop", "UAH"}, "url"},
        {{"https://user:password@shop.example", "Shop", "UAH"}, "url"},
        {{"https://shop.example/" + long_name, "Shop", "UAH"}, "url"},
        {{"https://shop.example", "  ", "UAH"}, "name"},
        {{"https://shop.example", long_name, "UAH"}, "name"},
        {{"https://shop.example", "\xFF", "UAH"}, "name"},
        {{"https://shop.example", "Shop", "XTS"}, "currency"},
        {{"https://shop.example", "Shop", ""}, "currency"},
        {{"https://shop.example", "Shop", "uah"}, "currency"},
    };
    for (const auto& [site, field] : rows) {
        auto refused = add(site);
        ASSERT_FALSE(refused) << site.url << " " << site.name;
        EXPECT_EQ(refused.error().code, Code::invalid);
        ASSERT_EQ(refused.error().fields.size(), 1u);
        EXPECT_EQ(refused.error().fields[0].field, field);
    }
    EXPECT_TRUE(add({"https://shop.example", std::string(255, 'x'), "UAH"}));
}

}  // namespace
}  // namespace smg::sites
