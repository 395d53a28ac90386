#pragma once

#include "http/route.hpp"
#include "wallets/change.hpp"

namespace smg::wallets {

/// The rows of this folder; the desk must outlive them.
http::Routes wallet_routes(WalletDesk& desk);

}  // namespace smg::wallets
