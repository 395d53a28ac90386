#include "orders/batch_store.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "jobs/job.hpp"
#include "orders/batch_jobs.hpp"

namespace smg::orders {
namespace {

constexpr auto shown_for = std::chrono::hours(24);
constexpr int most_shown = 50, most_problems = 100;
constexpr int most_pruned = 200, most_pruned_lines = 20'000;  // at once
constexpr std::size_t longest_problem = 500;

}  // namespace

RequestKey key_of(const http::Caller& caller, const http::Request& request)
{
    auto key = request.header("idempotency-key");
    if (key.empty()) return {};
    return {sha256_hex(fmt::format("{}:{}:{}", caller.key(), request.path, key)), sha256_hex(request.body)};
}

Result<std::optional<Batch>> begun_before(db::Tx& tx, const RequestKey& request)
{
    if (!request.key) return std::nullopt;
    auto batch = tx.find<Batch>("FROM order_batches WHERE request_key = ?", *request.key);
    if (batch && batch->request_hash != request.hash)
        return fail_field("Idempotency-Key", "The Idempotency-Key was used before for another request.");
    return batch;
}

Result<Batch> begin_batch(db::Tx& tx, Time now, const http::Caller& caller, std::string kind, json::value params,
                          std::vector<BatchLine> lines, const RequestKey& request)
{
    Batch batch;
    if (caller.user) batch.user_id = caller.user;
    batch.token_id = caller.token;
    batch.who = caller.name;
    batch.role = caller.role;
    if (caller.sites) batch.sites = json::from(*caller.sites);
    batch.kind = std::move(kind);
    batch.params = std::move(params);
    batch.total = std::ssize(lines);
    batch.created_at = now;
    batch.request_key = request.key;
    batch.request_hash = request.hash;
    try {
        batch.id = tx.insert("order_batches", batch);
    } catch (const db::DuplicateKey&) {
        return fail(Code::conflict, "The same request is being worked on: ask again.");
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].batch_id = batch.id;
        lines[i].position = static_cast<std::int64_t>(i + 1);
    }
    for (const auto& line : lines)
        tx.execute("INSERT INTO order_batch_lines (batch_id, position, order_id, draft) VALUES (?, ?, ?, ?)", line.batch_id,
                   line.position, line.order_id, line.draft);
    jobs::NewJob job;
    job.kind = batch_job;
    job.payload = fmt::format(R"({{"batch":{}}})", batch.id);
    job.dedup_key = fmt::format("{}:{}", batch_job, batch.id);
    jobs::enqueue(tx, now, job);
    return batch;
}

std::optional<Batch> find_batch(db::Tx& tx, std::int64_t id)
{
    return tx.find<Batch>("FROM order_batches WHERE id = ?", id);
}

std::vector<Batch> recent_batches(db::Tx& tx, Time now, const http::Caller& caller)
{
    auto since = now - shown_for;
    if (caller.role == http::Role::admin)
        return tx.select<Batch>("FROM order_batches WHERE created_at > ? ORDER BY id DESC LIMIT ?", since, most_shown);
    return tx.select<Batch>("FROM order_batches WHERE user_id = ? AND created_at > ? ORDER BY id DESC LIMIT ?", caller.user,
                            since, most_shown);
}

http::Caller caller_of(const Batch& batch)
{
    return http::kept_caller(batch.user_id.value_or(UserId{}), batch.token_id, batch.role, batch.who, batch.sites);
}

std::vector<BatchLine> next_lines(db::Tx& tx, std::int64_t batch, int most)
{
    return tx.select<BatchLine>("FROM order_batch_lines WHERE batch_id = ? AND problem IS NULL ORDER BY position LIMIT ?",
                                batch, most);
}

void line_done(db::Tx& tx, const BatchLine& line)
{
    if (tx.execute("DELETE FROM order_batch_lines WHERE batch_id = ? AND position = ?", line.batch_id, line.position) != 1)
        return;
    tx.execute("UPDATE order_batches SET done = done + 1 WHERE id = ?", line.batch_id);
    tx.announce({"batches", line.batch_id});
}

void line_failed(db::Tx& tx, const BatchLine& line, std::string_view problem)
{
    if (tx.execute("UPDATE order_batch_lines SET problem = ? WHERE batch_id = ? AND position = ? AND problem IS NULL",
                   cut(problem, longest_problem), line.batch_id, line.position) != 1)
        return;
    tx.execute("UPDATE order_batches SET failed = failed + 1 WHERE id = ?", line.batch_id);
    tx.announce({"batches", line.batch_id});
}

std::vector<BatchLine> failed_lines(db::Tx& tx, std::int64_t batch)
{
    return tx.select<BatchLine>(
        "FROM order_batch_lines WHERE batch_id = ? AND problem IS NOT NULL ORDER BY position LIMIT ?", batch, most_problems);
}

bool end_batch(db::Tx& tx, Time now, std::int64_t id, BatchState state)
{
    tx.announce({"batches", id});
    return tx.execute("UPDATE order_batches SET state = ?, finished_at = ? WHERE id = ? AND state = 'running'", state, now,
                      id) == 1;
}

void prune_batches(db::Tx& tx, Time before)
{
    std::int64_t lines = 0;
    auto old = tx.query<std::int64_t>(
        "SELECT id FROM order_batches WHERE created_at < ? AND state <> 'running' ORDER BY created_at LIMIT ?", before,
        most_pruned);
    for (auto id : old) {
        lines += tx.execute("DELETE FROM order_batch_lines WHERE batch_id = ?", id);
        tx.execute("DELETE FROM order_batches WHERE id = ?", id);
        if (lines >= most_pruned_lines) return;
    }
}

}  // namespace smg::orders
