#pragma once

#include "orders/order_api.hpp"

namespace smg::orders {

/// What people write by hand: orders, notes, and which supplier ids still need a mapping. The desk must outlive the rows.
http::Routes hand_routes(OrderDesk& desk);

}  // namespace smg::orders
