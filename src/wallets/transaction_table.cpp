#include "wallets/transaction_table.hpp"

#include <array>

#include "exports/field.hpp"
#include "sites/site_store.hpp"
#include "wallets/transaction_query.hpp"

namespace smg::wallets {
namespace {

using exports::Asked;
using exports::Cells;
using exports::Field;
using exports::Language;

constexpr int at_once = 500;
constexpr auto zone = "Europe/Kyiv";  // as the list's days are counted

constexpr auto fields = std::to_array<Field>({
    {"date", "id", "№", "No.", Cells::number, 7},
    {"date", "date", "Дата (Київ)", "Date (Kyiv)", Cells::time, 13},
    {"site", "site", "Сайт", "Site", Cells::text, 12},
    {"client", "email", "E-mail", "E-mail", Cells::text, 18},
    {"client", "wp_user_id", "ID у магазині", "Shop user", Cells::number, 8},
    {"operation", "operation", "Операція", "Operation", Cells::text, 11},
    {"amount", "asked_amount", "Запитано", "Asked for", Cells::amount, 9},
    {"amount", "amount", "Зміна", "Change", Cells::amount, 9},
    {"balance", "balance", "Баланс після", "Balance after", Cells::amount, 9},
    {"amount", "currency", "Валюта", "Currency", Cells::text, 7},
    {"operation", "reason", "Причина", "Reason", Cells::text, 22},
    {"who", "who", "Хто", "Who", Cells::text, 13},
    {"state", "state", "Стан", "State", Cells::text, 10},
    {"state", "error", "Помилка", "Error", Cells::text, 18},
});

struct Word {
    std::string_view word, uk, en;
};
constexpr auto words = std::to_array<Word>({
    {"set", "Встановлення", "Set"},
    {"credit", "Поповнення", "Credit"},
    {"debit", "Списання", "Debit"},
    {"asked", "Уточнюється", "Being settled"},
    {"done", "Виконано", "Done"},
    {"refused", "Відмовлено", "Refused"},
});

std::string named(std::string text, Language language)
{
    for (const auto& one : words)
        if (one.word == text) return std::string(language == Language::uk ? one.uk : one.en);
    return text;
}

std::vector<exports::Column> columns(const http::Caller& caller, const Asked& asked)
{
    return exports::columns_of(exports::chosen(fields, caller, asked, "date"), asked.language);
}

Result<Filter> filter_in(const http::Caller& caller, const Asked& asked)
{
    auto query = json::to<TransactionQuery>(asked.filter, json::Extra::refused);
    if (!query) return fail(query.error());
    query->cursor.reset();
    query->per_page.reset();
    return filter_of(caller, *query);
}

Result<std::int64_t> count(db::Tx& tx, const http::Caller& caller, const Asked& asked, std::int64_t most)
{
    auto filter = filter_in(caller, asked);
    if (!filter) return fail(filter.error());
    return count_transactions(tx, *filter, most);
}

// Of a change that is not done there is no balance after it.
json::object shown(const Transaction& row, Language language, const std::map<SiteId, std::string>& sites)
{
    auto out = json::from(row).get_object();
    auto site = row.site_id ? sites.find(*row.site_id) : sites.end();
    out["site"] = site == sites.end() ? "" : site->second;
    out["date"] = local_text(row.date, zone);
    out["state"] = named(std::string(word(row.state)), language);
    if (row.operation) out["operation"] = named(std::string(word(*row.operation)), language);
    if (row.state != State::done) out["amount"] = out["balance"] = nullptr;
    return out;
}

Result<exports::Slice> next(db::Tx& tx, const http::Caller& caller, const Asked& asked, std::optional<std::int64_t> after)
{
    auto filter = filter_in(caller, asked);
    if (!filter) return fail(filter.error());
    if (after) filter->before = TransactionId{*after};
    filter->limit = at_once + 1;
    auto rows = list_transactions(tx, *filter);
    bool more = std::ssize(rows) > at_once;
    if (more) rows.resize(at_once);
    std::map<SiteId, std::string> sites;
    for (const auto& site : sites::sites_among(tx, std::nullopt)) sites.emplace(site.id, site.name);
    auto of = exports::chosen(fields, caller, asked, "date");
    exports::Slice slice;
    for (const auto& transaction : rows) {
        auto seen = shown(transaction, asked.language, sites);
        auto& row = slice.rows.emplace_back();
        for (const auto& field : of) row.push_back(exports::cell_text(seen.at(field.name)));
    }
    if (more) slice.next = rows.back().id.value;
    return slice;
}

}  // namespace

exports::Source transaction_source() { return {"transactions", "Транзакції", "Transactions", columns, count, next}; }

}  // namespace smg::wallets
