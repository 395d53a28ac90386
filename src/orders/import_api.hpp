#pragma once

#include "orders/batch_api.hpp"
#include "orders/batch_store.hpp"

namespace smg::orders {

/// Orders by hand in bulk: pasted lines or a CSV file. The desk must outlive the rows.
http::Routes import_routes(BatchDesk& desk);

/// A batch as people see it, with what failed.
json::object shown(db::Tx& tx, const Batch& batch);

}  // namespace smg::orders
