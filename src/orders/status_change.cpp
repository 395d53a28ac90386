#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "orders/tracking.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t longest_word = 64;

std::optional<Move> move_for(suppliers::StatusWord word)
{
    switch (word) {
        case suppliers::StatusWord::completed: return Move::completed;
        case suppliers::StatusWord::partial: return Move::partial;
        case suppliers::StatusWord::canceled:
        case suppliers::StatusWord::failed: return Move::canceled;
        case suppliers::StatusWord::refunded: return Move::refunded;
        case suppliers::StatusWord::waiting:
        case suppliers::StatusWord::running:
        case suppliers::StatusWord::unknown_word: break;  // a word that nobody knows moves no order
    }
    return std::nullopt;
}

// Asked and answered, nothing new: neither a version nor an event, or a person's decision would be refused for nothing.
void note_poll(db::Tx& tx, Time now, const Order& order, const settings::Settings& settings)
{
    tx.execute("UPDATE orders SET answered_at = ?, poll_at = ? WHERE id = ? AND phase = ?", now,
               now + settings.seconds("statuses.every_s"), order.id, Phase::executing);
}

// What was ordered in all: a drip-feed's quantity is that of one run.
std::int64_t ordered(const Order& order)
{
    auto runs = order.params.is_object() ? order.params.get_object().if_contains("runs") : nullptr;
    return order.quantity * std::max<std::int64_t>(1, runs ? json::as_integer(*runs).value_or(1) : 1);
}

std::vector<Change> figures(db::Tx& tx, const Order& order, const suppliers::OrderStatus& status)
{
    std::vector<Change> changes;
    if (status.charge && order.provider_price != status.charge) changes.push_back(set(tx, "provider_price", status.charge));
    if (!status.currency.empty() && order.provider_currency != status.currency)
        changes.push_back(set(tx, "provider_currency", cut(status.currency, 8)));
    if (status.start_count && order.start_count != status.start_count)
        changes.push_back(set(tx, "start_count", status.start_count));
    if (status.remains) {
        auto remains = suppliers::clamped_remains(*status.remains, ordered(order));
        if (order.remains != remains) changes.push_back(set(tx, "remains", remains));
        if (!order.remains_status) changes.push_back(set(tx, "remains_status", true));
    }
    auto shown = cut(status.raw_word, longest_word);
    if (!shown.empty() && order.supplier_status != shown) changes.push_back(set(tx, "supplier_status", shown));
    return changes;
}

// Not an answer on this order: `answered_at` stays, so that its silence is told of.
Result<bool> note_error(db::Tx& tx, Time now, const Order& order, const suppliers::OrderStatus& status,
                        const settings::Settings& settings)
{
    tx.execute("UPDATE orders SET poll_at = ? WHERE id = ? AND phase = ?", now + settings.seconds("statuses.every_s"),
               order.id, Phase::executing);
    auto shown = cut("error: " + status.error, longest_word);
    if (order.supplier_status == shown) return false;
    auto updated = update_order(tx, now, order, {set(tx, "supplier_status", shown)});
    if (!updated) return fail(updated.error());
    auto event = make_event(order.id, now, {Actor::Kind::supplier, "supplier"}, "status_refused");
    event.detail = status.error;
    if (!status.reply.empty()) event.reply = status.reply;
    add_event(tx, std::move(event));
    return true;
}

std::string sentence(const suppliers::OrderStatus& status)
{
    std::string out = status.raw_word;
    if (status.remains) out += fmt::format(", remains {}", *status.remains);
    if (status.over_delivered > 0) out += fmt::format(", {} more than ordered", status.over_delivered);
    if (status.charge) out += fmt::format(", charge {} {}", status.charge->text(), status.currency);
    return out;
}

}  // namespace

Result<bool> apply_status(db::Tx& tx, Time now, const Order& order, const suppliers::OrderStatus& status,
                          const settings::Settings& settings)
{
    if (!status.error.empty()) return note_error(tx, now, order, status, settings);
    auto changes = figures(tx, order, status);
    auto move = move_for(status.word);
    if (!move && changes.empty()) {
        note_poll(tx, now, order, settings);
        return false;
    }
    changes.push_back(set(tx, "answered_at", now));
    if (move) {
        auto moved = move_order(tx, now, order, *move, {Actor::Kind::supplier, "supplier"}, {sentence(status), status.reply},
                                std::move(changes));
        if (!moved) return fail(moved.error());
        return true;
    }
    changes.push_back(set(tx, "poll_at", now + settings.seconds("statuses.every_s")));
    bool new_word = !status.raw_word.empty() && order.supplier_status != cut(status.raw_word, longest_word);
    auto updated = update_order(tx, now, order, std::move(changes));
    if (!updated) return fail(updated.error());
    if (new_word) {
        auto event = make_event(order.id, now, {Actor::Kind::supplier, "supplier"}, "supplier_status");
        event.from_value = order.supplier_status;
        event.to_value = status.raw_word;
        event.detail = sentence(status);
        if (!status.reply.empty()) event.reply = status.reply;
        add_event(tx, std::move(event));
        if (status.word == suppliers::StatusWord::unknown_word)
            raise_unknown_status(tx, now, order, status.raw_word, settings);
    }
    return true;
}

}  // namespace smg::orders
