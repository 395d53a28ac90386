#pragma once

#include <string>

#include "db/database.hpp"
#include "settings/settings.hpp"

namespace smg::orders {

/// For a database that is older than the world, e.g. after a restore: orders that look unsent may have been sent since.
/// Holds all of them for review, takes from refused ones the reason that would send them again by themselves, and tells
/// people `why`. To be called before any worker starts. Gives how many it held; many orders are many transactions, and what
/// was cut short is finished by calling again.
Result<std::int64_t> quarantine_unsent(db::Database& db, const Clock& clock, const settings::Settings& settings,
                                       const std::string& why);

}  // namespace smg::orders
