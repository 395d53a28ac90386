#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "notices/notice_store.hpp"
#include "orders/dispatch.hpp"
#include "orders/evidence_store.hpp"
#include "orders/failover.hpp"
#include "orders/funds.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "suppliers/funds.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t max_reason_text = 500;

struct Closed {
    AttemptState attempt;
    Move move;
};

Closed closed_by(const suppliers::AddOutcome& outcome)
{
    if (!outcome.sent) return {AttemptState::not_sent, Move::unsent};
    switch (outcome.verdict.kind) {
        case suppliers::Verdict::Kind::accepted: return {AttemptState::accepted, Move::accepted};
        case suppliers::Verdict::Kind::rejected: return {AttemptState::rejected, Move::refused};
        case suppliers::Verdict::Kind::unknown: break;
    }
    return {AttemptState::unknown, Move::lost};
}

Attempt with_evidence(Attempt attempt, Time now, const suppliers::AddOutcome& outcome)
{
    attempt.done_at = now;
    if (outcome.http_status > 0) attempt.http_status = outcome.http_status;
    if (!outcome.body.empty()) {
        attempt.body = cut(outcome.body, max_reply_bytes);
        attempt.body_sha256 = outcome.body_sha256;
    }
    if (!outcome.verdict.supplier_order_id.empty()) attempt.supplier_order_id = outcome.verdict.supplier_order_id;
    if (outcome.verdict.reason != suppliers::Reason::none) attempt.reason = word(outcome.verdict.reason);
    else if (outcome.sent && outcome.verdict.kind == suppliers::Verdict::Kind::unknown) attempt.reason = "unproven";
    attempt.detail = cut(outcome.verdict.text, max_reason_text);
    return attempt;
}

// Another order has this supplier's number already: whatever that means, it proves nothing about ours.
bool number_is_taken(db::Tx& tx, const Attempt& attempt, const std::string& number)
{
    return tx
        .first<std::int64_t>("SELECT id FROM orders WHERE api_provider_id = ? AND supplier_order_number = ? AND id <> ?",
                             attempt.api_provider_id, number, attempt.order_id)
        .has_value();
}

// `Active order with this link`: the order that is in the way may be one of ours whose answer was lost, or was given up.
std::vector<OrderId> in_doubt(db::Tx& tx, const Attempt& attempt, const suppliers::AddOutcome& outcome)
{
    if (!outcome.sent || outcome.verdict.kind != suppliers::Verdict::Kind::rejected ||
        outcome.verdict.reason != suppliers::Reason::duplicate_link)
        return {};
    return tx.query<OrderId>(
        "SELECT DISTINCT order_id FROM attempts WHERE api_provider_id = ? AND link_key = ? AND state IN (?, ?) AND "
        "id <> ?",
        attempt.api_provider_id, attempt.link_key, AttemptState::unknown, AttemptState::resolved_absent, attempt.id);
}

void add_evidence(db::Tx& tx, Time now, const std::vector<OrderId>& orders, const Attempt& said_to)
{
    for (auto order : orders) {
        auto event = make_event(order, now, {}, "evidence");
        event.detail =
            fmt::format("the supplier has an active order for this link, it said to order {}", said_to.order_id.value);
        note_duplicate_link(tx, now, order, said_to.api_provider_id, *event.detail);
        add_event(tx, std::move(event));
    }
}

std::vector<Change> changes_for(db::Tx& tx, Time now, Move move, const Attempt& attempt, const settings::Settings& settings)
{
    std::vector<Change> changes;
    if (move == Move::accepted) {
        changes.push_back(set(tx, "supplier_order_number", attempt.supplier_order_id));
        changes.push_back(set(tx, "poll_at", now + settings.seconds("statuses.every_s")));
        changes.push_back(set(tx, "answered_at", now));
        changes.push_back(set(tx, "reason", nullptr));
        changes.push_back(set(tx, "reason_text", nullptr));
    } else if (move != Move::unsent) {
        changes.push_back(set(tx, "reason", attempt.reason));
        changes.push_back(set(tx, "reason_text", attempt.detail));
    }
    return changes;
}

// A supplier without funds makes all its orders wait; one that will not have this order may not be the only one.
Result<void> after_refusal(db::Tx& tx, Time now, const Order& order, const Attempt& attempt, suppliers::Reason reason,
                           const settings::Settings& settings)
{
    bool no_funds = reason == suppliers::Reason::no_funds;
    bool begins = no_funds && park_for_funds(tx, now, order, attempt, settings);
    auto elsewhere = fail_over(tx, now, order, attempt.api_provider_id, reason, settings);
    if (!elsewhere) return fail(elsewhere.error());
    if (begins) tell_of_funds(tx, now, attempt.api_provider_id, settings);
    if (!no_funds && !*elsewhere) raise_notaccepted(tx, now, order, settings);
    return {};
}

// A supplier that loses answers one after the other gets no further orders until a person has looked.
void pause_when_losing(db::Tx& tx, Time now, const Attempt& attempt, const settings::Settings& settings)
{
    auto lost = unknowns_since(tx, attempt.api_provider_id, now - settings.seconds("sending.pause_window_s"));
    if (lost < settings.integer("sending.pause_after_unknowns")) return;
    auto reason = fmt::format("{} answers were lost within {} s", lost, settings.integer("sending.pause_window_s"));
    if (!suppliers::pause_provider(tx, now, attempt.api_provider_id, reason)) return;
    if (auto provider = suppliers::find_provider(tx, attempt.api_provider_id))
        raise_lane_paused(tx, now, *provider, lost, reason, settings);
}

// Proof that came too late to act upon is at least told: money was spent, or was not, and somebody decided without knowing.
void tell_late(db::Tx& tx, Time now, const Order& order, const Attempt& seen, AttemptState state,
               const settings::Settings& settings)
{
    auto event = make_event(order.id, now, {}, "evidence");
    event.detail = fmt::format("the answer came late: {} {}: {}", word(state), seen.supplier_order_id.value_or(""),
                               seen.detail.value_or(""));
    event.reply = seen.body;
    // A commit that is tried again says it once.
    if (tx.first<std::int64_t>("SELECT id FROM order_events WHERE order_id = ? AND kind = 'evidence' AND detail = ? LIMIT 1",
                               order.id, event.detail))
        return;
    add_event(tx, std::move(event));
    if (state == AttemptState::accepted) raise_accepted_late(tx, now, order, seen.supplier_order_id.value_or(""), settings);
}

// Others took this process for dead and its attempt for unknown, and now it comes back with the proof in its hands.
Result<void> settle_late(db::Tx& tx, Time now, const Attempt& seen, AttemptState before, AttemptState state,
                         const settings::Settings& settings)
{
    auto order = find_order(tx, seen.order_id);
    bool proves = state == AttemptState::accepted || state == AttemptState::rejected || state == AttemptState::not_sent;
    if (!order || !proves || before == state) return {};
    bool applies = order->phase == Phase::uncertain && before == AttemptState::unknown && state != AttemptState::rejected;
    if (!applies || !move_attempt(tx, seen, AttemptState::unknown, state)) {
        tell_late(tx, now, *order, seen, state, settings);
        return {};
    }
    save_evidence(tx, seen);
    bool accepted = state == AttemptState::accepted;
    Because because{accepted ? "the answer came late" : "it came to light that nothing had been written",
                    seen.body.value_or("")};
    auto changes = changes_for(tx, now, accepted ? Move::accepted : Move::unsent, seen, settings);
    auto moved = move_order(tx, now, *order, accepted ? Move::found : Move::absent, {}, because, std::move(changes));
    if (!moved) return fail(moved.error());
    notices::mark_order_seen(tx, now, order->id, "SMG CRM");
    if (!accepted) enqueue_send(tx, now, *moved);
    return {};
}

}  // namespace

Result<void> record_outcome(db::Tx& tx, Time now, const Attempt& attempt, const suppliers::AddOutcome& asked,
                            const settings::Settings& settings)
{
    auto outcome = asked;
    if (outcome.sent && outcome.verdict.kind == suppliers::Verdict::Kind::accepted &&
        number_is_taken(tx, attempt, outcome.verdict.supplier_order_id)) {
        outcome.verdict.kind = suppliers::Verdict::Kind::unknown;
        outcome.verdict.text =
            fmt::format("the supplier gave the number {}, which another order has", outcome.verdict.supplier_order_id);
    }
    auto doubtful = in_doubt(tx, attempt, outcome);
    if (std::ranges::find(doubtful, attempt.order_id) != doubtful.end()) {
        outcome.verdict.kind = suppliers::Verdict::Kind::unknown;
        outcome.verdict.text += " (an earlier attempt of this order may be the one in the way)";
    }
    auto [state, move] = closed_by(outcome);
    auto seen = with_evidence(attempt, now, outcome);
    // A commit whose answer was lost may have been kept: then the attempt is closed already and this changes nothing.
    bool was_sending = move_attempt(tx, attempt, AttemptState::sending, state);
    auto kept = find_attempt(tx, attempt.id);
    seen.sending_at = kept ? kept->sending_at : std::nullopt;
    bool was_prepared =
        !was_sending && state == AttemptState::not_sent && move_attempt(tx, attempt, AttemptState::prepared, state);
    if (!was_sending && !was_prepared)
        return kept ? settle_late(tx, now, seen, kept->state, state, settings) : Result<void>{};
    save_evidence(tx, seen);
    add_evidence(tx, now, doubtful, attempt);

    auto order = find_order(tx, attempt.order_id);
    if (!order) return {};
    if (!outcome.sent && suppliers::hopeless(outcome.verdict.reason))
        move = Move::refused;          // no later try can reach it either
    else if (was_prepared) return {};  // the order never left `launching`
    Actor actor =
        outcome.sent ? Actor{Actor::Kind::supplier, fmt::format("supplier {}", attempt.api_provider_id.value)} : Actor{};
    Because because{seen.detail.value_or(""), seen.body.value_or("")};
    auto moved = move_order(tx, now, *order, move, actor, because, changes_for(tx, now, move, seen, settings));
    if (!moved) return fail(moved.error());
    if (move != Move::unsent) suppliers::note_answer(tx, now, attempt.api_provider_id);
    if (move == Move::accepted) suppliers::funds_proved(tx, now, attempt.api_provider_id, seen.sending_at.value_or(now));
    if (move == Move::refused) return after_refusal(tx, now, *moved, seen, outcome.verdict.reason, settings);
    if (move == Move::lost) {
        raise_uncertain(tx, now, *moved, settings);
        enqueue_evidence(tx, now, moved->id, attempt.api_provider_id, settings);
        pause_when_losing(tx, now, attempt, settings);
    }
    return {};
}

Result<void> record_lost(db::Tx& tx, Time now, const Attempt& attempt, const settings::Settings& settings)
{
    if (!move_attempt(tx, attempt, AttemptState::sending, AttemptState::unknown)) return {};
    auto seen = attempt;
    seen.done_at = now;
    seen.by_restart = true;
    seen.reason = "restart";
    seen.detail = "the program ended while the request may have been on the wire";
    save_evidence(tx, seen);
    auto order = find_order(tx, attempt.order_id);
    if (!order || order->phase != Phase::sending) return {};
    auto moved = move_order(tx, now, *order, Move::lost, {}, {*seen.detail},
                            {set(tx, "reason", seen.reason), set(tx, "reason_text", seen.detail)});
    if (!moved) return fail(moved.error());
    raise_uncertain(tx, now, *moved, settings);
    enqueue_evidence(tx, now, moved->id, attempt.api_provider_id, settings);
    return {};
}

Result<void> refuse_unsendable(db::Tx& tx, Time now, const Order& order, const std::string& reason, const std::string& text,
                               const settings::Settings& settings)
{
    auto moved = move_order(tx, now, order, Move::refused, {}, {text},
                            {set(tx, "reason", reason), set(tx, "reason_text", cut(text, max_reason_text))});
    if (!moved) return fail(moved.error());
    raise_notaccepted(tx, now, *moved, settings);
    return {};
}

}  // namespace smg::orders
