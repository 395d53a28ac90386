#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "db/tx.hpp"

namespace smg::suppliers {

/// What a person changed about a supplier, in the transaction that changes it. `detail` holds no secrets.
void audit(db::Tx& tx, Time now, std::string_view who, std::string_view action, const std::string& subject,
           std::string_view detail = {});

/// `supplier 3`, as the command line writes it too.
std::string subject_of(ProviderId id);

}  // namespace smg::suppliers
