#include "currencies/currency_store.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace smg::currencies {
namespace {

constexpr std::size_t longest_name = 255, longest_symbol = 16;

bool is_code(std::string_view code)
{
    return code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool fits(const std::string& text, std::size_t longest)
{
    return !trimmed(text).empty() && valid_utf8(text) && code_points(text) <= longest;
}

Result<Currency> applied(Currency currency, const CurrencyChange& in)
{
    if (in.name) currency.name = trimmed(*in.name);
    if (in.code) currency.code = *in.code;
    if (in.symbol) currency.symbol = trimmed(*in.symbol);
    if (in.exchange_rate) currency.exchange_rate = *in.exchange_rate;
    std::vector<FieldError> wrong;
    if (!fits(currency.name, longest_name)) wrong.push_back({"name", "The name must have 1 to 255 characters."});
    if (!is_code(currency.code)) wrong.push_back({"code", "The code must be three capital letters, e.g. UAH."});
    if (!fits(currency.symbol, longest_symbol)) wrong.push_back({"symbol", "The symbol must have 1 to 16 characters."});
    if (currency.exchange_rate < Money{}) wrong.push_back({"exchange_rate", "The exchange rate must not be negative."});
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return currency;
}

}  // namespace

std::optional<Currency> find_currency(db::Tx& tx, std::string_view code)
{
    return tx.find<Currency>("FROM currencies WHERE code = ?", code);
}

std::optional<Currency> find_currency(db::Tx& tx, std::int64_t id)
{
    return tx.find<Currency>("FROM currencies WHERE id = ?", id);
}

Result<Currency> find_or_add_currency(db::Tx& tx, Time now, std::string_view code)
{
    if (!is_code(code)) return fail_field("currency", "The currency must be a code of three capital letters, e.g. UAH.");
    if (auto known = find_currency(tx, code)) return *known;
    tx.insert_new(
        "INSERT INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)", code,
        code, code, Money{}, now, now);
    return *find_currency(tx, code);
}

std::vector<Currency> all_currencies(db::Tx& tx) { return tx.select<Currency>("FROM currencies ORDER BY id"); }

Result<Currency> add_currency(db::Tx& tx, Time now, const CurrencyChange& in)
{
    auto currency = applied({}, in);
    if (!currency) return currency;
    if (!tx.insert_new(
            "INSERT INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES (?, ?, ?, ?, "
            "?, ?)",
            currency->name, currency->code, currency->symbol, currency->exchange_rate, now, now))
        return fail_field("code", "The code has already been taken.");
    return *find_currency(tx, currency->code);
}

Result<Currency> change_currency(db::Tx& tx, Time now, const Currency& currency, const CurrencyChange& in)
{
    auto changed = applied(currency, in);
    if (!changed) return changed;
    if (changed->code != currency.code && find_currency(tx, changed->code))
        return fail_field("code", "The code has already been taken.");
    tx.execute("UPDATE currencies SET name = ?, code = ?, symbol = ?, exchange_rate = ?, updated_at = ? WHERE id = ?",
               changed->name, changed->code, changed->symbol, changed->exchange_rate, now, currency.id);
    return *find_currency(tx, currency.id);
}

Result<void> remove_currency(db::Tx& tx, std::int64_t id)
{
    for (auto users :
         {"SELECT id FROM sites WHERE currency_id = ? LIMIT 1", "SELECT id FROM orders WHERE currency_id = ? LIMIT 1"})
        if (tx.first<std::int64_t>(users, id)) return fail(Code::conflict, "Sites or orders are in this currency.");
    tx.execute("DELETE FROM currencies WHERE id = ?", id);
    return {};
}

}  // namespace smg::currencies
