#include <fmt/core.h>
#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "products/product_query.hpp"
#include "products/product_view.hpp"
#include "products/refresh_store.hpp"
#include "products/search_text.hpp"
#include "sites/site_store.hpp"

namespace smg::products {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr SiteId shop{1}, other{2};

class Products : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        write([&](db::Tx& tx) {
            for (auto url : {"https://shop.example.com", "https://other.example.com"})
                EXPECT_TRUE(sites::add_site(tx, now, {url, url, "UAH"}));
            tx.execute(
                "INSERT INTO api_providers (name, api_url, api_key) VALUES ('Panel', 'https://panel.example.com', 'x')");
        });
    }

    template <class F>
    void write(F work)
    {
        db().write_now([&](db::Tx& tx) -> Result<void> { return work(tx), Result<void>{}; }).value();
    }

    Refresh begin(SiteId site = shop)
    {
        write([&](db::Tx& tx) { begin_refresh(tx, now, site, "somebody"); });
        return refresh(site);
    }

    Refresh refresh(SiteId site = shop)
    {
        return *db().read_now([&](db::Tx& tx) { return find_refresh(tx, site); });
    }

    void page(sites::ShopProducts in, SiteId site = shop)
    {
        write([&](db::Tx& tx) { EXPECT_TRUE(write_page(tx, refresh(site), in)); });
    }

    void end(SiteId site = shop)
    {
        write([&](db::Tx& tx) { end_refresh(tx, now, refresh(site)); });
    }

    /// A whole refresh of one page.
    void read(const std::vector<sites::ShopProduct>& all, SiteId site = shop)
    {
        begin(site);
        page({all, 1, std::ssize(all), 1}, site);
        end(site);
    }

    std::vector<std::string> names(Filter filter = {})
    {
        auto rows = db().read_now([&](db::Tx& tx) { return list_products(tx, filter); });
        std::vector<std::string> out;
        for (const auto& row : rows.value()) out.push_back(row.name);
        return out;
    }

    static sites::ShopProduct product(std::int64_t id, const std::string& name, const std::string& price = "10")
    {
        sites::ShopProduct out;
        out.id = id;
        out.type = "simple";
        out.name = name;
        out.currency = "UAH";
        out.price = Money::parse(price);
        out.categories = {{7, "Telegram", "telegram"}};
        out.supplier_id = "1";
        out.service_id = "101";
        return out;
    }

    Time now = *from_stored("2026-11-22 17:00:00.000");
};
INSTANTIATE_TEST_SUITE_P(databases, Products, db::both_databases(), db::dialect_name);

TEST_P(Products, that_are_gone_go_after_a_complete_refresh)
{
    read({product(1, "A"), product(2, "B")});
    EXPECT_THAT(names(), ElementsAre("A", "B"));
    read({product(2, "B anew")});
    EXPECT_THAT(names(), ElementsAre("B anew"));
    EXPECT_EQ(refresh().state, RefreshState::done);
    EXPECT_EQ(refresh().number, 2);
}

TEST_P(Products, stay_when_the_list_changed_while_it_was_read)
{
    read({product(1, "A"), product(2, "B"), product(3, "C")});
    begin();
    page({{product(1, "A")}, 1, 3, 2});
    page({{product(3, "C")}, 2, 2, 2});
    end();
    EXPECT_THAT(names(), ElementsAre("A", "B", "C"));
    EXPECT_FALSE(refresh().complete);
    EXPECT_EQ(refresh().state, RefreshState::done);
}

TEST_P(Products, stay_when_some_could_not_be_read)
{
    read({product(1, "A"), product(2, "B")});
    begin();
    page({{product(1, "A")}, 1, 2, 1, 1});
    end();
    EXPECT_THAT(names(), ElementsAre("A", "B"));
    EXPECT_EQ(refresh().unreadable, 1);
}

TEST_P(Products, stay_when_fewer_came_than_the_shop_spoke_of)
{
    read({product(1, "A"), product(2, "B")});
    begin();
    page({{product(1, "A")}, 1, 2, 1});
    end();
    EXPECT_THAT(names(), ElementsAre("A", "B"));
}

TEST_P(Products, stay_as_they_are_when_a_refresh_fails)
{
    read({product(1, "A")});
    auto ok_at = refresh().ok_at;
    begin();
    sites::ShopFailure failure;
    failure.kind = sites::ShopTrouble::not_json;
    failure.message = "It is a page.";
    write([&](db::Tx& tx) { fail_refresh(tx, now, refresh(), failure); });
    EXPECT_THAT(names(), ElementsAre("A"));
    EXPECT_EQ(refresh().state, RefreshState::failed);
    EXPECT_EQ(refresh().trouble, "not_json");
    EXPECT_EQ(refresh().ok_at, ok_at);
}

TEST_P(Products, of_another_shop_are_left_alone)
{
    read({product(1, "Mine")});
    read({product(1, "Theirs")}, other);
    read({});
    EXPECT_THAT(names(), ElementsAre("Theirs"));
    EXPECT_THAT(names({.sites = std::vector{shop}}), IsEmpty());
    EXPECT_THAT(names({.sites = std::vector<SiteId>{}}), IsEmpty());
}

TEST_P(Products, a_refresh_is_joined_and_a_page_is_written_once)
{
    auto first = begin();
    EXPECT_EQ(begin().number, first.number);
    page({{product(1, "A")}, 1, 2, 2});
    write([&](db::Tx& tx) { EXPECT_FALSE(write_page(tx, first, {{product(9, "late")}, 1, 2, 2})); });
    EXPECT_THAT(names(), ElementsAre("A"));
    EXPECT_EQ(refresh().page, 1);
    EXPECT_EQ(refresh().done, 1);
}

TEST_P(Products, are_found_in_any_case_and_by_what_stands_in_them)
{
    auto sku = product(1, "Підписники ЇЖАК");
    sku.sku = "TG-100";
    read({sku, product(2, "100% likes")});
    EXPECT_THAT(names({.q = "їжак"}), SizeIs(1));
    EXPECT_THAT(names({.q = "ПІДПИС"}), SizeIs(1));
    EXPECT_THAT(names({.q = "tg-1"}), SizeIs(1));
    EXPECT_THAT(names({.q = "0%"}), ElementsAre("100% likes"));
    EXPECT_THAT(names({.category = "Telegram"}), SizeIs(2));
    EXPECT_THAT(names({.category = "Tele"}), IsEmpty());
}

TEST_P(Products, say_whether_they_are_mapped)
{
    auto none = product(2, "none"), unmapped = product(3, "unmapped");
    none.service_id.reset();
    unmapped.supplier_id = "99";
    read({product(1, "mapped"), none, unmapped});
    write([&](db::Tx& tx) {
        tx.execute("INSERT INTO supplier_api_mappings (supplier_id, api_provider_id, priority) VALUES ('1', 1, 1)");
    });
    EXPECT_THAT(names({.mapping = MappingState::mapped}), ElementsAre("mapped"));
    EXPECT_THAT(names({.mapping = MappingState::unmapped}), ElementsAre("unmapped"));
    EXPECT_THAT(names({.mapping = MappingState::no_service}), ElementsAre("none"));
}

TEST_P(Products, are_read_in_pages_by_name_and_by_price)
{
    read({product(1, "C", "2.5"), product(2, "A", "10"), product(3, "B", "2.5"), product(4, "D", "0.00000001")});
    for (auto [sort, wanted] : std::vector<std::pair<Sort, std::string>>{
             {Sort::name, "ABCD"}, {Sort::name_down, "DCBA"}, {Sort::price, "DCBA"}, {Sort::price_down, "ABCD"}}) {
        Filter filter{.sort = sort, .limit = 1};
        std::string seen;
        for (int pages = 0; pages < 10; ++pages) {
            auto rows = db().read_now([&](db::Tx& tx) { return list_products(tx, filter); }).value();
            if (rows.empty()) break;
            seen += rows.front().name;
            filter.after = rows.front().id;
        }
        EXPECT_EQ(seen, wanted) << wanted;
    }
    EXPECT_FALSE(db().read_now([&](db::Tx& tx) { return list_products(tx, {.after = 999}); }));
}

TEST_P(Products, ten_thousand_are_written_page_by_page)
{
    begin();
    for (std::int64_t at = 0; at < 40; ++at) {
        sites::ShopProducts in{.page = at + 1, .total = 10'000, .total_pages = 40};
        for (std::int64_t i = 0; i < 250; ++i) in.products.push_back(product(at * 250 + i + 1, fmt::format("P{}", i)));
        page(in);
    }
    end();
    EXPECT_TRUE(refresh().complete);
    EXPECT_EQ(db().read_now([](db::Tx& tx) { return count_products(tx, {}, 10'000); }), 10'000);
    EXPECT_EQ(db().read_now([](db::Tx& tx) { return count_products(tx, {}, 100); }), 101);
}

TEST(ProductSearch, folds_latin_and_cyrillic_letters)
{
    EXPECT_EQ(folded("TG Ґанок ЄЇІ Яблуко ё"), "tg ґанок єїі яблуко ё");
}

}  // namespace
}  // namespace smg::products
