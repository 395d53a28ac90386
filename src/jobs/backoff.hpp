#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace smg::jobs {

/// Full-jitter backoff: evenly between `first` and a ceiling that doubles with each try up to `last`. `tries` is how often
/// it failed before; `random` is any 32 random bits.
Duration backoff(Duration first, Duration last, int tries, std::uint32_t random);

}  // namespace smg::jobs
