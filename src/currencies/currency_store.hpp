#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::currencies {

/// `code` is ISO 4217; `exchange_rate` is how many hryvnias one unit costs, 0 while it is not known.
struct Currency {
    std::int64_t id = 0;
    std::string name, code, symbol;
    Money exchange_rate;
    std::optional<Time> updated_at = {};
};
BOOST_DESCRIBE_STRUCT(Currency, (), (id, name, code, symbol, exchange_rate, updated_at))

std::optional<Currency> find_currency(db::Tx& tx, std::string_view code);
std::optional<Currency> find_currency(db::Tx& tx, std::int64_t id);

/// The currency of this code, made with rate 0 when it is new. Three letters, or Code::invalid.
Result<Currency> find_or_add_currency(db::Tx& tx, Time now, std::string_view code);

std::vector<Currency> all_currencies(db::Tx& tx);

/// What is missing stays as it is.
struct CurrencyChange {
    std::optional<std::string> name, code, symbol;
    std::optional<Money> exchange_rate;
};
BOOST_DESCRIBE_STRUCT(CurrencyChange, (), (name, code, symbol, exchange_rate))

/// Name, code and symbol are needed. Fails with the field that is wrong, a code that is there already included.
Result<Currency> add_currency(db::Tx& tx, Time now, const CurrencyChange& in);
Result<Currency> change_currency(db::Tx& tx, Time now, const Currency& currency, const CurrencyChange& in);

/// Fails with Code::conflict while a site or an order is in it.
Result<void> remove_currency(db::Tx& tx, std::int64_t id);

}  // namespace smg::currencies
