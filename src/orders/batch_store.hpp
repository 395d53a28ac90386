#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"
#include "http/caller.hpp"
#include "http/message.hpp"
#include "orders/order.hpp"

namespace smg::orders {

constexpr std::size_t most_in_batch = 10'000;

enum class BatchState { running, done, canceled };
BOOST_DESCRIBE_ENUM(BatchState, running, done, canceled)

/// What one person does to many orders: the same decision about each, or orders by hand (`kind` is `import`). It runs as a
/// job, line by line, with the rights of who began it, and survives restarts.
struct Batch {
    std::int64_t id = 0;
    std::optional<UserId> user_id;
    std::int64_t token_id = 0;
    std::string who;
    http::Role role = http::Role::user;
    std::optional<json::value> sites;  // those that may be seen; none = all
    std::string kind;
    json::value params = json::object();  // of the decision, or {"site_id":…} of an import
    BatchState state = BatchState::running;
    std::int64_t total = 0, done = 0, failed = 0;
    Time created_at;
    std::optional<Time> finished_at;
    std::optional<std::string> request_key, request_hash;
};
BOOST_DESCRIBE_STRUCT(Batch, (),
                      (id, user_id, token_id, who, role, sites, kind, params, state, total, done, failed, created_at,
                       finished_at, request_key, request_hash))

/// One order to decide about, or to take in. `problem`: why that failed.
struct BatchLine {
    std::int64_t batch_id = 0, position = 0;
    std::optional<OrderId> order_id;
    std::optional<json::value> draft;
    std::optional<std::string> problem;
};
BOOST_DESCRIBE_STRUCT(BatchLine, (), (batch_id, position, order_id, draft, problem))

/// A request under an Idempotency-Key, as hashes: of the key with who sent it, and of what was asked for.
struct RequestKey {
    std::optional<std::string> key, hash;  // none without the header
};
RequestKey key_of(const http::Caller& caller, const http::Request& request);

/// The batch that the same request began before; fails with the field when the key was used for something else.
Result<std::optional<Batch>> begun_before(db::Tx& tx, const RequestKey& request);

/// Begins a batch of these lines, whose batch_id and position are given here, and its job. Fails with Code::conflict when
/// the same request is begun in this very moment.
Result<Batch> begin_batch(db::Tx& tx, Time now, const http::Caller& caller, std::string kind, json::value params,
                          std::vector<BatchLine> lines, const RequestKey& request = {});

std::optional<Batch> find_batch(db::Tx& tx, std::int64_t id);

/// Of the last day, newest first: the caller's own, and everybody's for an administrator.
std::vector<Batch> recent_batches(db::Tx& tx, Time now, const http::Caller& caller);

/// As it was when the batch began.
http::Caller caller_of(const Batch& batch);

/// The next ones to do.
std::vector<BatchLine> next_lines(db::Tx& tx, std::int64_t batch, int most);
void line_done(db::Tx& tx, const BatchLine& line);
void line_failed(db::Tx& tx, const BatchLine& line, std::string_view problem);

/// What failed so far, the first 100.
std::vector<BatchLine> failed_lines(db::Tx& tx, std::int64_t batch);

/// Ends a running batch; what was not done stays undone. False when it has ended already.
bool end_batch(db::Tx& tx, Time now, std::int64_t id, BatchState state);

/// Removes batches that began before then and have ended, with their lines: the oldest, as many as fit one transaction.
void prune_batches(db::Tx& tx, Time before);

}  // namespace smg::orders
