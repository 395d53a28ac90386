#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "settings/settings.hpp"

namespace smg::orders {

struct Recovered {
    std::int64_t not_sent = 0;  // attempts that proved unwritten: their orders go on by themselves
    std::int64_t lost = 0;      // attempts that may be with the supplier: uncertain, a person decides
};

/// Closes what processes left open that are over: whatever is not in `live_boots`. `prepared` is not sent, `sending` is
/// unknown: never inferred from time, only from the protocol. At most 500 attempts a call.
Result<Recovered> recover_attempts(db::Tx& tx, Time now, const std::vector<std::string>& live_boots,
                                   const settings::Settings& settings);

/// Orders that are `launching` without a job get one: at most 500 a call. The net under the queue.
std::int64_t enqueue_stranded(db::Tx& tx, Time now);

}  // namespace smg::orders
