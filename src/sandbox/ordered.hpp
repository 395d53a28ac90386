#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/money.hpp"
#include "sandbox/fields.hpp"

namespace smg::sandbox {

struct CatalogueRow;

/// What an `add` comes to once its fields have been checked.
struct Ordered {
    std::string link;
    std::int64_t quantity = 0;  // of all runs together; lines where the type counts lines
    Money charge;
};

/// Checks the fields that the service's type demands. The error is the panel's own text.
std::expected<Ordered, std::string> read_order(const CatalogueRow& service, const Fields& fields);

}  // namespace smg::sandbox
