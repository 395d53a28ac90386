#pragma once

#include "app/system_api.hpp"
#include "base/json.hpp"

namespace smg {

/// `tasks`, `queue`, `suppliers` and `nodes` of all nodes; `database`, `disk` and `program` of this one.
json::object state_of_system(db::Tx& tx, const SystemDesk& desk, Time now);

}  // namespace smg
