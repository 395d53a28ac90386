#include "jobs/backoff.hpp"

#include <algorithm>

namespace smg::jobs {

Duration backoff(Duration first, Duration last, int tries, std::uint32_t random)
{
    auto ceiling = first;
    for (int doubled = 0; doubled <= tries && ceiling < last; ++doubled) ceiling *= 2;
    ceiling = std::max(first, std::min(ceiling, last));
    // 32 bits times a span below 2^31 ms (24 days) stays within 64 bits.
    auto span = static_cast<std::uint64_t>((ceiling - first).count());
    return first + Duration(static_cast<std::int64_t>((span * random) >> 32));
}

}  // namespace smg::jobs
