#include "notices/notice_store.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "jobs/job.hpp"
#include "notices/delivery_store.hpp"

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

}  // namespace

bool raise(db::Tx& tx, Time now, Language language, const NewNotice& notice)
{
    auto key = short_key(notice.dedup_key);
    if (!tx.insert_new(
            "INSERT INTO notices (kind, level, dedup_key, body, order_id, api_provider_id, state, run_at, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
            notice.kind, notice.level, key, rendered(language, notice), notice.order_id, notice.provider_id, now, now))
        return false;
    wake_delivery(tx, now);
    tx.announce({"notices", *tx.first<std::int64_t>("SELECT id FROM notices WHERE dedup_key = ?", key)});
    return true;
}

std::vector<Notice> list_notices(db::Tx& tx, int limit, bool unseen_only, std::optional<std::int64_t> before)
{
    return tx.select<Notice>(
        "FROM notices WHERE dedup_key NOT LIKE ? AND (? = 0 OR seen_at IS NULL) AND id < ? ORDER BY id DESC LIMIT ?",
        copies_pattern, unseen_only, before.value_or(INT64_MAX), limit);
}

bool mark_seen(db::Tx& tx, Time now, std::int64_t id, const std::string& who)
{
    constexpr std::size_t longest_name = 255;
    auto changed = tx.execute("UPDATE notices SET seen_at = ?, seen_by = ? WHERE id = ? AND seen_at IS NULL", now,
                              cut(who, longest_name), id);
    if (changed == 1) tx.announce({"notices", id});
    return changed == 1;
}

void mark_order_seen(db::Tx& tx, Time now, OrderId order, const std::string& who)
{
    for (auto id :
         tx.query<std::int64_t>("SELECT id FROM notices WHERE order_id = ? AND seen_at IS NULL AND dedup_key NOT LIKE ?",
                                order, copies_pattern))
        mark_seen(tx, now, id, who);
}

int remind_unseen(db::Tx& tx, Time now, Kind kind)
{
    int reminded = 0;
    auto told = tx.query<std::tuple<std::int64_t, std::string, Time, Time>>(
        "SELECT id, dedup_key, created_at, run_at FROM notices WHERE kind = ? AND seen_at IS NULL AND dedup_key NOT LIKE ? "
        "AND state IN ('sent', 'digested', 'dead', 'silent')",
        kind, copies_pattern);
    for (const auto& [id, key, created, last] : told) {
        if (next_reminder(created, last) > now) continue;
        forget_copies(tx, key);
        tx.execute("UPDATE notices SET state = 'queued', chat_id = NULL, tries = 0, run_at = ?, error = NULL WHERE id = ?",
                   now, id);
        ++reminded;
    }
    if (reminded > 0) wake_delivery(tx, now);
    return reminded;
}

void deliver_now(db::Tx& tx, Time now)
{
    tx.execute("UPDATE notices SET run_at = ? WHERE state = 'queued' AND run_at > ?", now, now);
    wake_delivery(tx, now);
}

void prune_notices(db::Tx& tx, Time before)
{
    tx.execute("DELETE FROM notices WHERE state IN ('sent', 'digested', 'dead', 'silent') AND run_at < ?", before);
}

}  // namespace smg::notices
