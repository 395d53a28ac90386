#include "users/access.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"

namespace smg::users {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::int64_t> numbers(const std::vector<SiteId>& sites)
{
    std::vector<std::int64_t> out;
    for (auto site : sites) out.push_back(site.value);
    return out;
}

TEST(ManagedSites, are_read_as_the_earlier_system_may_have_written_them)
{
    EXPECT_THAT(numbers(managed_sites("[1,\"5\"]")), ElementsAre(1, 5));
    EXPECT_THAT(numbers(managed_sites("1, 5")), ElementsAre(1, 5));
    EXPECT_THAT(numbers(managed_sites("7")), ElementsAre(7));
    EXPECT_THAT(numbers(managed_sites("a:2:{i:0;i:1;i:1;s:1:\"5\";}")), ElementsAre(1, 5));
}

TEST(ManagedSites, that_cannot_be_read_give_no_right)
{
    for (auto text : {"", "null", "[", "{\"1\":2}", "all", "1;2", "-1", "a:2:{i:0;i:1;}", "a:1:{i:0;O:3:\"Foo\":0:{}}",
                      "a:1:{i:0;i:1;}x", "a:1:{i:0;s:99:\"5\";}", "a:99999999999999999999:{}"})
        EXPECT_THAT(managed_sites(text), IsEmpty()) << text;
}

class SiteAccess : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        id_ = *db().write_now([&](db::Tx& tx) -> Result<UserId> {
            tx.execute("INSERT INTO site_groups (name) VALUES ('g')");
            for (int i = 1; i <= 4; ++i)
                tx.execute("INSERT INTO sites (url, name, currency_id, site_group_id) VALUES (?, 's', 1, ?)",
                           "https://" + std::to_string(i) + ".example", i == 4 ? std::optional<int>(1) : std::nullopt);
            return add_user(tx, now_, {"o@ukr.net", "O", "user", "hash"});
        });
    }
    std::optional<std::vector<std::int64_t>> seen()
    {
        auto sites = db().read_now([&](db::Tx& tx) { return sites_of(tx, *find_user(tx, id_)); });
        if (!sites) return std::nullopt;
        return numbers(*sites);
    }
    Result<void> give(std::optional<std::vector<SiteId>> sites, std::optional<std::vector<std::int64_t>> groups)
    {
        return db().write_now([&](db::Tx& tx) { return give_access(tx, now_, id_, sites, groups); });
    }
    void execute(std::string_view sql)
    {
        db().write_now([&](db::Tx& tx) -> Result<void> { return tx.execute(sql, id_), Result<void>{}; });
    }
    Time now_ = *from_stored("2026-11-25 17:00:00.000");
    UserId id_;
};
INSTANTIATE_TEST_SUITE_P(databases, SiteAccess, db::both_databases(), db::dialect_name);

TEST_P(SiteAccess, is_nothing_until_it_is_given) { EXPECT_THAT(*seen(), IsEmpty()); }

TEST_P(SiteAccess, is_the_union_of_sites_groups_and_managed_sites)
{
    ASSERT_TRUE(give({{SiteId{1}, SiteId{1}}}, {{1}}));
    execute("UPDATE users SET managed_sites = '[2, 1]' WHERE id = ?");
    EXPECT_THAT(*seen(), ElementsAre(1, 2, 4));
    ASSERT_TRUE(give({{}}, {{}}));
    EXPECT_THAT(*seen(), ElementsAre(1, 2)) << "managed_sites stay as they were";
}

TEST_P(SiteAccess, of_an_administrator_has_no_bounds)
{
    execute("UPDATE users SET role = 'admin' WHERE id = ?");
    EXPECT_FALSE(seen());
}

TEST_P(SiteAccess, to_what_is_not_there_is_refused_and_changes_nothing)
{
    ASSERT_TRUE(give({{SiteId{1}}}, std::nullopt));
    EXPECT_EQ(give({{SiteId{2}, SiteId{99}}}, std::nullopt).error().fields.at(0).field, "site_ids");
    EXPECT_EQ(give(std::nullopt, {{99}}).error().fields.at(0).field, "site_group_ids");
    EXPECT_THAT(*seen(), ElementsAre(1));
}

}  // namespace
}  // namespace smg::users
