#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"

namespace smg::users {

constexpr auto longest_idle = std::chrono::hours(12);
constexpr auto longest_session = std::chrono::hours(7 * 24);
constexpr auto longest_half = std::chrono::minutes(10);

/// `half`: the password was right and the second factor is missing. Such a session opens nothing but the question for it.
enum class SessionState { half, full };
BOOST_DESCRIBE_ENUM(SessionState, half, full)

/// A browser in which somebody is signed in. Of the token in its cookie only the SHA-256 is kept.
struct Session {
    std::int64_t id = 0;
    UserId user_id;
    SessionState state = SessionState::half;
    std::string ip, user_agent;
    Time created_at, seen_at;
};
BOOST_DESCRIBE_STRUCT(Session, (), (id, user_id, state, ip, user_agent, created_at, seen_at))

/// Who opens it, as far as a person can be told later.
struct Browser {
    std::string ip, user_agent;
};

/// A new session; the token is 256 random bits.
Secret open_session(db::Tx& tx, Time now, UserId user, SessionState state, const Browser& browser);

/// The live session with this token.
std::optional<Session> find_session(db::Tx& tx, Time now, std::string_view token);

/// Notes that it is used, at most once a minute, so that reading stays reading.
bool worth_noting_use(const Session& session, Time now);
void note_use(db::Tx& tx, Time now, const Session& session);

/// Of one person, newest use first.
std::vector<Session> live_sessions(db::Tx& tx, Time now, UserId user);

/// False when it is not this person's, or has ended.
bool end_session(db::Tx& tx, Time now, UserId user, std::int64_t id);

/// All of this person but one; gives how many.
std::int64_t end_other_sessions(db::Tx& tx, Time now, UserId user, std::optional<std::int64_t> except);

/// Removes those that ended long ago; gives how many.
std::int64_t clean_sessions(db::Tx& tx, Time now);

}  // namespace smg::users
