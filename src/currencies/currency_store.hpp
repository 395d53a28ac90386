#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "base/money.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::currencies {

/// `code` is ISO 4217; `exchange_rate` is how many hryvnias one unit costs, 0 while it is not known.
struct Currency {
    std::int64_t id = 0;
    std::string name, code, symbol;
    Money exchange_rate;
};
BOOST_DESCRIBE_STRUCT(Currency, (), (id, name, code, symbol, exchange_rate))

std::optional<Currency> find_currency(db::Tx& tx, std::string_view code);
std::optional<Currency> find_currency(db::Tx& tx, std::int64_t id);

/// The currency of this code, made with rate 0 when it is new. Three letters, or Code::invalid.
Result<Currency> find_or_add_currency(db::Tx& tx, Time now, std::string_view code);

}  // namespace smg::currencies
