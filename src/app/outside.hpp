#pragma once

#include <optional>

#include "app/config.hpp"
#include "realtime/publisher.hpp"

namespace smg {

/// What the rows realtime_outside_… mean; nothing when none is set. Fails in words that name the row.
Result<std::optional<realtime::Outside>> outside_of(const Config& config);

}  // namespace smg
