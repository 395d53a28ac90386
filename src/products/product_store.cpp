#include "products/product_store.hpp"

#include <fmt/core.h>

#include <set>

#include "base/text.hpp"
#include "db/where.hpp"
#include "products/search_text.hpp"

namespace smg::products {
namespace {

constexpr std::string_view is_mapped =
    "EXISTS (SELECT 1 FROM supplier_api_mappings m WHERE m.supplier_id = products.supplier_id)";

using db::anywhere;
using db::Where;

void of_mapping(Where& where, MappingState state)
{
    if (state == MappingState::no_service) return where.add("service_id IS NULL");
    where.add("service_id IS NOT NULL");
    where.add(state == MappingState::mapped ? std::string(is_mapped) : fmt::format("NOT {}", is_mapped));
}

Where where_of(db::Tx& tx, const Filter& filter)
{
    Where where(tx.dialect());
    if (filter.sites) where.any_of("site_id", *filter.sites);
    if (filter.q && !trimmed(*filter.q).empty()) where.add("search LIKE ? ESCAPE '!'", anywhere(folded(trimmed(*filter.q))));
    if (filter.category) where.add("category_names LIKE ? ESCAPE '!'", anywhere("\n" + *filter.category + "\n"));
    where.add_if("supplier_id = ?", filter.supplier_id);
    where.add_if("stock_status = ?", filter.stock);
    where.add_if("status = ?", filter.status);
    if (filter.mapping) of_mapping(where, *filter.mapping);
    return where;
}

struct Order {
    std::string_view by;
    bool down = false;
};

Order order_of(Sort sort)
{
    switch (sort) {
        case Sort::price: return {"COALESCE(price, 0)"};
        case Sort::price_down: return {"COALESCE(price, 0)", true};
        case Sort::name_down: return {"name", true};
        case Sort::id: return {"id"};
        case Sort::name: break;
    }
    return {"name"};
}

bool by_price(Sort sort) { return sort == Sort::price || sort == Sort::price_down; }

// The rows behind the one that a page ended with, whatever it is sorted by.
bool go_on(db::Tx& tx, Where& where, const Filter& filter)
{
    if (!filter.after) return true;
    auto row = tx.find<Product>("FROM products WHERE id = ?", *filter.after);
    if (filter.sort == Sort::id) return where.add("id > ?", *filter.after), true;
    if (!row) return false;
    auto [by, down] = order_of(filter.sort);
    auto beyond = down ? "<" : ">";
    // MariaDB compares a DECIMAL with a text by floating point.
    auto mark = by_price(filter.sort) ? "CAST(? AS DECIMAL(20,8))" : "?";
    auto condition = fmt::format("({0} {1} {2} OR ({0} = {2} AND id {1} ?))", by, beyond, mark);
    if (by_price(filter.sort)) where.add(condition, row->price.value_or(Money{}), row->price.value_or(Money{}), row->id);
    else where.add(condition, row->name, row->name, row->id);
    return true;
}

}  // namespace

Result<std::vector<Product>> list_products(db::Tx& tx, const Filter& filter)
{
    auto where = where_of(tx, filter);
    if (!go_on(tx, where, filter))
        return fail_field("cursor", "The row where this page begins is gone: read from the beginning.");
    auto [by, down] = order_of(filter.sort);
    auto way = down ? "DESC" : "ASC";
    auto sql = fmt::format("SELECT {} FROM products{} ORDER BY {} {}, id {} LIMIT {}", db::columns<Product>(), where.sql(),
                           by, way, way, filter.limit + 1);
    return tx.query_with<Product>(sql, where.params());
}

std::int64_t count_products(db::Tx& tx, const Filter& filter, std::int64_t most)
{
    auto where = where_of(tx, filter);
    auto sql = fmt::format("SELECT COUNT(*) FROM (SELECT id FROM products{} LIMIT {}) AS bounded", where.sql(), most + 1);
    return tx.query_with<std::int64_t>(sql, where.params()).front();
}

Choices choices(db::Tx& tx, const std::optional<std::vector<SiteId>>& sites)
{
    Where where(tx.dialect());
    if (sites) where.any_of("site_id", *sites);
    std::set<std::string> names;
    for (const auto& text :
         tx.query_with<std::string>("SELECT DISTINCT category_names FROM products" + where.sql(), where.params()))
        for (auto& name : lines_of(text)) names.insert(std::move(name));
    where.add("supplier_id IS NOT NULL");
    auto ids = tx.query_with<std::string>(
        "SELECT DISTINCT supplier_id FROM products" + where.sql() + " ORDER BY supplier_id", where.params());
    return {{names.begin(), names.end()}, std::move(ids)};
}

std::optional<std::string> name_of(db::Tx& tx, SiteId site, std::int64_t product_id)
{
    return tx.first<std::string>("SELECT name FROM products WHERE site_id = ? AND product_id = ?", site, product_id);
}

}  // namespace smg::products
