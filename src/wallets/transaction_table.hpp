#pragma once

#include "exports/source.hpp"

namespace smg::wallets {

/// Transactions as a file.
exports::Source transaction_source();

}  // namespace smg::wallets
