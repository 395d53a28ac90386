#include <fmt/core.h>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "orders/add_form.hpp"
#include "orders/evidence.hpp"
#include "orders/found.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"

// The one exception from `never twice`: a supplier that promises to take a repeat for a repeat, and whose row says that the
// program may rely on it, is asked the very same once more. Whatever it answers but the order's number proves nothing.
namespace smg::orders {
namespace {

constexpr int most_repeats = 3;
// From our decision until the supplier has read it, at the worst, and what the clocks of two nodes may differ by.
constexpr auto on_the_way = std::chrono::seconds(10) + std::chrono::seconds(20);

bool has_number(const suppliers::AddOutcome& outcome)
{
    return outcome.sent && outcome.verdict.kind == suppliers::Verdict::Kind::accepted;
}

}  // namespace

// Within the supplier's window, where it has one: measured from the moment at which the first request was written.
bool Evidence::still_a_repeat(const Case& one) const
{
    if (one.provider.request_id_field) return true;
    auto sent_at = one.attempt.sending_at;
    return sent_at && desk_.clock.now() + on_the_way < *sent_at + std::chrono::seconds(one.provider.dedup_window_s);
}

// Counted before it is done: a crash in between costs one try and never makes one too many.
Result<bool> Evidence::may_ask_again(db::Tx& tx, const Case& one) const
{
    auto order = find_order(tx, one.order.id);
    if (!order || order->phase != Phase::uncertain || one.provider.paused_at || one.provider.funds_out_at) return false;
    auto hash = tx.first<std::optional<std::string>>("SELECT request_hash FROM attempts WHERE id = ?", one.attempt.id);
    auto repeats =
        tx.first<std::int64_t>("SELECT COUNT(*) FROM order_events WHERE order_id = ? AND kind = 'asked_again'", order->id);
    if (!hash || !*hash || repeats.value_or(0) >= most_repeats) return false;
    auto event = make_event(order->id, desk_.clock.now(), {}, "asked_again");
    event.detail = "the very same request once more: the supplier takes it for a repeat";
    add_event(tx, std::move(event));
    return true;
}

// True when the order is settled by it.
Async<bool> Evidence::ask_again(const Case& one) const
{
    if (!may_send_() || !takes_repeats(one.provider) || !still_a_repeat(one)) co_return false;
    if (desk_.traffic.circuits.blocked(one.provider.id)) co_return false;
    auto repeat = [&](db::Tx& tx) -> Result<AddFields> {
        auto order = one.order;
        order.supplier_service_id = one.attempt.supplier_service_id;
        auto fields = form_of(order);
        if (!fields) return fields;
        add_request_id(tx, one.provider, order, *fields);
        return fields;
    };
    auto fields = co_await desk_.db.read(std::move(repeat));
    if (!fields) co_return false;
    auto hash = request_hash(one.endpoint, *fields);
    auto begin = [&](db::Tx& tx) -> Result<bool> {
        auto first = tx.first<std::optional<std::string>>("SELECT request_hash FROM attempts WHERE id = ?", one.attempt.id);
        if (!first || *first != hash) return false;  // its key, its address or the order has changed: no repeat any more
        return may_ask_again(tx, one);
    };
    auto begun = co_await desk_.db.write(std::move(begin));
    if (!begun || !*begun) co_return false;

    auto ask = [&] { return suppliers::add(one.endpoint, *fields, [&] { return still_a_repeat(one); }); };
    auto outcome = co_await senders_.run(std::move(ask));
    suppliers::note_add(desk_.traffic.circuits, one.provider.id, outcome);
    auto write = [&](db::Tx& tx) { return note_repeat(tx, one, outcome); };
    auto settled = co_await desk_.db.write(std::move(write));
    if (!settled) log::warning("order {}: {}", one.order.id.value, settled.error().message);
    co_return settled && *settled;
}

Result<bool> Evidence::note_repeat(db::Tx& tx, const Case& one, const suppliers::AddOutcome& outcome) const
{
    auto now = desk_.clock.now();
    auto order = find_order(tx, one.order.id);
    if (!order) return true;
    auto number = outcome.verdict.supplier_order_id;
    EvidenceRow row{0, order->id, one.attempt.id, EvidenceKind::asked_again, Strength::weak, {}, outcome.verdict.text, now};
    if (!outcome.sent) row.detail = "asked again, nothing was written: " + row.detail;
    else if (!has_number(outcome)) row.detail = "asked again, no number came: " + row.detail;
    if (!has_number(outcome)) {
        keep_evidence(tx, std::move(row));
        return order->phase != Phase::uncertain;
    }
    row.strength = Strength::strong;
    row.detail = "asked again, the supplier gives the number " + number;
    keep_evidence(tx, row);
    if (order->phase != Phase::uncertain) {
        if (order->supplier_order_number != number) raise_accepted_late(tx, now, *order, number, desk_.settings);
        return true;
    }
    if (!taken_numbers(tx, one.provider.id, {number}).empty()) return false;
    auto moved = settle_found(tx, now, *order, number, {}, {row.detail, outcome.body});
    if (!moved) return fail(moved.error());
    notices::mark_order_seen(tx, now, order->id, "SMG CRM");
    return true;
}

}  // namespace smg::orders
