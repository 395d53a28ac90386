#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/tx.hpp"
#include "notices/notice.hpp"
#include "notices/telegram_chats.hpp"
#include "notices/telegram_client.hpp"

// What the delivery of notices reads and writes. One row is one message to one chat: a notice for several chats is the row
// that raise() made, for the first of them, and a copy for each other.
namespace smg::notices {

/// The copies' dedup_key is the notice's with `#chat:…` behind.
constexpr auto copies_pattern = "%#chat:%";

/// Removes copies that ended.
void forget_copies(db::Tx& tx, const std::string& key);

/// `state` is none that waits; an empty error is none.
void end_notice(db::Tx& tx, Time now, std::int64_t id, State state, const std::string& error);

/// The settings as far as they decide what goes where and how fast.
struct Channel {
    bool has_token = false;
    std::vector<std::string> chats;
    int per_minute = 10;
    Language language = Language::uk;
};

struct Limits {
    int chat_per_minute = 20;                         // of Telegram, for groups
    Duration chat_gap = std::chrono::seconds(1);      // of Telegram, between two messages to one chat
    Duration lost_after = std::chrono::seconds(75);   // a call that began so long ago has ended, somehow
    Duration repeat_after = std::chrono::seconds(2);  // the one repeat after an answer was lost
    Duration first_delay = std::chrono::seconds(5);   // while Telegram cannot be reached …
    Duration last_delay = std::chrono::minutes(10);
    Duration give_up_after = std::chrono::hours(24);  // … for so long
    Duration bad_token_delay = std::chrono::minutes(10);
    ChatPatience chats = {};
    int pending = 1000;  // rows looked at together
    int per_run = 50;    // messages of one run of the job
};

/// One message on its way; `tries` counts it already.
struct Outgoing {
    std::int64_t id = 0;
    std::string chat_id;
    std::string html;
    int tries = 0;
    Time created_at;
};

struct Next {
    std::optional<Outgoing> message;  // committed as `sending`
    std::optional<Time> later;        // nothing now, but then; neither: nothing is queued
};

/// Gives each queued notice its chats, collapses too many into a digest, and takes the next message.
Next take_next(db::Tx& tx, Time now, const Channel& channel, const Limits& limits);

/// Writes down what became of it. A time means that nothing can be sent before.
std::optional<Time> record(db::Tx& tx, Time now, const Outgoing& message, const TelegramAnswer& answer,
                           const Limits& limits);

}  // namespace smg::notices
