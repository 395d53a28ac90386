#include "orders/decisions.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "notices/notice_store.hpp"
#include "orders/attempt_store.hpp"
#include "orders/dispatch.hpp"
#include "orders/evidence_store.hpp"
#include "orders/found.hpp"
#include "orders/order_store.hpp"
#include "orders/tracking.hpp"

namespace smg::orders {
namespace {

struct Desk {
    db::Tx& tx;
    Time now;
    Actor who;
    std::string caller_key;  // the account, or the token of nobody's account
    const Decision& decision;
    const settings::Settings& settings;
    const SenderIsGone& sender_is_gone;
    const std::optional<FoundProof>& proof;
};

Because because(const Desk& desk, std::string detail = {})
{
    if (desk.decision.note && !desk.decision.note->empty()) detail += (detail.empty() ? "" : "; ") + *desk.decision.note;
    return {std::move(detail), {}};
}

Result<Order> move_and_send(const Desk& desk, const Order& order, Move move, Because why, std::vector<Change> changes = {})
{
    changes.push_back(set(desk.tx, "supplier_order_number", nullptr));
    changes.push_back(set(desk.tx, "reason", nullptr));
    changes.push_back(set(desk.tx, "reason_text", nullptr));
    for (auto column : {"provider_price", "provider_currency", "supplier_status", "remains", "start_count"})
        changes.push_back(set(desk.tx, column, nullptr));  // of an earlier try
    auto moved = move_order(desk.tx, desk.now, order, move, desk.who, why, std::move(changes));
    if (moved) enqueue_send(desk.tx, desk.now, *moved);
    return moved;
}

Result<Order> found(const Desk& desk, const Order& order)
{
    if (!desk.proof) return fail_field("supplier_order_number", "The supplier order number could not be verified.");
    auto proof = fmt::format("verified at the supplier: {}{}", desk.proof->status,
                             desk.proof->charge ? ", charge " + desk.proof->charge->text() : "");
    return settle_found(desk.tx, desk.now, order, desk.proof->number, desk.who, because(desk, std::move(proof)));
}

// What has come to light is looked for again, now.
Result<Order> recheck(const Desk& desk, const Order& order)
{
    if (order.phase != Phase::uncertain)
        return fail(Code::conflict,
                    fmt::format("order {} is {}: there is nothing to find out", order.id.value, word(order.phase)));
    auto changed = update_order(desk.tx, desk.now, order, {});
    if (!changed) return changed;
    enqueue_evidence_now(desk.tx, desk.now, order.id);
    auto event = make_event(order.id, desk.now, desk.who, "recheck_asked");
    event.detail = desk.decision.note;
    add_event(desk.tx, std::move(event));
    return changed;
}

// A second request for an order that may be paid for already: only when the first one can no longer be under way.
Result<void> safe_to_send_again(const Desk& desk, const Attempt& attempt)
{
    if (!desk.decision.confirm.value_or(false))
        return fail_field("confirm",
                          "The confirm field must be true: look at the supplier's cabinet first, the order may be there.");
    auto asked = attempt.sending_at.value_or(attempt.prepared_at);
    auto wait = desk.settings.seconds("sending.safe_wait_s");
    if (desk.now - asked < wait) {
        auto left = std::chrono::ceil<std::chrono::seconds>(wait - (desk.now - asked)).count();
        return fail(Code::conflict, fmt::format("the request may still be on its way: this can be decided in {} s", left));
    }
    if (attempt.by_restart && !desk.sender_is_gone(desk.tx, attempt.boot_id))
        return fail(Code::conflict, "the process that sent it is not proven dead yet");
    return {};
}

// True when this was the first of the two people that a large amount takes. The question is about this attempt, and a second
// answer from the same account or token counts for nothing.
bool wants_second_person(const Desk& desk, const Order& order, const Attempt& attempt)
{
    auto above = Money::parse(desk.settings.text("sending.second_person_above")).value_or(Money{});
    if (above.units <= 0 || order.total_amount.value_or(Money{}) <= above) return false;
    auto others = desk.tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM order_events WHERE order_id = ? AND kind = 'send_again_asked' AND from_value = ? AND to_value "
        "<> ?",
        order.id, std::to_string(attempt.id.value), desk.caller_key);
    return others == 0;
}

Result<Order> send_again(const Desk& desk, const Order& order)
{
    auto attempt = unknown_attempt(desk.tx, order.id);
    if (!attempt) return fail(Code::conflict, "no attempt of this order is unknown");
    if (auto safe = safe_to_send_again(desk, *attempt); !safe) return fail(safe.error());
    if (wants_second_person(desk, order, *attempt)) {
        auto event = make_event(order.id, desk.now, desk.who, "send_again_asked");
        event.from_value = std::to_string(attempt->id.value);
        event.to_value = desk.caller_key;
        event.detail = "the amount takes a second person: someone else must decide the same";
        add_event(desk.tx, std::move(event));
        return update_order(desk.tx, desk.now, order, {});
    }
    if (!move_attempt(desk.tx, *attempt, AttemptState::unknown, AttemptState::resolved_absent))
        return fail(Code::conflict, "the attempt was decided meanwhile");
    return move_and_send(desk, order, Move::absent, because(desk, "not at the supplier: to be sent again"));
}

Result<Order> cancel(const Desk& desk, const Order& order)
{
    if (order.phase == Phase::executing) return ask_cancel(desk.tx, desk.now, order, desk.who);
    // An unknown attempt stays unknown: giving the order up proves nothing about it.
    return move_order(desk.tx, desk.now, order, Move::dropped, desk.who, because(desk));
}

Result<Order> resend(const Desk& desk, const Order& order)
{
    std::vector<Change> changes;
    std::string detail;
    if (desk.decision.supplier_id) {
        if (!suppliers::provider_for(desk.tx, *desk.decision.supplier_id))
            return fail_field("supplier_id", "The supplier id is not mapped to a supplier.");
        changes.push_back(set(desk.tx, "supplier_id", *desk.decision.supplier_id));
        detail = "to supplier " + *desk.decision.supplier_id;
    }
    if (desk.decision.supplier_service_id) {
        changes.push_back(set(desk.tx, "supplier_service_id", *desk.decision.supplier_service_id));
        detail += (detail.empty() ? "" : "; ") + ("service " + *desk.decision.supplier_service_id);
    }
    for (auto column : {"api_provider_id", "route_provider_id", "route_service_id"})
        changes.push_back(set(desk.tx, column, nullptr));  // from the beginning
    return move_and_send(desk, order, Move::resent, because(desk, std::move(detail)), std::move(changes));
}

// The word that people see; the machine's phase stays, and its next move sets the word anew.
Result<Order> change_status(const Desk& desk, const Order& order)
{
    auto value = desk.decision.status.value_or("");
    if (!desk.tx.first<std::int64_t>("SELECT id FROM order_statuses WHERE status_value = ?", value))
        return fail_field("status", "The selected status is invalid.");
    auto changed = update_order(desk.tx, desk.now, order, {set(desk.tx, "status", value)});
    if (!changed) return changed;
    auto event = make_event(order.id, desk.now, desk.who, "status");
    event.from_value = order.status;
    event.to_value = value;
    event.detail = desk.decision.note;
    add_event(desk.tx, std::move(event));
    return changed;
}

Result<Order> archive(const Desk& desk, const Order& order)
{
    bool in = desk.decision.archive.value_or(true);
    auto changed = update_order(desk.tx, desk.now, order, {set(desk.tx, "is_archive", in)});
    if (changed) add_event(desk.tx, make_event(order.id, desk.now, desk.who, in ? "archived" : "unarchived"));
    return changed;
}

Result<Order> carry_out(const Desk& desk, const Order& order)
{
    switch (desk.decision.kind) {
        case DecisionKind::approve: return move_and_send(desk, order, Move::approved, because(desk));
        case DecisionKind::reject:
            if (order.phase != Phase::review)
                return fail(Code::conflict, fmt::format("order {} is {}: only a held order can be rejected", order.id.value,
                                                        word(order.phase)));
            return move_order(desk.tx, desk.now, order, Move::dropped, desk.who, because(desk));
        case DecisionKind::found: return found(desk, order);
        case DecisionKind::recheck: return recheck(desk, order);
        case DecisionKind::paid_back: return move_order(desk.tx, desk.now, order, Move::paid_back, desk.who, because(desk));
        case DecisionKind::send_again: return send_again(desk, order);
        case DecisionKind::cancel: return cancel(desk, order);
        case DecisionKind::refill: return ask_refill(desk.tx, desk.now, order, desk.who);
        case DecisionKind::resend: return resend(desk, order);
        case DecisionKind::refresh: return ask_refresh(desk.tx, desk.now, order, desk.who);
        case DecisionKind::status: return change_status(desk, order);
        case DecisionKind::archive: return archive(desk, order);
    }
    return fail(Code::failed, "no such decision");
}

Result<void> check(const Decision& decision)
{
    constexpr std::size_t longest_note = 500, longest_id = 64;
    std::vector<FieldError> wrong;
    auto limit = [&](const char* field, const std::optional<std::string>& text, std::size_t most) {
        if (text && (text->empty() || code_points(*text) > most))
            wrong.push_back(
                {field, json::about(field, fmt::format("The :attribute field must have 1 to {} characters.", most))});
    };
    limit("note", decision.note, longest_note);
    limit("supplier_id", decision.supplier_id, longest_id);
    limit("supplier_service_id", decision.supplier_service_id, longest_id);
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    return {};
}

}  // namespace

std::vector<DecisionKind> decisions_on(const Order& order)
{
    using enum DecisionKind;
    std::vector<DecisionKind> kinds;
    switch (order.phase) {
        case Phase::review: kinds = {approve, reject, cancel}; break;
        case Phase::launching: kinds = {cancel}; break;
        case Phase::sending: break;
        case Phase::executing: kinds = {refresh, cancel, refill}; break;
        case Phase::uncertain: kinds = {found, recheck, send_again, cancel}; break;
        case Phase::notaccepted: kinds = {resend, paid_back, cancel}; break;
        case Phase::completed:
        case Phase::partial: kinds = {refill}; break;
        case Phase::canceled:
        case Phase::refunded: break;
    }
    kinds.insert(kinds.end(), {status, archive});
    return kinds;
}

Result<Order> order_for_decision(db::Tx& tx, const http::Caller& caller, const Decision& decision)
{
    auto order = find_order(tx, decision.id);
    if (!order || !caller.may_see(order->site_id)) return fail(Code::not_found, "There is no such order.");
    if (order->version == decision.version) return *order;
    auto last = last_event(tx, order->id);
    if (!last) return fail(Code::conflict, "The order was changed meanwhile.");
    Error faster{Code::conflict, fmt::format("The order was changed meanwhile: {} by {} at {}. It is {} now, version {}.",
                                             last->kind, last->actor, iso(last->at), order->status, order->version)};
    faster.conflict = Conflict{last->kind, last->actor, iso(last->at), order->status};
    return fail(std::move(faster));
}

Result<Order> decide(db::Tx& tx, Time now, const http::Caller& caller, const Decision& decision,
                     const settings::Settings& settings, const SenderIsGone& sender_is_gone,
                     const std::optional<FoundProof>& proof)
{
    if (auto good = check(decision); !good) return fail(good.error());
    auto order = order_for_decision(tx, caller, decision);
    if (!order) return order;
    auto decided = carry_out(
        {tx, now, {Actor::Kind::person, caller.name}, caller.key(), decision, settings, sender_is_gone, proof}, *order);
    // What was decided needs no reminder; a note, another word or half a decision leaves the order where it was.
    if (decided && decided->phase != order->phase) notices::mark_order_seen(tx, now, order->id, caller.name);
    return decided;
}

}  // namespace smg::orders
