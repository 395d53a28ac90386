#include "orders/batch_store.hpp"

#include <gmock/gmock.h>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class BatchStore : public Orders {
protected:
    std::int64_t begin(Time at, std::size_t lines)
    {
        return *write([&](db::Tx& tx) -> Result<std::int64_t> {
            std::vector<BatchLine> rows(lines);
            auto batch = begin_batch(tx, at, {}, "archive", json::object(), std::move(rows));
            if (!batch) return fail(batch.error());
            return batch->id;
        });
    }

    void end(std::int64_t id, BatchState state)
    {
        write([&](db::Tx& tx) -> Result<void> {
            auto lines = next_lines(tx, id, 2);
            line_done(tx, lines.at(0));
            line_failed(tx, lines.at(1), "it was overtaken");
            EXPECT_TRUE(end_batch(tx, now, id, state));
            return {};
        });
    }

    void prune(Time before)
    {
        write([&](db::Tx& tx) -> Result<void> {
            prune_batches(tx, before);
            return {};
        });
    }

    bool there(std::int64_t id)
    {
        return read([&](db::Tx& tx) { return find_batch(tx, id).has_value(); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, BatchStore, db::both_databases(), db::dialect_name);

TEST_P(BatchStore, forgets_old_batches_with_their_lines_and_none_that_runs)
{
    auto old = now - std::chrono::days(100);
    auto done = begin(old, 3), canceled = begin(old, 3), running = begin(old, 3), young = begin(now, 3);
    end(done, BatchState::done);
    end(canceled, BatchState::canceled);
    end(young, BatchState::done);
    prune(now - std::chrono::days(90));
    EXPECT_FALSE(there(done) || there(canceled));
    EXPECT_TRUE(there(running) && there(young));
    read([&](db::Tx& tx) {
        EXPECT_THAT(next_lines(tx, canceled, 10), IsEmpty());
        EXPECT_THAT(failed_lines(tx, done), IsEmpty());
        EXPECT_THAT(next_lines(tx, running, 10), SizeIs(3));
        EXPECT_THAT(failed_lines(tx, young), SizeIs(1));
        return 0;
    });
}

TEST_P(BatchStore, forgets_a_long_batch_at_a_time)
{
    auto old = now - std::chrono::days(100);
    auto first = begin(old, most_in_batch), second = begin(old + std::chrono::hours(1), most_in_batch),
         third = begin(old + std::chrono::hours(2), 2);
    for (auto id : {first, second, third}) {
        write([&](db::Tx& tx) -> Result<void> {
            end_batch(tx, now, id, BatchState::canceled);
            return {};
        });
    }
    prune(now);
    EXPECT_FALSE(there(first) || there(second));
    EXPECT_TRUE(there(third)) << "what is too much for one transaction stays until the next run";
    prune(now);
    EXPECT_FALSE(there(third));
}

}  // namespace
}  // namespace smg::orders
