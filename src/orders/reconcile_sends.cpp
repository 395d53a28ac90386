#include "orders/reconcile_sends.hpp"

#include <fmt/core.h>

#include "orders/dispatch.hpp"
#include "orders/lost_sends.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

const Actor journal{Actor::Kind::system, "send journal"};

suppliers::AddOutcome not_sent(std::string why)
{
    suppliers::AddOutcome outcome;
    outcome.verdict.text = std::move(why);
    return outcome;
}

std::optional<Order> order_of(db::Tx& tx, const JournalGo& go)
{
    return tx.find<Order>("FROM orders WHERE site_id = ? AND identity = ?", go.site_id, go.identity);
}

// Numbers alone prove nothing: a database that was put back gives them out again. One that was put back from the journal has
// the journal's time.
std::optional<Attempt> attempt_of(db::Tx& tx, const std::string& boot_id, const JournalGo& go, const Order& order)
{
    return tx.find<Attempt>(
        "FROM attempts WHERE order_id = ? AND boot_id = ? AND (id = ? OR sending_at = ?) ORDER BY state = ?, id LIMIT 1",
        order.id, boot_id, go.attempt_id, go.at, AttemptState::not_sent);
}

void send_on(db::Tx& tx, Time now, OrderId id)
{
    if (auto order = find_order(tx, id); order && order->phase == Phase::launching) enqueue_send(tx, now, *order);
}

// Closes an attempt that is `sending`, or `unknown`, as the journal says.
Result<Settled> close_by(db::Tx& tx, Time now, const Attempt& attempt, const SendRecord& send,
                         const settings::Settings& settings)
{
    Result<void> closed;
    auto settled = Settled::known;
    if (send.reply) {
        settled = Settled::answered;
        closed = record_outcome(tx, now, attempt, outcome_of(*send.reply), settings);
    } else if (send.not_sent) {
        settled = Settled::not_sent;
        closed = record_outcome(tx, now, attempt, not_sent("the send journal says that nothing was written"), settings);
    } else if (attempt.state == AttemptState::sending) {
        settled = Settled::lost;
        closed = record_lost(tx, now, attempt, settings);
    }
    if (!closed) return fail(closed.error());
    if (settled == Settled::not_sent) send_on(tx, now, attempt.order_id);
    return settled;
}

bool is_elsewhere(db::Tx& tx, const Order& order)
{
    return tx
        .first<std::int64_t>("SELECT id FROM attempts WHERE order_id = ? AND state IN (?, ?, ?, ?) LIMIT 1", order.id,
                             AttemptState::sending, AttemptState::unknown, AttemptState::accepted,
                             AttemptState::resolved_found)
        .has_value();
}

// The moves that lead an unsent order to where it was when it was sent; nothing when it is no longer unsent.
Result<std::optional<Order>> make_sending(db::Tx& tx, Time now, Order order, const JournalGo& go)
{
    std::vector<Move> moves;
    if (order.phase == Phase::review) moves = {Move::approved, Move::taken};
    else if (order.phase == Phase::notaccepted) moves = {Move::resent, Move::taken};
    else if (order.phase == Phase::launching) moves = {Move::taken};
    else return std::optional<Order>();
    for (auto move : moves) {
        auto moved = move_order(tx, now, order, move, journal, {"it was sent: the send journal has it"},
                                {set(tx, "api_provider_id", go.api_provider_id)});
        if (!moved) return fail(moved.error());
        order = std::move(*moved);
    }
    return std::optional(std::move(order));
}

// Under its old number where that is free, so that the numbers given out from now on are new ones.
Attempt put_back(db::Tx& tx, Time now, const Order& order, const std::string& boot_id, const JournalGo& go)
{
    tx.execute(
        "UPDATE attempts SET state = ?, done_at = ?, detail = 'the send journal knows a later one' WHERE order_id = ? "
        "AND state = ?",
        AttemptState::not_sent, now, order.id, AttemptState::prepared);
    Attempt attempt;
    attempt.order_id = order.id;
    attempt.n = 1 + tx.first<int>("SELECT COALESCE(MAX(n), 0) FROM attempts WHERE order_id = ?", order.id).value_or(0);
    attempt.api_provider_id = go.api_provider_id;
    attempt.supplier_service_id = go.service;
    attempt.link_key = go.link_key;
    attempt.quantity = go.quantity;
    attempt.state = AttemptState::sending;
    attempt.boot_id = boot_id;
    attempt.prepared_at = go.at;
    attempt.sending_at = go.at;
    attempt.id = AttemptId{tx.insert("attempts", attempt)};
    if (!find_attempt(tx, go.attempt_id) &&
        tx.execute("UPDATE attempts SET id = ? WHERE id = ?", go.attempt_id, attempt.id) == 1)
        attempt.id = go.attempt_id;
    return attempt;
}

// The order is with a supplier, decided or ended in a database that knows nothing of this attempt.
Settled dispute(db::Tx& tx, Time now, const Order& order, const SendRecord& send, const settings::Settings& settings)
{
    auto verdict = send.reply ? send.reply->verdict : suppliers::Verdict::Kind::unknown;
    auto number = send.reply ? send.reply->supplier_order_id : "";
    if (verdict == suppliers::Verdict::Kind::rejected) return Settled::known;
    if (!number.empty() && order.supplier_order_number == number) return Settled::known;
    auto event = make_event(order.id, now, journal, "evidence");
    event.detail = fmt::format("the send journal has an attempt that the database has lost, of {}: {} {}", iso(send.go.at),
                               word(verdict), number);
    if (send.reply) event.reply = send.reply->body;
    if (tx.first<std::int64_t>("SELECT id FROM order_events WHERE order_id = ? AND kind = 'evidence' AND detail = ? LIMIT 1",
                               order.id, event.detail))
        return Settled::known;
    add_event(tx, std::move(event));
    if (verdict == suppliers::Verdict::Kind::accepted) raise_accepted_late(tx, now, order, number, settings);
    return Settled::disputed;
}

Result<Settled> settle_missing(db::Tx& tx, Time now, const std::string& boot_id, const SendRecord& send, const Order& order,
                               const settings::Settings& settings)
{
    if (send.not_sent) return Settled::known;
    if (is_elsewhere(tx, order)) return dispute(tx, now, order, send, settings);
    auto sending = make_sending(tx, now, order, send.go);
    if (!sending) return fail(sending.error());
    if (!*sending) return dispute(tx, now, order, send, settings);
    auto attempt = put_back(tx, now, **sending, boot_id, send.go);
    auto closed = close_by(tx, now, attempt, send, settings);
    if (!closed) return closed;
    return Settled::restored;
}

}  // namespace

std::vector<const SendRecord*> not_known(db::Tx& tx, const std::string& boot_id, std::span<const SendRecord* const> sends)
{
    std::vector<db::Param> params{db::to_param(tx.dialect(), boot_id)};
    std::string marks;
    for (auto send : sends) {
        marks += marks.empty() ? "?" : ", ?";
        params.push_back(db::to_param(tx.dialect(), send->go.attempt_id));
    }
    std::map<AttemptId, std::string> ended;
    for (auto& [id, identity] : tx.query_with<std::tuple<AttemptId, std::string>>(
             "SELECT attempts.id, orders.identity FROM attempts JOIN orders ON orders.id = attempts.order_id WHERE boot_id "
             "= ? "
             "AND attempts.id IN (" +
                 marks + ") AND state IN ('accepted', 'rejected', 'resolved_found')",
             std::move(params)))
        ended[id] = identity;
    std::vector<const SendRecord*> left;
    for (auto send : sends)
        if (auto found = ended.find(send->go.attempt_id); found == ended.end() || found->second != send->go.identity)
            left.push_back(send);
    return left;
}

Result<Settled> settle_send(db::Tx& tx, Time now, const std::string& boot_id, const SendRecord& send,
                            const settings::Settings& settings)
{
    auto order = order_of(tx, send.go);
    if (!order) {
        if (send.not_sent || !add_lost_send(tx, now, boot_id, send)) return Settled::known;
        return Settled::homeless;
    }
    auto attempt = attempt_of(tx, boot_id, send.go, *order);
    // Others may have taken an attempt of a database that was put back for one that was never written.
    bool unsent = attempt && attempt->state == AttemptState::not_sent;
    if (!attempt || unsent) return settle_missing(tx, now, boot_id, send, *order, settings);
    if (attempt->state == AttemptState::prepared && !send.not_sent) {
        auto sending = make_sending(tx, now, *order, send.go);
        if (!sending) return fail(sending.error());
        if (!*sending) return dispute(tx, now, *order, send, settings);
        move_attempt(tx, *attempt, AttemptState::prepared, AttemptState::sending);
        attempt = find_attempt(tx, attempt->id);
        attempt->sending_at = send.go.at;
        tx.execute("UPDATE attempts SET sending_at = ? WHERE id = ?", send.go.at, attempt->id);
    }
    bool is_news = attempt->state == AttemptState::sending || attempt->state == AttemptState::unknown ||
                   (attempt->state == AttemptState::resolved_absent && send.reply);
    if (!is_news) return Settled::known;
    return close_by(tx, now, *attempt, send, settings);
}

Result<std::int64_t> settle_unwritten(db::Tx& tx, Time now, const BootJournal& boot, const settings::Settings& settings)
{
    // What others have given up for lost may stand in the files that were settled before.
    bool all_read = !boot.segments.empty() && boot.segments.front().file.segment == 1;
    auto open = tx.select<Attempt>("FROM attempts WHERE state IN (?, ?) AND boot_id = ? ORDER BY id", AttemptState::sending,
                                   AttemptState::unknown, boot.boot_id);
    std::int64_t count = 0;
    for (const auto& attempt : open) {
        if (boot.sends.contains(attempt.id)) continue;
        if (attempt.state == AttemptState::unknown && (!attempt.by_restart || !all_read)) continue;
        auto recorded = record_outcome(
            tx, now, attempt, not_sent("the program ended before the first byte: the send journal has no word of it"),
            settings);
        if (!recorded) return fail(recorded.error());
        send_on(tx, now, attempt.order_id);
        ++count;
    }
    return count;
}

}  // namespace smg::orders
