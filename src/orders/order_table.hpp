#pragma once

#include "exports/source.hpp"

namespace smg::orders {

/// The list of orders as a table for export, with the filters of GET /api/v1/orders.
exports::Source order_source();

}  // namespace smg::orders
