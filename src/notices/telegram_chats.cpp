#include "notices/telegram_chats.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace smg::notices {
namespace {

constexpr std::size_t longest_reason = 255;
constexpr int most_moves = 5;

struct Chat {
    std::string chat_id;
    std::optional<std::string> moved_to;
    std::optional<Time> dead_at;
    std::optional<std::string> dead_reason;
};
BOOST_DESCRIBE_STRUCT(Chat, (), (chat_id, moved_to, dead_at, dead_reason))

void keep(db::Tx& tx, Time now, const Chat& chat)
{
    if (!tx.insert_new(
            "INSERT INTO telegram_chats (chat_id, moved_to, dead_at, dead_reason, updated_at) VALUES (?, ?, ?, ?, ?)",
            chat.chat_id, chat.moved_to, chat.dead_at, chat.dead_reason, now))
        tx.execute("UPDATE telegram_chats SET moved_to = ?, dead_at = ?, dead_reason = ?, updated_at = ? WHERE chat_id = ?",
                   chat.moved_to, chat.dead_at, chat.dead_reason, now, chat.chat_id);
}

}  // namespace

Chats living_chats(db::Tx& tx, std::span<const std::string> configured)
{
    std::map<std::string, Chat> known;
    for (auto& chat : tx.select<Chat>("FROM telegram_chats")) known[chat.chat_id] = chat;
    Chats chats;
    for (auto id : configured) {
        auto chat = known.find(id);
        for (int moves = 0; moves < most_moves && chat != known.end() && chat->second.moved_to; ++moves) {
            id = *chat->second.moved_to;
            chat = known.find(id);
        }
        if (chat != known.end() && chat->second.dead_at)
            chats.why_none = chat->second.dead_reason.value_or("the chat is dead");
        else if (std::ranges::find(chats.living, id) == chats.living.end()) chats.living.push_back(id);
    }
    return chats;
}

void chat_moved(db::Tx& tx, Time now, const std::string& chat_id, const std::string& to)
{
    keep(tx, now, {chat_id, to, std::nullopt, std::nullopt});
}

void chat_died(db::Tx& tx, Time now, const std::string& chat_id, const std::string& reason)
{
    keep(tx, now, {chat_id, std::nullopt, now, cut(reason, longest_reason)});
}

void revive_chat(db::Tx& tx, Time now, const std::string& chat_id)
{
    tx.execute(
        "UPDATE telegram_chats SET moved_to = NULL, dead_at = NULL, dead_reason = NULL, updated_at = ? WHERE chat_id = ?",
        now, chat_id);
}

}  // namespace smg::notices
