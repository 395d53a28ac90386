#pragma once

#include <map>
#include <string>

#include "db/tx.hpp"
#include "orders/send_journal_files.hpp"

// The table `journals`: which files of which node are settled.
namespace smg::orders {

std::map<std::string, JournalMark> settled_marks(db::Tx& tx, const std::string& node_id);  // by boot
void note_settled(db::Tx& tx, Time now, const std::string& node_id, const JournalSegment& segment);

/// Those settled before a moment, the oldest first, at most 200.
std::vector<JournalFile> settled_before(db::Tx& tx, const std::string& node_id, Time before);

void forget_file(db::Tx& tx, const JournalFile& file);

}  // namespace smg::orders
