#include "orders/order_table.hpp"

#include <array>

#include "exports/field.hpp"
#include "orders/order_query.hpp"
#include "orders/order_view.hpp"
#include "orders/status_word_store.hpp"

namespace smg::orders {
namespace {

using exports::Asked;
using exports::Cells;
using exports::Field;
using exports::Language;

constexpr int at_once = 500;
constexpr auto zone = "Europe/Kyiv";  // as the list's days are counted

constexpr auto fields = std::to_array<Field>({
    {"number", "id", "№ CRM", "CRM no.", Cells::number, 8},
    {"number", "wp_order_number", "№ замовлення", "Order no.", Cells::text, 10},
    {"number", "site_name", "Сайт", "Site", Cells::text, 12},
    {"date", "date", "Дата (Київ)", "Date (Kyiv)", Cells::time, 13},
    {"status", "status", "Статус", "Status", Cells::text, 11},
    {"product", "product_service", "Товар", "Product", Cells::text, 20},
    {"quantity", "quantity", "Кількість", "Quantity", Cells::number, 8},
    {"link", "url", "Посилання", "Link", Cells::text, 22},
    {"client", "client_email", "E-mail", "E-mail", Cells::text, 18},
    {"client", "telegram", "Telegram", "Telegram", Cells::text, 10},
    {"amount", "total_amount", "Сума", "Amount", Cells::amount, 9},
    {"amount", "currency", "Валюта", "Currency", Cells::text, 8},
    {"payment", "type_payment", "Оплата", "Payment", Cells::text, 9},
    {"supplier", "supplier_name", "Постачальник", "Supplier", Cells::text, 12, true},
    {"supplier", "supplier_order_number", "№ у постачальника", "Supplier's no.", Cells::text, 11, true},
    {"cost", "cost", "Собівартість", "Cost", Cells::amount, 9, true},
    {"cost", "profit", "Прибуток", "Profit", Cells::amount, 9, true},
    {"remains", "remains", "Залишок", "Remains", Cells::number, 8},
});

std::vector<exports::Column> columns(const http::Caller& caller, const Asked& asked)
{
    return exports::columns_of(exports::chosen(fields, caller, asked, "date"), asked.language);
}

Result<Filter> filter_in(db::Tx& tx, const http::Caller& caller, const Asked& asked)
{
    auto query = json::to<OrderQuery>(asked.filter, json::Extra::refused);
    if (!query) return fail(query.error());
    query->cursor.reset();
    query->per_page.reset();
    return filter_of(tx, caller, *query);
}

Result<std::int64_t> count(db::Tx& tx, const http::Caller& caller, const Asked& asked, std::int64_t most)
{
    auto filter = filter_in(tx, caller, asked);
    if (!filter) return fail(filter.error());
    return count_orders(tx, *filter, most);
}

std::string shown(const json::object& order, const Field& field, const Order& row,
                  const std::map<std::string, std::string>& words)
{
    if (field.name == "date") return local_text(row.date, zone);
    auto text = exports::cell_text(order.at(field.name));
    if (field.name != "status") return text;
    auto known = words.find(text);
    return known == words.end() ? text : known->second;
}

Result<exports::Slice> next(db::Tx& tx, const http::Caller& caller, const Asked& asked, std::optional<std::int64_t> after)
{
    auto filter = filter_in(tx, caller, asked);
    if (!filter) return fail(filter.error());
    filter->before_id = after;
    filter->limit = at_once;
    std::map<std::string, std::string> words;
    for (auto& word : all_status_words(tx))
        words[word.status_value] = asked.language == Language::uk ? word.name : word.name_en;
    auto orders = list_orders(tx, *filter);
    bool more = std::ssize(orders) > at_once;
    if (more) orders.resize(at_once);
    exports::Slice slice;
    Surroundings around(tx);
    auto of = exports::chosen(fields, caller, asked, "date");
    for (const auto& order : orders) {
        auto seen = for_person(order, around, caller.role);
        auto& row = slice.rows.emplace_back();
        for (const auto& field : of) row.push_back(shown(seen, field, order, words));
    }
    if (more) slice.next = orders.back().id.value;
    return slice;
}

}  // namespace

exports::Source order_source() { return {"orders", "Замовлення", "Orders", columns, count, next}; }

}  // namespace smg::orders
