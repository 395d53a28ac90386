#pragma once

#include <span>
#include <string>

#include "db/tx.hpp"
#include "orders/intake.hpp"
#include "orders/send_journal_files.hpp"
#include "settings/settings.hpp"

// What the journal shows as sent for orders that the database has lost (table `lost_sends`).
namespace smg::orders {

/// True when it was not known yet.
bool add_lost_send(db::Tx& tx, Time now, const std::string& boot_id, const SendRecord& send);

/// Orders that the shops bring again and that are with a supplier already, or may be: they wait for a person, who sees what
/// the journal says. One question for all of them.
void hold_lost(db::Tx& tx, std::span<Draft> drafts);

/// An alarm, in the caller's transaction.
void tell_of_lost(db::Tx& tx, Time now, const std::string& boot_id, const SendRecord& first, std::int64_t count,
                  const settings::Settings& settings);

}  // namespace smg::orders
