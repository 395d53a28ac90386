#pragma once

#include <span>
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
    std::optional<SiteId> site_id;
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
                      (id, kind, level, body, site_id, order_id, api_provider_id, state, sent_at, error, created_at, seen_at,
                       seen_by))

/// Joins the caller's transaction. False when there is a notice with this dedup_key already; then nothing happens.
bool raise(db::Tx& tx, Time now, Language language, const NewNotice& notice);

/// What is known by now, for the reminders: the unseen notices of its kind about its order or supplier say this from now on.
void reword(db::Tx& tx, Language language, const NewNotice& notice);

struct NoticeFilter {
    bool unseen_only = false;
    std::optional<std::int64_t> before = {};        // a number, for paging
    std::optional<std::vector<SiteId>> sites = {};  // of these sites and of none; no value = all
};

/// The latest first, one row for a notice however many chats get it.
std::vector<Notice> list_notices(db::Tx& tx, int limit, const NoticeFilter& filter = {});

std::optional<Notice> find_notice(db::Tx& tx, std::int64_t id);

/// False when it is not there or was seen before.
bool mark_seen(db::Tx& tx, Time now, std::int64_t id, const std::string& who);

struct Past {
    std::string dedup_key;
    Time created_at;
    std::optional<Time> seen_at;
    std::optional<std::string> seen_by;
};
BOOST_DESCRIBE_STRUCT(Past, (), (dedup_key, created_at, seen_at, seen_by))

/// The newest of this kind whose dedup_key begins so.
std::optional<Past> newest(db::Tx& tx, Kind kind, std::string_view key_begins);

struct Unseen {
    std::int64_t id = 0;
    std::string dedup_key;
};
BOOST_DESCRIBE_STRUCT(Unseen, (), (id, dedup_key))

/// What nobody has seen of this kind.
std::vector<Unseen> unseen_of(db::Tx& tx, Kind kind);

/// What is decided about an order needs no reminder any more.
void mark_order_seen(db::Tx& tx, Time now, OrderId order, const std::string& who);

/// The same for what a supplier is told about, e.g. when a person released its lane.
void mark_provider_seen(db::Tx& tx, Time now, ProviderId provider, Kind kind, const std::string& who);

/// What they told of is over: the unseen ones of its kind whose keys begin like its own are seen, and say this from now on
/// when it has values.
void settle(db::Tx& tx, Time now, Language language, const NewNotice& notice, const std::string& who);

constexpr int most_reminders = 200;  // of one kind at once; the others come with the next call

/// Sends the unseen notices of these kinds again when their next_reminder() has come. Gives how many.
int remind_unseen(db::Tx& tx, Time now, std::span<const Kind> kinds);
int remind_unseen(db::Tx& tx, Time now, Kind kind);

/// Sends at once what waits for a reachable Bot API.
void deliver_now(db::Tx& tx, Time now);

/// To be called when someone changed a setting `telegram.…`: all chats are tried afresh, and what waits goes at once.
void settings_changed(db::Tx& tx, Time now);

/// Forgets what ended before.
void prune_notices(db::Tx& tx, Time before);

/// No notice and no reminder waits for a time of a clock that was set back.
void clock_was_set_back(db::Tx& tx, Time now);

}  // namespace smg::notices
