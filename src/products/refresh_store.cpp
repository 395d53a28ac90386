#include "products/refresh_store.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "jobs/job_store.hpp"
#include "products/search_text.hpp"

namespace smg::products {
namespace {

constexpr std::string_view lane_prefix = "site:";
constexpr int at_once_in_a_shop = 1;  // so that a dead one holds up itself alone
constexpr std::size_t longest_error = 500;

struct Row : Product {           // as it is stored
    std::string category_names;  // each between line ends
    std::string search;
    std::int64_t seen_in = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (Product), (category_names, search, seen_in))

std::optional<std::string> cut_to(const std::optional<std::string>& text, std::size_t most)
{
    if (!text || text->empty()) return std::nullopt;
    return cut(*text, most);
}

Row row_of(const Refresh& refresh, const sites::ShopProduct& in)
{
    Row row;
    row.site_id = refresh.site_id;
    row.product_id = in.id;
    row.parent_id = in.parent_id;
    row.type = cut(in.type, 32);
    row.name = cut(in.name, 500);
    row.sku = cut_to(in.sku, 191);
    row.status = cut_to(in.status, 32);
    row.price = in.price;
    row.regular_price = in.regular_price;
    row.sale_price = in.sale_price;
    row.currency = cut(in.currency, 8);
    row.stock_status = cut_to(in.stock_status, 32);
    row.stock_quantity = in.stock_quantity;
    row.categories = json::from(in.categories);
    row.supplier_id = cut_to(in.supplier_id, 64);
    row.service_id = cut_to(in.service_id, 64);
    row.order_type = cut_to(in.order_type, 64);
    row.quantity = in.quantity;
    row.modified_at = in.modified_at;
    row.permalink = cut_to(in.permalink, 1000);
    row.category_names = "\n";
    for (const auto& category : in.categories) row.category_names += category.name + "\n";
    row.search = folded(fmt::format("{}\n{}\n{}\n{}\n{}{}", in.name, in.sku.value_or(""), in.id, in.supplier_id.value_or(""),
                                    in.service_id.value_or(""), row.category_names));
    row.seen_in = refresh.number;
    return row;
}

// One statement for the whole page: 10,000 products are 40 of them.
void put_all(db::Tx& tx, const std::vector<Row>& rows)
{
    if (rows.empty()) return;
    bool sqlite = tx.dialect() == db::Dialect::sqlite;
    std::string names, marks, changes;
    json::each_member<Row>([&](std::string_view name, auto) {
        if (name == "id") return;
        names += fmt::format("{}`{}`", names.empty() ? "" : ", ", name);
        marks += marks.empty() ? "?" : ", ?";
        if (name == "site_id" || name == "product_id") return;
        if (!changes.empty()) changes += ", ";
        changes += sqlite ? fmt::format("`{0}` = excluded.`{0}`", name) : fmt::format("`{0}` = VALUES(`{0}`)", name);
    });
    std::string sql = fmt::format("INSERT INTO products ({}) VALUES ", names);
    std::vector<db::Param> params;
    for (const auto& row : rows) {
        sql += &row == &rows.front() ? fmt::format("({})", marks) : fmt::format(", ({})", marks);
        json::each_member<Row>([&](std::string_view name, auto pointer) {
            if (name != "id") params.push_back(db::to_param(tx.dialect(), row.*pointer));
        });
    }
    sql += sqlite ? " ON CONFLICT (site_id, product_id) DO UPDATE SET " : " ON DUPLICATE KEY UPDATE ";
    tx.execute_with(sql + changes, params);
}

void tell(db::Tx& tx, SiteId site) { tx.announce({topic, site.value, site.value}); }

jobs::NewJob job_for(SiteId site)
{
    return {.kind = refresh_job,
            .payload = json::text_of(json::object{{"site", site.value}}),
            .dedup_key = fmt::format("products.refresh:{}", site.value),
            .lane = fmt::format("{}{}", lane_prefix, site.value)};
}

}  // namespace

std::optional<int> lane_limit(std::string_view lane)
{
    if (!lane.starts_with(lane_prefix)) return std::nullopt;
    return at_once_in_a_shop;
}

std::optional<Refresh> find_refresh(db::Tx& tx, SiteId site)
{
    return tx.find<Refresh>("FROM product_refreshes WHERE site_id = ?", site);
}

std::vector<Refresh> refreshes_of(db::Tx& tx, const std::optional<std::vector<SiteId>>& sites)
{
    auto all = tx.select<Refresh>("FROM product_refreshes ORDER BY site_id");
    if (sites)
        std::erase_if(all, [&](const Refresh& one) { return std::ranges::find(*sites, one.site_id) == sites->end(); });
    return all;
}

Refresh begin_refresh(db::Tx& tx, Time now, SiteId site, std::string_view asked_by)
{
    auto before = find_refresh(tx, site);
    // Its job may have died of what is mended now.
    jobs::enqueue_unless_due(tx, now, job_for(site));
    if (before && before->state == RefreshState::running) return *before;
    if (!before)
        tx.execute(
            "INSERT INTO product_refreshes (site_id, number, state, started_at, asked_by) VALUES (?, 1, 'running', ?, ?)",
            site, now, cut(asked_by, 255));
    else
        tx.execute(
            "UPDATE product_refreshes SET number = number + 1, state = 'running', page = 0, total_pages = 0, total = 0, "
            "done = 0, unreadable = 0, complete = 1, tries = 0, started_at = ?, finished_at = NULL, trouble = NULL, error = "
            "NULL, "
            "asked_by = ? WHERE site_id = ?",
            now, cut(asked_by, 255), site);
    tell(tx, site);
    return *find_refresh(tx, site);
}

SiteId site_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("site") : nullptr;
    return SiteId{found ? json::as_integer(*found).value_or(0) : 0};
}

bool write_page(db::Tx& tx, const Refresh& refresh, const sites::ShopProducts& page)
{
    bool first = refresh.page == 0;
    // A list that changes while it is read moves products from page to page, past us.
    bool same = first || (refresh.total == page.total && refresh.total_pages == page.total_pages);
    bool complete = refresh.complete && same && page.unreadable == 0;
    bool ours =
        tx.execute(
            "UPDATE product_refreshes SET page = page + 1, total = ?, total_pages = ?, done = done + ?, unreadable = "
            "unreadable + ?, complete = ?, tries = 0, trouble = NULL, error = NULL WHERE site_id = ? AND number = ? AND "
            "page = ? "
            "AND state = 'running'",
            page.total, page.total_pages, page.products.size(), page.unreadable, complete, refresh.site_id, refresh.number,
            refresh.page) == 1;
    if (!ours) return false;
    std::vector<Row> rows;
    rows.reserve(page.products.size());
    for (const auto& product : page.products) rows.push_back(row_of(refresh, product));
    put_all(tx, rows);
    tell(tx, refresh.site_id);
    return true;
}

void end_refresh(db::Tx& tx, Time now, const Refresh& refresh)
{
    auto seen = *tx.first<std::int64_t>("SELECT COUNT(*) FROM products WHERE site_id = ? AND seen_in = ?", refresh.site_id,
                                        refresh.number);
    bool complete = refresh.complete && seen == refresh.total;
    bool ours =
        tx.execute(
            "UPDATE product_refreshes SET state = 'done', complete = ?, finished_at = ?, ok_at = ? WHERE site_id = ? "
            "AND number = ? AND state = 'running'",
            complete, now, now, refresh.site_id, refresh.number) == 1;
    if (!ours) return;
    if (complete) tx.execute("DELETE FROM products WHERE site_id = ? AND seen_in <> ?", refresh.site_id, refresh.number);
    tell(tx, refresh.site_id);
}

void note_trouble(db::Tx& tx, const Refresh& refresh, const sites::ShopFailure& failure)
{
    tx.execute(
        "UPDATE product_refreshes SET tries = tries + 1, trouble = ?, error = ? WHERE site_id = ? AND number = ? AND state "
        "= 'running'",
        failure.kind, cut(failure.message, longest_error), refresh.site_id, refresh.number);
    tell(tx, refresh.site_id);
}

void fail_refresh(db::Tx& tx, Time now, const Refresh& refresh, const sites::ShopFailure& failure)
{
    tx.execute(
        "UPDATE product_refreshes SET state = 'failed', finished_at = ?, trouble = ?, error = ? WHERE site_id = ? AND "
        "number = "
        "? AND state = 'running'",
        now, failure.kind, cut(failure.message, longest_error), refresh.site_id, refresh.number);
    tell(tx, refresh.site_id);
}

}  // namespace smg::products
