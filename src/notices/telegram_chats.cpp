#include "notices/telegram_chats.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace smg::notices {
namespace {

constexpr std::size_t longest_reason = 255;
constexpr int most_moves = 5;

struct Known {
    std::string chat_id;
    std::optional<std::string> moved_to;
    std::optional<Time> dead_at;
    std::optional<std::string> dead_reason;
    Time updated_at;  // of a dead one: when it refused last
};
BOOST_DESCRIBE_STRUCT(Known, (), (chat_id, moved_to, dead_at, dead_reason, updated_at))

void keep(db::Tx& tx, const Known& chat)
{
    if (!tx.insert_new(
            "INSERT INTO telegram_chats (chat_id, moved_to, dead_at, dead_reason, updated_at) VALUES (?, ?, ?, ?, ?)",
            chat.chat_id, chat.moved_to, chat.dead_at, chat.dead_reason, chat.updated_at))
        tx.execute("UPDATE telegram_chats SET moved_to = ?, dead_at = ?, dead_reason = ?, updated_at = ? WHERE chat_id = ?",
                   chat.moved_to, chat.dead_at, chat.dead_reason, chat.updated_at, chat.chat_id);
}

/// The configured chats as they are called now, each once.
std::vector<Known> present_chats(db::Tx& tx, std::span<const std::string> configured)
{
    std::map<std::string, Known> known;
    for (auto& chat : tx.select<Known>("FROM telegram_chats")) known[chat.chat_id] = chat;
    std::vector<Known> present;
    for (auto id : configured) {
        auto chat = known.find(id);
        for (int moves = 0; moves < most_moves && chat != known.end() && chat->second.moved_to; ++moves) {
            id = *chat->second.moved_to;
            chat = known.find(id);
        }
        if (std::ranges::find(present, id, &Known::chat_id) != present.end()) continue;
        present.push_back(chat == known.end() ? Known{id, {}, {}, {}, {}} : chat->second);
    }
    return present;
}

}  // namespace

std::vector<Chat> reachable_chats(db::Tx& tx, Time now, std::span<const std::string> configured,
                                  const ChatPatience& patience)
{
    std::vector<Chat> reachable;
    std::vector<Known> dead;
    Time last_death{};
    for (auto& chat : present_chats(tx, configured)) {
        last_death = std::max(last_death, chat.dead_at.value_or(Time{}));
        if (chat.dead_at) dead.push_back(std::move(chat));
        else reachable.push_back({chat.chat_id});
    }
    bool none_lives = reachable.empty();
    for (const auto& chat : dead) {
        if (none_lives && *chat.dead_at == last_death) {
            auto pause = std::clamp((chat.updated_at - *chat.dead_at) / 4, patience.first_delay, patience.last_delay);
            reachable.push_back({chat.chat_id, chat.updated_at + pause});
        } else if (now - chat.updated_at >= patience.probe_every) {
            reachable.push_back({chat.chat_id});
        }
    }
    return reachable;
}

std::string why_unreachable(db::Tx& tx, const std::string& chat_id)
{
    auto chat = tx.find<Known>("FROM telegram_chats WHERE chat_id = ?", chat_id);
    if (!chat || !chat->dead_at) return "the chat is not configured any more";
    return chat->dead_reason.value_or("the chat is dead");
}

void chat_moved(db::Tx& tx, Time now, const std::string& chat_id, const std::string& to)
{
    keep(tx, {chat_id, to, std::nullopt, std::nullopt, now});
}

void chat_refused(db::Tx& tx, Time now, const std::string& chat_id, const std::string& reason)
{
    auto before = tx.find<Known>("FROM telegram_chats WHERE chat_id = ?", chat_id);
    auto since = before && before->dead_at ? *before->dead_at : now;
    keep(tx, {chat_id, std::nullopt, since, cut(reason, longest_reason), now});
}

void chat_lives(db::Tx& tx, Time now, const std::string& chat_id)
{
    tx.execute(
        "UPDATE telegram_chats SET dead_at = NULL, dead_reason = NULL, updated_at = ? WHERE chat_id = ? AND dead_at IS NOT "
        "NULL",
        now, chat_id);
}

void revive_chats(db::Tx& tx, Time now)
{
    tx.execute("UPDATE telegram_chats SET dead_at = NULL, dead_reason = NULL, updated_at = ? WHERE dead_at IS NOT NULL",
               now);
}

}  // namespace smg::notices
