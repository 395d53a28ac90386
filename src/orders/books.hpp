#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/tx.hpp"
#include "orders/attempt_store.hpp"
#include "orders/evidence_store.hpp"
#include "suppliers/balance_store.hpp"
#include "suppliers/provider_store.hpp"

// What the supplier's balance says of a lost order: what it was before the request, less what was charged since for orders
// that are known, against two equal balances after it.
namespace smg::orders {

struct Books {
    suppliers::Reading before;
    std::optional<suppliers::Reading> settled;  // nothing: two equal balances far enough apart are still to come
    Money known_charges;
    std::vector<std::string> doubts = {};  // why it proves less
    bool computable = true;                // the charges of all known orders are known
};

/// Nothing when no balance was read before the request.
std::optional<Books> books_of(db::Tx& tx, const Attempt& attempt, const suppliers::Provider& provider, Duration apart);

struct Finding {
    Strength strength = Strength::weak;
    std::string sentence;
};

/// Nothing as long as the balance has not settled.
std::optional<Finding> read_books(const Books& books, std::optional<Money> expected, std::int64_t percent);

}  // namespace smg::orders
