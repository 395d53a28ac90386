#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

#include "base/result.hpp"
#include "db/tx.hpp"
#include "http/caller.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {

/// What a list of orders is asked for, as it stands in an address: GET /api/v1/orders, and what a batch is for.
struct OrderQuery {
    std::optional<std::string> site_id, status;  // one, or several with commas
    std::optional<std::int64_t> site_group_id;
    std::optional<std::string> phase, supplier_id, wp_order_number, type_payment, q, from, to;
    std::optional<ProviderId> provider_id;
    std::optional<bool> archive, needs_decision;
    std::optional<std::int64_t> cursor;
    std::optional<int> per_page;
};
BOOST_DESCRIBE_STRUCT(OrderQuery, (),
                      (site_id, status, site_group_id, phase, supplier_id, wp_order_number, type_payment, q, from, to,
                       provider_id, archive, needs_decision, cursor, per_page))

/// The filter, never wider than what the caller may see. Fails with the fields that are wrong; a shop may not ask for what
/// it may not know.
Result<Filter> filter_of(db::Tx& tx, const http::Caller& caller, const OrderQuery& in);

}  // namespace smg::orders
