#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "db/tx.hpp"
#include "orders/attempt_store.hpp"
#include "orders/order.hpp"
#include "suppliers/api_client.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::orders {

using AddFields = std::vector<std::pair<std::string, std::string>>;

/// The form of `add`. The order was validated when it came; what does not fit any more is an error before anything is sent.
Result<AddFields> form_of(const Order& order);

/// Whether this supplier promises that a repeat within its bounds gives the same order again, and the program may use that.
bool takes_repeats(const suppliers::Provider& provider);

/// The order's own id in the supplier's field for it. After a refusal it is another one, or the refusal would come again.
void add_request_id(db::Tx& tx, const suppliers::Provider& provider, const Order& order, AddFields& fields);

/// SHA-256 of what is asked of whom with which key: equal only for a true repeat.
std::string request_hash(const suppliers::Endpoint& endpoint, const AddFields& fields);

/// Where repeats are taken, makes this request one that can be repeated: its id in the form, its hash in the attempt's row.
void make_repeatable(db::Tx& tx, const suppliers::Provider& provider, const Order& order, const Attempt& attempt,
                     const suppliers::Endpoint& endpoint, AddFields& fields);

}  // namespace smg::orders
