#pragma once

#include <span>
#include <string>
#include <vector>

#include "db/tx.hpp"
#include "orders/send_journal_files.hpp"
#include "settings/settings.hpp"

// One process's journal against the database, in the caller's transaction. Everything may be done again.
namespace smg::orders {

enum class Settled {
    known,     // the database knows as much
    not_sent,  // proven: goes on by itself
    answered,  // the supplier's answer came out of the journal
    lost,      // written, and no answer anywhere
    restored,  // the database knew nothing of this attempt; now it does
    homeless,  // … nor of its order
    disputed,  // the order has moved on without it: noted in its history
};

/// Leaves those of which the database knows the end: most of them, in one question. At most a few hundred at once.
std::vector<const SendRecord*> not_known(db::Tx& tx, const std::string& boot_id, std::span<const SendRecord* const> sends);

/// What the journal says of one attempt.
Result<Settled> settle_send(db::Tx& tx, Time now, const std::string& boot_id, const SendRecord& send,
                            const settings::Settings& settings);

/// Attempts of that process that are `sending`, or given up as lost, without a `go` in its whole journal: nothing of them
/// was written. Gives how many.
Result<std::int64_t> settle_unwritten(db::Tx& tx, Time now, const BootJournal& journal, const settings::Settings& settings);

}  // namespace smg::orders
