#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace smg::orders {

constexpr std::size_t most_import_lines = 5000;

/// One order of an import: the line it stood in, counted from 1, and createOrder's fields.
struct ImportLine {
    std::int64_t line = 0;
    json::object fields;
};

/// `service|link|quantity`, an order a line, as resellers know it; empty lines and those that begin with # are left out.
/// `defaults` are fields that all lines share.
Result<std::vector<ImportLine>> read_lines(std::string_view text, const json::object& defaults);

/// CSV (RFC 4180, comma or semicolon) whose first row names createOrder's fields.
Result<std::vector<ImportLine>> read_csv(std::string_view text, const json::object& defaults);

}  // namespace smg::orders
