#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/money.hpp"
#include "suppliers/catalogue.hpp"

namespace smg::suppliers {

/// What an order of a service costs by the supplier's own list, for so many pieces that it charges for
/// (ValidOrder::charged_quantity); nothing when the list does not tell.
std::optional<Money> price_of(const Catalogue& catalogue, std::string_view service_id, std::int64_t charged_quantity);

}  // namespace smg::suppliers
