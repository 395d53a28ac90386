#include "app/shops.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "db/testing.hpp"
#include "notices/notice_store.hpp"

namespace smg {
namespace {

using notices::Kind;

class ShopNotices : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        site = *db().write_now(
            [&](db::Tx& tx) { return sites::add_site(tx, clock.now(), {"https://shop.example", "Shop", "UAH"}); });
        settings.emplace(db(), master);
    }

    /// A look at the shop found so many refused orders, and its oldest one waiting for so long.
    void looked(std::int64_t failed, std::int64_t oldest_s = 0)
    {
        sites::Health health{.site_id = site.id};
        health.outbox_failed = failed;
        health.outbox_oldest_s = oldest_s;
        db().write_now([&](db::Tx& tx) -> Result<void> {
            after_check(clock, *settings, master)(tx, site, health, {});
            return {};
        });
        clock.advance(std::chrono::minutes(5));
    }

    std::vector<notices::Notice> told()
    {
        auto all = db().read_now([](db::Tx& tx) { return notices::list_notices(tx, 50); });
        std::erase_if(all, [](const auto& one) { return one.kind != Kind::shop_stuck; });
        return all;
    }

    void see_all()
    {
        for (const auto& one : told())
            db().write_now([&](db::Tx& tx) { return Result<bool>(notices::mark_seen(tx, clock.now(), one.id, "Olena")); });
    }

    ManualClock clock{*parse_date("2026-11-29T06:00:00Z", "UTC")};
    MasterKey master = MasterKey::random();
    sites::Site site;
    std::optional<settings::Settings> settings;
};
INSTANTIATE_TEST_SUITE_P(databases, ShopNotices, db::both_databases(), db::dialect_name);

TEST_P(ShopNotices, of_what_is_over_are_taken_back_and_of_what_comes_again_are_new)
{
    looked(0);
    EXPECT_TRUE(told().empty()) << "control";
    looked(1);
    looked(1);
    ASSERT_EQ(told().size(), 1U);
    EXPECT_FALSE(told().front().seen_at);
    looked(0);
    EXPECT_TRUE(told().front().seen_at);
    looked(0, 899);
    EXPECT_EQ(told().size(), 1U);
    looked(0, 900);
    EXPECT_EQ(told().size(), 2U) << "on the same day";
    EXPECT_FALSE(told().front().seen_at);
}

TEST_P(ShopNotices, are_not_raised_again_for_what_a_person_knows)
{
    looked(1);
    see_all();
    looked(1);
    EXPECT_EQ(told().size(), 1U);
    looked(2);
    EXPECT_EQ(told().size(), 2U) << "one more was refused";
    see_all();
    clock.advance(std::chrono::days(1));
    looked(2);
    EXPECT_EQ(told().size(), 3U) << "a day later it still is so";
}

}  // namespace
}  // namespace smg
