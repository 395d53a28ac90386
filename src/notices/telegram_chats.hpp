#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/tx.hpp"

// What Telegram told of the chats that the settings name: they move (a group becomes a supergroup) and die (the bot is
// thrown out, or was never let in). Death may be the settings' fault and mends itself, so a dead chat is tried again: once
// an hour, or, when it was the last that lived, again and again, since nobody else can be told.
namespace smg::notices {

struct ChatPatience {
    Duration probe_every = std::chrono::hours(1);    // of a dead chat, while another one lives
    Duration first_delay = std::chrono::seconds(5);  // of the last one that died …
    Duration last_delay = std::chrono::minutes(10);  // … longer and longer
};

struct Chat {
    std::string id;  // as it is called now
    Time from = {};  // nothing is tried before
};

/// Where notices go now, the living first. Never empty when a chat is configured.
std::vector<Chat> reachable_chats(db::Tx& tx, Time now, std::span<const std::string> configured,
                                  const ChatPatience& patience);

/// For people.
std::string why_unreachable(db::Tx& tx, const std::string& chat_id);

void chat_moved(db::Tx& tx, Time now, const std::string& chat_id, const std::string& to);

/// It refused a message, for the first time or again.
void chat_refused(db::Tx& tx, Time now, const std::string& chat_id, const std::string& reason);

/// It took a message.
void chat_lives(db::Tx& tx, Time now, const std::string& chat_id);

/// All are as good as new, e.g. when a person changed the settings or let the bot in.
void revive_chats(db::Tx& tx, Time now);

}  // namespace smg::notices
