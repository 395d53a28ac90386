#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/tx.hpp"

// What Telegram told of the chats that the settings name: they move (a group becomes a supergroup) and die (the bot is
// thrown out).
namespace smg::notices {

struct Chats {
    std::vector<std::string> living;  // under the ids that they have now
    std::string why_none = "no chat is configured";
};

Chats living_chats(db::Tx& tx, std::span<const std::string> configured);

void chat_moved(db::Tx& tx, Time now, const std::string& chat_id, const std::string& to);
void chat_died(db::Tx& tx, Time now, const std::string& chat_id, const std::string& reason);

/// Tried again as it is configured, e.g. when a person let the bot in again.
void revive_chat(db::Tx& tx, Time now, const std::string& chat_id);

}  // namespace smg::notices
