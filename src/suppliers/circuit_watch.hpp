#pragma once

#include "base/async.hpp"
#include "http/metrics.hpp"
#include "suppliers/desk.hpp"

namespace smg::suppliers {

constexpr auto circuits_looked_at_every = std::chrono::seconds(1);

/// One round: asks for the balance of suppliers whose circuit has been open for its time, all at once and without waiting
/// for the answers; lets go on what waits for those whose circuit has closed; tells people of those that stay open; shows
/// them all in `metrics`. The desk must outlive what is asked.
Async<void> tend_circuits(ProviderDesk& desk, http::Metrics& metrics);

}  // namespace smg::suppliers
