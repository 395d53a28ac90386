#include "products/product_table.hpp"

#include <algorithm>
#include <array>

#include "products/product_query.hpp"
#include "products/product_view.hpp"

namespace smg::products {
namespace {

using exports::Asked;
using exports::Cells;
using exports::Language;

constexpr int at_once = 500;

/// One column of the file, under the key of the list's column that it belongs to.
struct Field {
    std::string_view key, name, uk, en;
    Cells cells;
    int width;
    bool of_managers = false;
};

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

std::vector<Field> chosen(const http::Caller& caller, const Asked& asked)
{
    std::vector<Field> out;
    for (const auto& field : fields) {
        if (field.of_managers && caller.role == http::Role::user) continue;
        if (asked.columns.empty() || std::ranges::find(asked.columns, field.key) != asked.columns.end())
            out.push_back(field);
    }
    return out;
}

std::vector<exports::Column> columns(const http::Caller& caller, const Asked& asked)
{
    std::vector<exports::Column> out;
    for (const auto& field : chosen(caller, asked))
        out.push_back({std::string(asked.language == Language::uk ? field.uk : field.en), field.cells, field.width});
    return out;
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

std::string text_of(const json::value& value)
{
    if (value.is_null()) return {};
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_object()) return text_of(value.get_object().at("name"));
    if (!value.is_array()) return json::text_of(value);
    std::string out;
    for (const auto& one : value.get_array()) out += (out.empty() ? "" : ", ") + text_of(one);
    return out;
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
    auto of = chosen(caller, asked);
    for (const auto& product : *products) {
        auto seen = json::from(around.shown(caller, product)).get_object();
        auto& row = slice.rows.emplace_back();
        for (const auto& field : of) row.push_back(text_of(seen.at(field.name)));
    }
    if (more) slice.next = products->back().id;
    return slice;
}

}  // namespace

exports::Source product_source() { return {"products", "Товари", "Products", columns, count, next}; }

}  // namespace smg::products
