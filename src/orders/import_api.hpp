#pragma once

#include "orders/batch_api.hpp"
#include "orders/batch_store.hpp"

namespace smg::orders {

/// Orders by hand in bulk: pasted lines or a CSV file. The desk must outlive the rows.
http::Routes import_routes(BatchDesk& desk);

struct BatchProblem {
    std::int64_t line = 0;
    std::optional<OrderId> order_id;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(BatchProblem, (), (line, order_id, message))

/// A batch as people see it, with what failed.
struct ShownBatch {
    std::int64_t id = 0;
    std::string kind;
    BatchState state = BatchState::running;
    std::int64_t total = 0, done = 0, failed = 0;
    std::string who;
    Time created_at;
    std::optional<Time> finished_at;
    std::vector<BatchProblem> problems;
};
BOOST_DESCRIBE_STRUCT(ShownBatch, (), (id, kind, state, total, done, failed, who, created_at, finished_at, problems))
json::object shown(db::Tx& tx, const Batch& batch);

}  // namespace smg::orders
