#include "notices/delivery_store.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "notices/telegram_chats.hpp"

namespace smg::notices {
namespace {

constexpr auto minute = std::chrono::minutes(1);
constexpr int max_unknowns = 2;  // the message and its one repeat
constexpr std::size_t longest_error = 500;

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

std::string copy_key(const std::string& key, const std::string& chat) { return key + "#chat:" + chat; }

std::vector<Pending> pending_rows(db::Tx& tx, const Limits& limits)
{
    return tx.select<Pending>("FROM notices WHERE state IN ('queued', 'sending') ORDER BY id LIMIT ?", limits.pending);
}

void end(db::Tx& tx, Time now, std::int64_t id, State state, const std::string& error)
{
    auto why = error.empty() ? std::nullopt : std::optional(cut(error, longest_error));
    tx.execute("UPDATE notices SET state = ?, run_at = ?, error = ? WHERE id = ?", state, now, why, id);
}

// ---- chats

void copy_to(db::Tx& tx, const Pending& notice, const std::string& chat)
{
    tx.insert_new(
        "INSERT INTO notices (kind, level, dedup_key, body, order_id, api_provider_id, chat_id, state, run_at, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
        notice.kind, notice.level, copy_key(notice.dedup_key, chat), notice.body, notice.order_id, notice.api_provider_id,
        chat, notice.run_at, notice.created_at);
}

/// True when rows changed.
bool address(db::Tx& tx, Time now, const std::vector<Pending>& rows, const Chats& chats)
{
    bool changed = false;
    for (const auto& row : rows) {
        if (row.chat_id && std::ranges::find(chats.living, *row.chat_id) != chats.living.end()) continue;
        changed = true;
        if (chats.living.empty()) {
            end(tx, now, row.id, State::dead, chats.why_none);
        } else if (row.chat_id) {
            end(tx, now, row.id, State::dead, "the chat is not configured any more, or gets nothing");
        } else {
            tx.execute("UPDATE notices SET chat_id = ? WHERE id = ?", chats.living.front(), row.id);
            for (const auto& other : std::span(chats.living).subspan(1)) copy_to(tx, row, other);
        }
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

// ---- choice

/// The digest takes the place of all of them; it is itself a row that is sent as any other.
void digest(db::Tx& tx, Time now, const std::vector<const Pending*>& rows, Language language)
{
    std::vector<std::string> bodies;
    auto level = Level::info;
    for (auto row : rows) {
        bodies.push_back(row->body);
        level = std::max(level, row->level);
        end(tx, now, row->id, State::digested, "");
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
    if (address(tx, now, rows, living_chats(tx, channel.chats))) return std::nullopt;
    bool changed = false;
    for (const auto& row : rows) {
        if (row.run_at > now || row.tries < max_unknowns) continue;
        end(tx, now, row.id, State::dead, "no answer, twice: it may have arrived");
        changed = true;
    }
    if (changed) return std::nullopt;

    Next next;
    auto sent = sent_lately(tx, now);
    for (const auto& [chat, due] : due_by_chat(rows, now, next.later)) {
        auto pace = pace_of(sent[chat], now, channel, limits);
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

// ---- afterwards

/// Waits for another time; `tries` as it shall be, since what was proved not to be sent does not count.
void requeue(db::Tx& tx, const Outgoing& message, int tries, Time run_at, std::string_view error)
{
    tx.execute("UPDATE notices SET tries = ?, run_at = ?, error = ? WHERE id = ?", tries, run_at, cut(error, longest_error),
               message.id);
}

void hold_chat(db::Tx& tx, const std::string& chat, Time until)
{
    tx.execute("UPDATE notices SET run_at = ? WHERE chat_id = ? AND state = 'queued' AND run_at < ?", until, chat, until);
}

void move_chat(db::Tx& tx, Time now, const Outgoing& message, const TelegramAnswer& answer)
{
    if (answer.chat_id == message.chat_id) return requeue(tx, message, message.tries - 1, now + minute, answer.detail);
    chat_moved(tx, now, message.chat_id, answer.chat_id);
    requeue(tx, message, message.tries - 1, now, answer.detail);
    tx.execute("UPDATE notices SET chat_id = ? WHERE chat_id = ? AND state = 'queued'", answer.chat_id, message.chat_id);
}

void bury_chat(db::Tx& tx, Time now, const Outgoing& message, const std::string& reason)
{
    chat_died(tx, now, message.chat_id, reason);
    end(tx, now, message.id, State::dead, reason);
    tx.execute("UPDATE notices SET state = 'dead', run_at = ?, error = ? WHERE chat_id = ? AND state = 'queued'", now,
               cut(reason, longest_error), message.chat_id);
}

/// Telegram is out of reach: the older the notice, the longer the pause.
std::optional<Time> wait_for_telegram(db::Tx& tx, Time now, const Outgoing& message, const std::string& detail,
                                      const Limits& limits)
{
    auto age = now - message.created_at;
    if (age >= limits.give_up_after) {
        end(tx, now, message.id, State::dead, "Telegram could not be reached: " + detail);
        return std::nullopt;
    }
    auto until = now + std::clamp<Duration>(age / 4, limits.first_delay, limits.last_delay);
    requeue(tx, message, message.tries - 1, until, detail);
    return until;
}

/// Takes the row back from `sending`; false when another worker gave the call up meanwhile.
bool take_back(db::Tx& tx, const Outgoing& message)
{
    return tx.execute("UPDATE notices SET state = 'queued' WHERE id = ? AND state = 'sending' AND tries = ?", message.id,
                      message.tries) == 1;
}

}  // namespace

void forget_copies(db::Tx& tx, const std::string& key)
{
    auto from = copy_key(key, "");
    auto to = from;
    ++to.back();  // behind every key that begins with `from`
    tx.execute(
        "DELETE FROM notices WHERE dedup_key >= ? AND dedup_key < ? AND state IN ('sent', 'digested', 'dead', 'silent')",
        from, to);
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

std::optional<Time> record(db::Tx& tx, Time now, const Outgoing& message, const TelegramAnswer& answer, const Limits& limits)
{
    if (!take_back(tx, message)) return std::nullopt;
    tx.announce({"notices", message.id});
    switch (answer.verdict) {
        case Verdict::sent:
            tx.execute("UPDATE notices SET state = 'sent', sent_at = ?, run_at = ?, error = NULL WHERE id = ?", now, now,
                       message.id);
            return std::nullopt;
        case Verdict::wait: {
            auto until = now + std::chrono::seconds(answer.retry_after_s);
            requeue(tx, message, message.tries - 1, until, answer.detail);
            hold_chat(tx, message.chat_id, until);
            return std::nullopt;
        }
        case Verdict::moved: move_chat(tx, now, message, answer); return std::nullopt;
        case Verdict::dead_chat: bury_chat(tx, now, message, answer.detail); return std::nullopt;
        case Verdict::bad_token:
            requeue(tx, message, message.tries - 1, now + limits.bad_token_delay, answer.detail);
            return now + limits.bad_token_delay;
        case Verdict::bad_markup:
        case Verdict::too_long:
        case Verdict::refused: end(tx, now, message.id, State::dead, answer.detail); return std::nullopt;
        case Verdict::not_sent: return wait_for_telegram(tx, now, message, answer.detail, limits);
        case Verdict::unknown:
            requeue(tx, message, message.tries, now + limits.repeat_after, answer.detail);
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace smg::notices
