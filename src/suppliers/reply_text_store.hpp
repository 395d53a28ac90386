#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "db/tx.hpp"
#include "suppliers/reply.hpp"

// Error texts that the program does not know, and what an admin said that they mean. They are compared as people see them,
// with `***` in place of the key, whole and without case. Of a text beyond 500 bytes people see only the beginning: what
// they say of that beginning is not said of the text, which stays unknown.
namespace smg::suppliers {

/// As it is now: the classifier keeps its own copy.
Classified classified_texts(db::Tx& tx);

void classify_text(db::Tx& tx, Time now, std::string_view text, Reason reason, const std::string& who);

/// The beginning, for whoever reads the table, and a hash of the whole text: two long texts with one beginning are two
/// texts.
std::string text_key(std::string_view text);

}  // namespace smg::suppliers
