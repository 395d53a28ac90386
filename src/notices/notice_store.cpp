#include "notices/notice_store.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "jobs/job.hpp"
#include "jobs/news.hpp"
#include "notices/delivery_store.hpp"
#include "notices/telegram_chats.hpp"

namespace smg::notices {
namespace {

constexpr std::size_t longest_key = 110;  // of 191 in the column: a copy's key has the chat as well

std::string short_key(const std::string& key)
{
    constexpr std::size_t of_hash = 32;
    if (key.size() <= longest_key) return key;
    return cut(key, longest_key - of_hash - 1) + "~" + sha256_hex(key).substr(0, of_hash);
}

void wake_delivery(db::Tx& tx, Time now)
{
    jobs::NewJob job;
    job.kind = job.dedup_key = deliver_job;
    jobs::enqueue(tx, now, job);
}

// Its text stays in the house: it may name suppliers and what they cost.
void tell_outside(db::Tx& tx, Time now, std::int64_t id, const NewNotice& notice)
{
    constexpr std::string_view event = "notice.raised";
    auto followed = jobs::followed(tx);
    if (std::ranges::find(followed, event) == followed.end()) return;
    json::object data;
    data["id"] = id;
    data["kind"] = word(notice.kind);
    data["level"] = word(notice.level);
    data["site_id"] = json::from(notice.site_id);
    data["order_id"] = json::from(notice.order_id);
    data["created_at"] = iso(now);
    jobs::tell(tx, now, event, notice.site_id, std::move(data));
}

void mark_all_seen(db::Tx& tx, Time now, const std::string& who, const std::vector<std::int64_t>& ids)
{
    for (auto id : ids) mark_seen(tx, now, id, who);
}

struct Told {
    std::int64_t id = 0;
    std::string dedup_key;
    Time created_at;
    Time run_at;  // when it was told last
};
BOOST_DESCRIBE_STRUCT(Told, (), (id, dedup_key, created_at, run_at))

/// All whose next_reminder() has come, and few others; told the longest ago first, so that the limit passes nobody over for
/// long. Walks the unseen ones of the kind, through their index; copies are born seen.
std::vector<Told> maybe_reminded(db::Tx& tx, Time now, Kind kind)
{
    auto slow = is_urgent(kind) ? hourly_reminder : daily_reminder;
    return tx.select<Told>(
        "FROM notices WHERE kind = ? AND seen_at IS NULL AND state IN ('sent', 'digested', 'dead', 'silent') AND (run_at <= "
        "? OR (created_at > ? AND run_at <= ?) "
        "OR (created_at > ? AND created_at <= ?)) ORDER BY run_at, id LIMIT ?",
        kind, now - slow, now - daily_reminder - hourly_reminder, now - hourly_reminder,
        now - first_reminder - hourly_reminder, now - first_reminder, most_reminders);
}

}  // namespace

bool raise(db::Tx& tx, Time now, Language language, const NewNotice& notice)
{
    auto key = short_key(notice.dedup_key);
    if (!tx.insert_new(
            "INSERT INTO notices (kind, level, dedup_key, body, site_id, order_id, api_provider_id, state, run_at, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
            notice.kind, notice.level, key, rendered(language, notice), notice.site_id, notice.order_id, notice.provider_id,
            now, now))
        return false;
    wake_delivery(tx, now);
    auto id = *tx.first<std::int64_t>("SELECT id FROM notices WHERE dedup_key = ?", key);
    tell_outside(tx, now, id, notice);
    tx.announce({"notices", id});
    return true;
}

void reword(db::Tx& tx, Language language, const NewNotice& notice)
{
    auto about = notice.order_id ? "order_id" : "api_provider_id";
    auto id = notice.order_id ? notice.order_id->value : notice.provider_id.value_or(ProviderId{}).value;
    tx.execute(std::string("UPDATE notices SET body = ? WHERE kind = ? AND seen_at IS NULL AND ") + about + " = ?",
               rendered(language, notice), notice.kind, id);
}

std::vector<Notice> list_notices(db::Tx& tx, int limit, const NoticeFilter& filter)
{
    std::string of_sites;
    if (filter.sites) {
        for (auto site : *filter.sites) of_sites += (of_sites.empty() ? "" : ", ") + std::to_string(site.value);
        of_sites = of_sites.empty() ? "AND site_id IS NULL " : "AND (site_id IS NULL OR site_id IN (" + of_sites + ")) ";
    }
    return tx.select<Notice>("FROM notices WHERE dedup_key NOT LIKE ? AND (? = 0 OR seen_at IS NULL) AND id < ? " +
                                 of_sites + "ORDER BY id DESC LIMIT ?",
                             copies_pattern, filter.unseen_only, filter.before.value_or(INT64_MAX), limit);
}

std::optional<Notice> find_notice(db::Tx& tx, std::int64_t id) { return tx.find<Notice>("FROM notices WHERE id = ?", id); }

bool mark_seen(db::Tx& tx, Time now, std::int64_t id, const std::string& who)
{
    constexpr std::size_t longest_name = 255;
    auto changed = tx.execute("UPDATE notices SET seen_at = ?, seen_by = ? WHERE id = ? AND seen_at IS NULL", now,
                              cut(who, longest_name), id);
    if (changed == 1) tx.announce({"notices", id});
    return changed == 1;
}

std::vector<Unseen> unseen_of(db::Tx& tx, Kind kind)
{
    return tx.select<Unseen>("FROM notices WHERE kind = ? AND seen_at IS NULL ORDER BY id", kind);
}

void mark_order_seen(db::Tx& tx, Time now, OrderId order, const std::string& who)
{
    mark_all_seen(tx, now, who,
                  tx.query<std::int64_t>("SELECT id FROM notices WHERE order_id = ? AND seen_at IS NULL", order));
}

void mark_provider_seen(db::Tx& tx, Time now, ProviderId provider, Kind kind, const std::string& who)
{
    mark_all_seen(tx, now, who,
                  tx.query<std::int64_t>("SELECT id FROM notices WHERE kind = ? AND seen_at IS NULL AND api_provider_id = ?",
                                         kind, provider));
}

void settle(db::Tx& tx, Time now, Language language, const NewNotice& notice, const std::string& who)
{
    auto ids = tx.query<std::int64_t>("SELECT id FROM notices WHERE kind = ? AND seen_at IS NULL AND dedup_key LIKE ?",
                                      notice.kind, notice.dedup_key + "%");
    auto body = rendered(language, notice);
    if (!notice.values.empty())
        for (auto id : ids) tx.execute("UPDATE notices SET body = ? WHERE id = ?", body, id);
    mark_all_seen(tx, now, who, ids);
}

std::optional<Past> newest(db::Tx& tx, Kind kind, std::string_view key_begins)
{
    return tx.find<Past>("FROM notices WHERE kind = ? AND dedup_key LIKE ? ORDER BY id DESC LIMIT 1", kind,
                         std::string(key_begins) + "%");
}

int remind_unseen(db::Tx& tx, Time now, std::span<const Kind> kinds)
{
    int reminded = 0;
    for (auto kind : kinds)
        for (const auto& one : maybe_reminded(tx, now, kind)) {
            if (next_reminder(kind, one.created_at, one.run_at) > now) continue;
            forget_copies(tx, one.dedup_key);
            tx.execute(
                "UPDATE notices SET state = 'queued', chat_id = NULL, tries = 0, run_at = ?, error = NULL WHERE id = ?", now,
                one.id);
            ++reminded;
        }
    if (reminded > 0) wake_delivery(tx, now);
    return reminded;
}

int remind_unseen(db::Tx& tx, Time now, Kind kind) { return remind_unseen(tx, now, std::span(&kind, 1)); }

void deliver_now(db::Tx& tx, Time now)
{
    tx.execute("UPDATE notices SET run_at = ? WHERE state = 'queued' AND run_at > ?", now, now);
    wake_delivery(tx, now);
}

void settings_changed(db::Tx& tx, Time now)
{
    revive_chats(tx, now);
    deliver_now(tx, now);
}

void prune_notices(db::Tx& tx, Time before)
{
    tx.execute("DELETE FROM notices WHERE state IN ('sent', 'digested', 'dead', 'silent') AND run_at < ?", before);
}

void clock_was_set_back(db::Tx& tx, Time now)
{
    tx.execute("UPDATE notices SET sent_at = ? WHERE sent_at > ?", now, now);
    tx.execute("UPDATE notices SET run_at = ? WHERE run_at > ?", now, now);
}

}  // namespace smg::notices
