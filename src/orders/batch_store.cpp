#include "orders/batch_store.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "jobs/job.hpp"
#include "orders/batch_jobs.hpp"

namespace smg::orders {
namespace {

constexpr auto shown_for = std::chrono::hours(24);
constexpr int most_shown = 50, most_problems = 100;
constexpr std::size_t longest_problem = 500;

}  // namespace

Batch begin_batch(db::Tx& tx, Time now, const http::Caller& caller, std::string kind, json::value params,
                  std::vector<BatchLine> lines)
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
    batch.id = tx.insert("order_batches", batch);
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
    http::Caller caller;
    caller.kind = http::Caller::Kind::person;
    caller.user = batch.user_id.value_or(UserId{});
    caller.token = batch.token_id;
    caller.role = batch.role;
    caller.name = batch.who;
    caller.sites = std::nullopt;
    if (!batch.sites) return caller;
    caller.sites.emplace();
    for (const auto& site : batch.sites->as_array()) caller.sites->push_back({json::as_integer(site).value_or(0)});
    return caller;
}

std::vector<BatchLine> next_lines(db::Tx& tx, std::int64_t batch, int most)
{
    return tx.select<BatchLine>("FROM order_batch_lines WHERE batch_id = ? AND problem IS NULL ORDER BY position LIMIT ?",
                                batch, most);
}

void line_done(db::Tx& tx, const BatchLine& line)
{
    if (tx.execute("DELETE FROM order_batch_lines WHERE batch_id = ? AND position = ?", line.batch_id, line.position) == 1)
        tx.execute("UPDATE order_batches SET done = done + 1 WHERE id = ?", line.batch_id);
}

void line_failed(db::Tx& tx, const BatchLine& line, std::string_view problem)
{
    if (tx.execute("UPDATE order_batch_lines SET problem = ? WHERE batch_id = ? AND position = ? AND problem IS NULL",
                   cut(problem, longest_problem), line.batch_id, line.position) == 1)
        tx.execute("UPDATE order_batches SET failed = failed + 1 WHERE id = ?", line.batch_id);
}

std::vector<BatchLine> failed_lines(db::Tx& tx, std::int64_t batch)
{
    return tx.select<BatchLine>(
        "FROM order_batch_lines WHERE batch_id = ? AND problem IS NOT NULL ORDER BY position LIMIT ?", batch, most_problems);
}

bool end_batch(db::Tx& tx, Time now, std::int64_t id, BatchState state)
{
    return tx.execute("UPDATE order_batches SET state = ?, finished_at = ? WHERE id = ? AND state = 'running'", state, now,
                      id) == 1;
}

}  // namespace smg::orders
