#include <algorithm>

#include "base/text.hpp"
#include "notices/delivery_store.hpp"

namespace smg::notices {
namespace {

constexpr auto minute = std::chrono::minutes(1);
constexpr std::size_t longest_error = 500;

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

/// What cannot be delivered now waits for `until`, but not for ever.
std::optional<Time> wait_unless_old(db::Tx& tx, Time now, const Outgoing& message, Time until, const std::string& why,
                                    const Limits& limits)
{
    if (now - message.created_at >= limits.give_up_after) {
        end_notice(tx, now, message.id, State::dead, why);
        return std::nullopt;
    }
    requeue(tx, message, message.tries - 1, until, why);
    return until;
}

/// Telegram is out of reach: the older the notice, the longer the pause.
std::optional<Time> wait_for_telegram(db::Tx& tx, Time now, const Outgoing& message, const std::string& detail,
                                      const Limits& limits)
{
    auto pause = std::clamp<Duration>((now - message.created_at) / 4, limits.first_delay, limits.last_delay);
    return wait_unless_old(tx, now, message, now + pause, "Telegram could not be reached: " + detail, limits);
}

/// The next look gives the notice to another chat, or waits with it when there is none.
void leave_chat(db::Tx& tx, Time now, const Outgoing& message, const std::string& reason, const Limits& limits)
{
    chat_refused(tx, now, message.chat_id, reason);
    wait_unless_old(tx, now, message, now, reason, limits);
}

/// Takes the row back from `sending`; false when another worker gave the call up meanwhile.
bool take_back(db::Tx& tx, const Outgoing& message)
{
    return tx.execute("UPDATE notices SET state = 'queued' WHERE id = ? AND state = 'sending' AND tries = ?", message.id,
                      message.tries) == 1;
}

}  // namespace

void end_notice(db::Tx& tx, Time now, std::int64_t id, State state, const std::string& error)
{
    auto why = error.empty() ? std::nullopt : std::optional(cut(error, longest_error));
    tx.execute("UPDATE notices SET state = ?, run_at = ?, error = ? WHERE id = ?", state, now, why, id);
}

std::optional<Time> record(db::Tx& tx, Time now, const Outgoing& message, const TelegramAnswer& answer, const Limits& limits)
{
    if (!take_back(tx, message)) return std::nullopt;
    tx.announce({"notices", message.id});
    switch (answer.verdict) {
        case Verdict::sent:
            tx.execute("UPDATE notices SET state = 'sent', sent_at = ?, run_at = ?, error = NULL WHERE id = ?", now, now,
                       message.id);
            chat_lives(tx, now, message.chat_id);
            return std::nullopt;
        case Verdict::wait: {
            auto until = now + std::chrono::seconds(answer.retry_after_s);
            requeue(tx, message, message.tries - 1, until, answer.detail);
            hold_chat(tx, message.chat_id, until);
            return std::nullopt;
        }
        case Verdict::moved: move_chat(tx, now, message, answer); return std::nullopt;
        case Verdict::dead_chat: leave_chat(tx, now, message, answer.detail, limits); return std::nullopt;
        case Verdict::bad_token:
            requeue(tx, message, message.tries - 1, now + limits.bad_token_delay, answer.detail);
            return now + limits.bad_token_delay;
        case Verdict::bad_markup:
        case Verdict::too_long:
        case Verdict::refused: end_notice(tx, now, message.id, State::dead, answer.detail); return std::nullopt;
        case Verdict::not_sent: return wait_for_telegram(tx, now, message, answer.detail, limits);
        case Verdict::unknown:
            requeue(tx, message, message.tries, now + limits.repeat_after, answer.detail);
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace smg::notices
