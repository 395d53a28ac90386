#include "notices/delivery_store.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace smg::notices {
namespace {

constexpr auto minute = std::chrono::minutes(1);
constexpr int max_unknowns = 2;  // the message and its one repeat

struct Pending {
    std::int64_t id = 0;
    Kind kind = Kind::test;
    Level level = Level::info;
    std::string dedup_key;
    std::string body;
    std::optional<OrderId> order_id;
    std::optional<ProviderId> api_provider_id;
    std::optional<std::string> chat_id;
    State state = State::queued;
    int tries = 0;
    Time run_at;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(Pending, (),
                      (id, kind, level, dedup_key, body, order_id, api_provider_id, chat_id, state, tries, run_at,
                       created_at))

constexpr std::string_view copy_mark = "#chat:";

std::string copy_key(const std::string& key, const std::string& chat) { return key + std::string(copy_mark) + chat; }

/// The keys of a notice's copies: from the first to behind the last.
std::pair<std::string, std::string> copy_keys(const std::string& key)
{
    auto from = copy_key(key, ""), to = from;
    ++to.back();
    return {from, to};
}

std::vector<Pending> pending_rows(db::Tx& tx, const Limits& limits)
{
    return tx.select<Pending>("FROM notices WHERE state IN ('queued', 'sending') ORDER BY id LIMIT ?", limits.pending);
}

// ---- chats

/// A copy is born seen: people see the notice that it is of.
void copy_to(db::Tx& tx, Time now, const Pending& notice, const std::string& key, const std::string& chat)
{
    tx.insert_new(
        "INSERT INTO notices (kind, level, dedup_key, body, order_id, api_provider_id, chat_id, state, run_at, created_at, "
        "seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)",
        notice.kind, notice.level, copy_key(key, chat), notice.body, notice.order_id, notice.api_provider_id, chat,
        notice.run_at, notice.created_at, now);
}

struct Sibling {
    std::int64_t id = 0;
    State state = State::queued;
};
BOOST_DESCRIBE_STRUCT(Sibling, (), (id, state))

/// Whether another chat got the same notice, or is about to.
bool is_told_elsewhere(db::Tx& tx, const Pending& row, const std::string& key)
{
    auto [from, to] = copy_keys(key);
    auto all = tx.select<Sibling>("FROM notices WHERE dedup_key >= ? AND dedup_key < ?", from, to);
    std::ranges::move(tx.select<Sibling>("FROM notices WHERE dedup_key = ?", key), std::back_inserter(all));
    return std::ranges::any_of(
        all, [&](const Sibling& one) { return one.id != row.id && one.state != State::dead && one.state != State::silent; });
}

/// Gives chats to each row that has none, or one that gets nothing any more: a notice is given up only when another chat has
/// it. True when rows changed.
bool address(db::Tx& tx, Time now, const std::vector<Pending>& rows, const std::vector<Chat>& chats)
{
    bool changed = false;
    for (const auto& row : rows) {
        if (row.chat_id && std::ranges::find(chats, *row.chat_id, &Chat::id) != chats.end()) continue;
        if (row.state == State::sending && row.run_at > now) continue;  // the call may still be under way
        changed = true;
        auto key = row.dedup_key.substr(0, row.dedup_key.find(copy_mark));
        if (row.chat_id && is_told_elsewhere(tx, row, key)) {
            end_notice(tx, now, row.id, State::dead, why_unreachable(tx, *row.chat_id));
            continue;
        }
        tx.execute("UPDATE notices SET chat_id = ? WHERE id = ?", chats.front().id, row.id);
        if (row.kind == Kind::digest) continue;
        for (const auto& other : std::span(chats).subspan(1)) copy_to(tx, now, row, key, other.id);
    }
    return changed;
}

// ---- pace

/// What one chat got in the last minute, the earliest first.
std::map<std::string, std::vector<Time>> sent_lately(db::Tx& tx, Time now)
{
    std::map<std::string, std::vector<Time>> sent;
    for (auto& [chat, at] :
         tx.query<std::tuple<std::string, Time>>("SELECT chat_id, sent_at FROM notices WHERE state = 'sent' AND run_at > ? "
                                                 "AND sent_at IS NOT NULL AND chat_id IS NOT NULL "
                                                 "ORDER BY sent_at",
                                                 now - minute))
        sent[chat].push_back(at);
    return sent;
}

struct Pace {
    std::size_t room = 0;  // messages until the minute's limit
    Time from;             // not before
};

Pace pace_of(const std::vector<Time>& sent, Time now, const Channel& channel, const Limits& limits)
{
    auto most = static_cast<std::size_t>(std::max(1, std::min(channel.per_minute, limits.chat_per_minute)));
    if (sent.empty()) return {most, now};
    if (sent.size() >= most) return {0, sent[sent.size() - most] + minute};
    return {most - sent.size(), sent.back() + limits.chat_gap};
}

Time from_of(const std::vector<Chat>& chats, const std::string& id)
{
    auto chat = std::ranges::find(chats, id, &Chat::id);
    return chat == chats.end() ? Time{} : chat->from;
}

// ---- choice

/// The digest takes the place of all of them; it is itself a row that is sent as any other.
void digest(db::Tx& tx, Time now, const std::vector<const Pending*>& rows, Language language)
{
    std::vector<std::string> bodies;
    auto level = Level::info;
    for (auto row : rows) {
        bodies.push_back(row->body);
        level = std::max(level, row->level);
        end_notice(tx, now, row->id, State::digested, "");
    }
    const auto& chat = *rows.front()->chat_id;
    auto key =
        copy_key(fmt::format("digest:{}-{}:{}", rows.front()->id, rows.back()->id, now.time_since_epoch().count()), chat);
    tx.execute(
        "INSERT INTO notices (kind, level, dedup_key, body, chat_id, state, run_at, created_at) VALUES (?, ?, ?, ?, ?, "
        "'queued', ?, ?)",
        Kind::digest, level, key, rendered_digest(language, bodies, rows.size()), chat, now, now);
}

/// A first sending, which may as well go in a digest.
bool is_fresh(const Pending& row) { return row.state == State::queued && row.tries == 0 && row.kind != Kind::digest; }

std::optional<Outgoing> begin(db::Tx& tx, Time now, const Pending& row, const Channel& channel, const Limits& limits)
{
    // The same chat_id, tries and state as read: another worker may have been faster.
    auto changed = tx.execute(
        "UPDATE notices SET state = 'sending', tries = tries + 1, run_at = ? WHERE id = ? AND state = ? AND tries = ?",
        now + limits.lost_after, row.id, row.state, row.tries);
    if (changed != 1) return std::nullopt;
    return Outgoing{row.id, *row.chat_id, row.tries == 0 ? row.body : marked_as_repeat(channel.language, row.body),
                    row.tries + 1, row.created_at};
}

void sooner(std::optional<Time>& time, Time than)
{
    if (!time || than < *time) time = than;
}

std::map<std::string, std::vector<const Pending*>> due_by_chat(const std::vector<Pending>& rows, Time now,
                                                               std::optional<Time>& later)
{
    std::map<std::string, std::vector<const Pending*>> due;
    for (const auto& row : rows) {
        if (row.run_at <= now) due[*row.chat_id].push_back(&row);
        else sooner(later, row.run_at);
    }
    return due;
}

/// One look at what waits; nothing when rows changed meanwhile and another look is needed.
std::optional<Next> look(db::Tx& tx, Time now, const Channel& channel, const Limits& limits)
{
    auto rows = pending_rows(tx, limits);
    auto chats = reachable_chats(tx, now, channel.chats, limits.chats);
    if (address(tx, now, rows, chats)) return std::nullopt;
    bool changed = false;
    for (const auto& row : rows) {
        if (row.run_at > now || row.tries < max_unknowns) continue;
        end_notice(tx, now, row.id, State::dead, "no answer, twice: it may have arrived");
        changed = true;
    }
    if (changed) return std::nullopt;

    Next next;
    auto sent = sent_lately(tx, now);
    for (const auto& [chat, due] : due_by_chat(rows, now, next.later)) {
        auto pace = pace_of(sent[chat], now, channel, limits);
        pace.from = std::max(pace.from, from_of(chats, chat));
        if (pace.from > now) {
            sooner(next.later, pace.from);
            continue;
        }
        std::vector<const Pending*> fresh;
        std::ranges::copy_if(due, std::back_inserter(fresh), [](auto row) { return is_fresh(*row); });
        if (fresh.size() > 1 && fresh.size() > pace.room) {
            digest(tx, now, fresh, channel.language);
            return std::nullopt;
        }
        next.message = begin(tx, now, *due.front(), channel, limits);
        if (next.message) return next;
        sooner(next.later, now + limits.chat_gap);
    }
    return next;
}

}  // namespace

void forget_copies(db::Tx& tx, const std::string& key)
{
    auto [from, to] = copy_keys(key);
    // NOT IN leaves SQLite no choice but the index of keys.
    tx.execute("DELETE FROM notices WHERE dedup_key >= ? AND dedup_key < ? AND state NOT IN ('queued', 'sending')", from,
               to);
}

Next take_next(db::Tx& tx, Time now, const Channel& channel, const Limits& limits)
{
    if (!channel.has_token || channel.chats.empty()) {
        tx.execute("UPDATE notices SET state = 'silent', run_at = ? WHERE state IN ('queued', 'sending')", now);
        return {};
    }
    constexpr int looks = 4;  // to give chats, to bury, to digest, to choose
    for (int i = 0; i < looks; ++i)
        if (auto next = look(tx, now, channel, limits)) return *next;
    return {std::nullopt, now};
}

}  // namespace smg::notices
