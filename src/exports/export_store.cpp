#include "exports/export_store.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "jobs/job.hpp"

namespace smg::exports {
namespace {

constexpr int most_shown = 50;
constexpr std::size_t longest_error = 500;

// A token without an account owns what it asked for itself.
struct Owner {
    std::string where;
    std::int64_t id;
};
Owner owner_of(const http::Caller& caller)
{
    if (caller.user) return {"user_id = ?", caller.user.value};
    return {"user_id IS NULL AND token_id = ?", caller.token};
}

}  // namespace

Export begin_export(db::Tx& tx, Time now, const http::Caller& caller, Export wanted)
{
    if (caller.user) wanted.user_id = caller.user;
    wanted.token_id = caller.token;
    wanted.who = caller.name;
    wanted.role = caller.role;
    if (caller.sites) wanted.sites = json::from(*caller.sites);
    wanted.created_at = now;
    wanted.id = tx.insert("exports", wanted);
    jobs::NewJob job;
    job.kind = export_job;
    job.payload = fmt::format(R"({{"export":{}}})", wanted.id);
    job.dedup_key = fmt::format("{}:{}", export_job, wanted.id);
    jobs::enqueue(tx, now, job);
    return wanted;
}

std::optional<Export> find_export(db::Tx& tx, std::int64_t id) { return tx.find<Export>("FROM exports WHERE id = ?", id); }

std::optional<Export> find_own(db::Tx& tx, const http::Caller& caller, std::int64_t id)
{
    auto owner = owner_of(caller);
    return tx.find<Export>("FROM exports WHERE id = ? AND " + owner.where, id, owner.id);
}

std::vector<Export> own_exports(db::Tx& tx, const http::Caller& caller)
{
    auto owner = owner_of(caller);
    return tx.select<Export>("FROM exports WHERE " + owner.where + " ORDER BY id DESC LIMIT ?", owner.id, most_shown);
}

std::int64_t unfinished(db::Tx& tx, const http::Caller& caller)
{
    auto owner = owner_of(caller);
    return tx
        .first<std::int64_t>("SELECT COUNT(*) FROM exports WHERE " + owner.where + " AND state IN (?, ?)", owner.id,
                             State::queued, State::running)
        .value_or(0);
}

bool begin_anew(db::Tx& tx, std::int64_t id)
{
    tx.execute("DELETE FROM export_pieces WHERE export_id = ?", id);
    return tx.execute("UPDATE exports SET state = ?, written = -1 WHERE id = ?", State::running, id) == 1 &&
           note_rows(tx, id, 0);
}

bool note_rows(db::Tx& tx, std::int64_t id, std::int64_t rows)
{
    return tx.execute("UPDATE exports SET written = ? WHERE id = ? AND written <> ?", rows, id, rows) == 1;
}

bool add_piece(db::Tx& tx, std::int64_t id, std::int64_t n, std::string_view bytes)
{
    if (!find_export(tx, id)) return false;
    tx.execute("INSERT INTO export_pieces (export_id, n, data) VALUES (?, ?, ?)", id, n, base64url(bytes));
    return true;
}

bool end_export(db::Tx& tx, std::int64_t id, std::int64_t size, Time expires_at)
{
    return tx.execute("UPDATE exports SET state = ?, size = ?, expires_at = ? WHERE id = ?", State::done, size, expires_at,
                      id) == 1;
}

bool fail_export(db::Tx& tx, std::int64_t id, std::string_view error, Time expires_at)
{
    tx.execute("DELETE FROM export_pieces WHERE export_id = ?", id);
    return tx.execute("UPDATE exports SET state = ?, error = ?, expires_at = ? WHERE id = ?", State::failed,
                      cut(error, longest_error), expires_at, id) == 1;
}

std::optional<std::string> piece(db::Tx& tx, std::int64_t id, std::int64_t n)
{
    auto text = tx.first<std::string>("SELECT data FROM export_pieces WHERE export_id = ? AND n = ?", id, n);
    return text ? from_base64url(*text) : std::nullopt;
}

void remove_export(db::Tx& tx, std::int64_t id)
{
    tx.execute("DELETE FROM export_pieces WHERE export_id = ?", id);
    tx.execute("DELETE FROM exports WHERE id = ?", id);
}

std::int64_t remove_expired(db::Tx& tx, Time now, int most)
{
    auto old = tx.query<std::int64_t>("SELECT id FROM exports WHERE expires_at < ? ORDER BY expires_at LIMIT ?", now, most);
    for (auto id : old) remove_export(tx, id);
    return std::ssize(old);
}

http::Caller caller_of(const Export& one)
{
    return http::kept_caller(one.user_id.value_or(UserId{}), one.token_id, one.role, one.who, one.sites);
}

}  // namespace smg::exports
