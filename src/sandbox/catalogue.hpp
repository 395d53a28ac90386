#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace smg::sandbox {

/// A row of what the simulated supplier sells. `rate` is per 1000, of packages per piece.
struct CatalogueRow {
    std::int64_t service = 0;
    std::string_view name, type, category, rate;
    std::int64_t min = 1, max = 1;
    bool refill = false, cancel = false;
};

/// Services 1 … 199 behave; those of scenarios (from 900 on) do what `scenarios()` says.
std::span<const CatalogueRow> catalogue();
const CatalogueRow* find_service(std::int64_t service);

}  // namespace smg::sandbox
