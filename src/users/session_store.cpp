#include "users/session_store.hpp"

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace smg::users {
namespace {

constexpr std::size_t longest_agent = 255, longest_ip = 64;
constexpr auto kept_for = std::chrono::hours(30 * 24);

}  // namespace

Secret open_session(db::Tx& tx, Time now, UserId user, SessionState state, const Browser& browser)
{
    auto token = random_token();
    tx.execute(
        "INSERT INTO user_sessions (user_id, token_hash, state, ip, user_agent, created_at, seen_at) VALUES (?, ?, ?, ?, ?, "
        "?, "
        "?)",
        user, sha256_hex(token), state, cut(browser.ip, longest_ip), cut(browser.user_agent, longest_agent), now, now);
    return Secret(std::move(token));
}

std::optional<Session> find_session(db::Tx& tx, Time now, std::string_view token)
{
    auto found = tx.find<Session>("FROM user_sessions WHERE token_hash = ? AND ended_at IS NULL", sha256_hex(token));
    if (!found || found->seen_at + longest_idle <= now || found->created_at + longest_session <= now) return std::nullopt;
    if (found->state == SessionState::half && found->created_at + longest_half <= now) return std::nullopt;
    return found;
}

bool worth_noting_use(const Session& session, Time now) { return now - session.seen_at >= std::chrono::minutes(1); }

void note_use(db::Tx& tx, Time now, const Session& session)
{
    tx.execute("UPDATE user_sessions SET seen_at = ? WHERE id = ?", now, session.id);
    tx.execute("UPDATE users SET last_seen_at = ? WHERE id = ?", now, session.user_id);
}

std::vector<Session> live_sessions(db::Tx& tx, Time now, UserId user)
{
    return tx.select<Session>(
        "FROM user_sessions WHERE user_id = ? AND ended_at IS NULL AND state = 'full' AND seen_at > ? AND created_at > ? "
        "ORDER BY seen_at DESC, id DESC",
        user, now - longest_idle, now - longest_session);
}

bool end_session(db::Tx& tx, Time now, UserId user, std::int64_t id)
{
    return tx.execute("UPDATE user_sessions SET ended_at = ? WHERE id = ? AND user_id = ? AND ended_at IS NULL", now, id,
                      user) == 1;
}

std::int64_t end_other_sessions(db::Tx& tx, Time now, UserId user, std::optional<std::int64_t> except)
{
    return tx.execute("UPDATE user_sessions SET ended_at = ? WHERE user_id = ? AND id <> ? AND ended_at IS NULL", now, user,
                      except.value_or(0));
}

std::int64_t clean_sessions(db::Tx& tx, Time now)
{
    return tx.execute("DELETE FROM user_sessions WHERE seen_at < ?", now - kept_for);
}

}  // namespace smg::users
