#pragma once

#include <filesystem>
#include <string>

#include "db/database.hpp"
#include "orders/quarantine.hpp"
#include "orders/send_journal.hpp"
#include "orders/send_journal_files.hpp"
#include "settings/settings.hpp"

// The send journals of this data directory against the database, before any order is sent:
// docs/decisions/0007-send-journal.md.
namespace smg::orders {

struct ReconcileDesk {
    db::Database& db;
    const Clock& clock;
    const settings::Settings& settings;
    std::filesystem::path folder;  // DATA/journal
    std::string node_id;
};

struct Reconciled {
    std::int64_t files = 0;
    std::int64_t not_sent = 0, answered = 0, lost = 0;      // as the database would not have known
    std::int64_t restored = 0, homeless = 0, disputed = 0;  // sends that the database had lost
    std::string past;                                       // why the database is of the past, when it is
    std::int64_t held = 0;                                  // orders in quarantine for it

    std::string text() const;  // empty when there is nothing to tell
};

/// Reads what processes that are over have left in the folder, finishes in the database what it does not know, and holds
/// what looks unsent in a database that was put back to the past. Code::failed, with the file, the line and what to do, when
/// a journal is damaged: then nothing may be sent. Blocks, and is only called while no worker runs here.
Result<Reconciled> reconcile_journals(const ReconcileDesk& desk);

/// A person accepts that damaged journals prove nothing any more: what can be read of them is used, the files are put aside
/// (FOLDER/damaged), and everything that looks unsent is held. Gives what was done, in words.
Result<std::string> accept_damage(const ReconcileDesk& desk);

struct JournalStatus {
    std::int64_t files = 0, open = 0;  // of processes that are over and not settled
    std::vector<std::string> damage;
};
BOOST_DESCRIBE_STRUCT(JournalStatus, (), (files, open, damage))

/// How the journals of this folder are. Changes nothing. Blocks.
JournalStatus journal_status(const ReconcileDesk& desk);

/// Writes down where this boot's lock is found by others on this machine.
void register_journal(db::Tx& tx, const std::filesystem::path& folder, const JournalOwner& owner);

/// Whether the process of a boot on the machine `host` holds its journal's lock, and so lives; false where nobody can tell.
bool journal_says_alive(db::Tx& tx, const std::string& boot_id, const std::string& host);

/// Settles the files that this very process has left behind, so that the next start needs not read them, and removes those
/// that are older than `retention.journal_days`. Blocks.
void tend_journals(const ReconcileDesk& desk, const std::string& own_boot_id);

}  // namespace smg::orders
