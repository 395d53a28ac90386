#pragma once

#include <span>

#include "orders/event_store.hpp"

namespace smg::orders {

/// Tells those outside who follow orders what these events mean to them, in the events' own transaction. The order must be
/// written already: it is shown as its shop sees it.
void tell_outside(db::Tx& tx, std::span<const Event> events);

}  // namespace smg::orders
