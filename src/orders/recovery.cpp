#include "orders/recovery.hpp"

#include "orders/attempt_store.hpp"
#include "orders/dispatch.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = 500;

std::vector<Attempt> left_open(db::Tx& tx, const std::vector<std::string>& live_boots)
{
    std::vector<db::Param> params{db::to_param(tx.dialect(), AttemptState::prepared),
                                  db::to_param(tx.dialect(), AttemptState::sending)};
    std::string marks;
    for (const auto& boot : live_boots) {
        marks += marks.empty() ? "?" : ", ?";
        params.push_back(db::to_param(tx.dialect(), boot));
    }
    params.push_back(db::to_param(tx.dialect(), at_once));
    return tx.query_with<Attempt>("SELECT " + db::columns<Attempt>() + " FROM attempts WHERE state IN (?, ?)" +
                                      (marks.empty() ? "" : " AND boot_id NOT IN (" + marks + ")") +
                                      " ORDER BY prepared_at LIMIT ?",
                                  std::move(params));
}

}  // namespace

Result<Recovered> recover_attempts(db::Tx& tx, Time now, const std::vector<std::string>& live_boots,
                                   const settings::Settings& settings)
{
    Recovered recovered;
    for (auto& attempt : left_open(tx, live_boots)) {
        if (attempt.state == AttemptState::sending) {
            if (auto recorded = record_lost(tx, now, attempt, settings); !recorded) return fail(recorded.error());
            ++recovered.lost;
        } else if (move_attempt(tx, attempt, AttemptState::prepared, AttemptState::not_sent)) {
            attempt.done_at = now;
            attempt.detail = "the program ended before anything was written";
            save_evidence(tx, attempt);
            ++recovered.not_sent;
        }
    }
    return recovered;
}

std::int64_t enqueue_stranded(db::Tx& tx, Time now)
{
    auto key = tx.dialect() == db::Dialect::sqlite ? "'order.send:' || orders.id" : "CONCAT('order.send:', orders.id)";
    auto stranded = tx.select<Order>("FROM orders WHERE phase = ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE dedup_key = " +
                                         std::string(key) + ") ORDER BY updated_at LIMIT ?",
                                     Phase::launching, at_once);
    for (const auto& order : stranded) enqueue_send(tx, now, order);
    return static_cast<std::int64_t>(stranded.size());
}

}  // namespace smg::orders
