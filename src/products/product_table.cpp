#include "products/product_table.hpp"

#include <array>

#include "exports/field.hpp"
#include "products/product_query.hpp"
#include "products/product_view.hpp"

namespace smg::products {
namespace {

using exports::Asked;
using exports::Cells;
using exports::Field;

constexpr int at_once = 500;

constexpr auto fields = std::to_array<Field>({
    {"site", "site_name", "Сайт", "Site", Cells::text, 12},
    {"name", "product_id", "№ у магазині", "Shop no.", Cells::number, 8},
    {"name", "name", "Назва", "Name", Cells::text, 28},
    {"name", "parent_name", "Варіація товару", "Variation of", Cells::text, 20},
    {"sku", "sku", "Артикул", "SKU", Cells::text, 10},
    {"price", "price", "Ціна", "Price", Cells::amount, 9},
    {"price", "currency", "Валюта", "Currency", Cells::text, 8},
    {"stock", "stock_status", "Наявність", "Stock", Cells::text, 9},
    {"category", "categories", "Категорії", "Categories", Cells::text, 18},
    {"mapping", "supplier_id", "ID постачальника", "Supplier id", Cells::text, 10},
    {"mapping", "service_id", "ID послуги", "Service id", Cells::text, 10},
    {"mapping", "suppliers", "Постачальники", "Suppliers", Cells::text, 14, true},
    {"order_type", "order_type", "Тип замовлення", "Order type", Cells::text, 12},
    {"quantity", "quantity", "Кількість", "Quantity", Cells::number, 8},
    {"status", "status", "Стан", "Status", Cells::text, 9},
    {"name", "permalink", "Посилання", "Link", Cells::text, 24},
});

std::vector<exports::Column> columns(const http::Caller& caller, const Asked& asked)
{
    return exports::columns_of(exports::chosen(fields, caller, asked), asked.language);
}

Result<Filter> filter_in(const http::Caller& caller, const Asked& asked)
{
    auto query = json::to<ProductQuery>(asked.filter, json::Extra::refused);
    if (!query) return fail(query.error());
    query->cursor.reset();
    query->per_page.reset();
    return filter_of(caller, *query);
}

Result<std::int64_t> count(db::Tx& tx, const http::Caller& caller, const Asked& asked, std::int64_t most)
{
    auto filter = filter_in(caller, asked);
    if (!filter) return fail(filter.error());
    return count_products(tx, *filter, most);
}

// By id, which stays when a refresh changes names and prices meanwhile.
Result<exports::Slice> next(db::Tx& tx, const http::Caller& caller, const Asked& asked, std::optional<std::int64_t> after)
{
    auto filter = filter_in(caller, asked);
    if (!filter) return fail(filter.error());
    filter->sort = Sort::id;
    filter->after = after;
    filter->limit = at_once;
    auto products = list_products(tx, *filter);
    if (!products) return fail(products.error());
    bool more = std::ssize(*products) > at_once;
    if (more) products->resize(at_once);
    exports::Slice slice;
    Surroundings around(tx);
    auto of = exports::chosen(fields, caller, asked);
    for (const auto& product : *products) {
        auto seen = json::from(around.shown(caller, product)).get_object();
        auto& row = slice.rows.emplace_back();
        for (const auto& field : of) row.push_back(exports::cell_text(seen.at(field.name)));
    }
    if (more) slice.next = products->back().id;
    return slice;
}

}  // namespace

exports::Source product_source() { return {"products", "Товари", "Products", columns, count, next}; }

}  // namespace smg::products
