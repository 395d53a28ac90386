#include "currencies/currency_store.hpp"

#include <algorithm>

namespace smg::currencies {

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
    if (code.size() != 3 || !std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; }))
        return fail_field("currency", "The currency must be a code of three capital letters, e.g. UAH.");
    if (auto known = find_currency(tx, code)) return *known;
    tx.insert_new(
        "INSERT INTO currencies (name, code, symbol, exchange_rate, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)", code,
        code, code, Money{}, now, now);
    return *find_currency(tx, code);
}

}  // namespace smg::currencies
