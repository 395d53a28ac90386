#pragma once

#include <string>
#include <vector>

#include "db/tx.hpp"
#include "notices/notice.hpp"

namespace smg::notices {

constexpr auto deliver_job = "notices.deliver";

/// A notice as the web interface lists it.
struct Notice {
    std::int64_t id = 0;
    Kind kind = Kind::test;
    Level level = Level::info;
    std::string body;
    std::optional<OrderId> order_id;
    std::optional<ProviderId> api_provider_id;
    State state = State::queued;
    std::optional<Time> sent_at;
    std::optional<std::string> error;
    Time created_at;
    std::optional<Time> seen_at;
    std::optional<std::string> seen_by;
};
BOOST_DESCRIBE_STRUCT(Notice, (),
                      (id, kind, level, body, order_id, api_provider_id, state, sent_at, error, created_at, seen_at,
                       seen_by))

/// Joins the caller's transaction. False when there is a notice with this dedup_key already; then nothing happens.
bool raise(db::Tx& tx, Time now, Language language, const NewNotice& notice);

/// The latest first, one row for a notice however many chats get it; below `before` when given, for paging.
std::vector<Notice> list_notices(db::Tx& tx, int limit, bool unseen_only = false, std::optional<std::int64_t> before = {});

/// False when it is not there or was seen before.
bool mark_seen(db::Tx& tx, Time now, std::int64_t id, const std::string& who);

/// What is decided about an order needs no reminder any more.
void mark_order_seen(db::Tx& tx, Time now, OrderId order, const std::string& who);

/// Sends the unseen notices of a kind again when their next_reminder() has come. Gives how many.
int remind_unseen(db::Tx& tx, Time now, Kind kind);

/// Sends at once what waits for a reachable Bot API, e.g. after someone changed its settings.
void deliver_now(db::Tx& tx, Time now);

/// Forgets what ended before.
void prune_notices(db::Tx& tx, Time before);

}  // namespace smg::notices
