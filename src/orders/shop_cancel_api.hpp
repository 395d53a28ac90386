#pragma once

#include "orders/order_api.hpp"

namespace smg::orders {

/// What shops tell of orders that are not wanted any more. The desk must outlive the rows.
http::Routes shop_cancel_routes(OrderDesk& desk);

}  // namespace smg::orders
