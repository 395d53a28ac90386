#include "orders/dispatch.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "suppliers/order_type.hpp"

namespace smg::orders {
namespace {

constexpr auto first_save_wait = std::chrono::milliseconds(500), last_save_wait = std::chrono::milliseconds(10'000);
constexpr int most_refusals = 5;
constexpr auto longest_commit = std::chrono::seconds(30);  // well below the 120 s after which a boot counts as dead
constexpr auto link_look_after = std::chrono::seconds(1);
constexpr auto look_again_after = std::chrono::seconds(5);
constexpr auto paused_look_after = std::chrono::seconds(30);

using Fields = std::vector<std::pair<std::string, std::string>>;

// The form of `add`. The order was validated when it came; what does not fit any more is refused before anything is sent.
Result<Fields> form_of(const Order& order)
{
    auto type = suppliers::find_order_type(order.order_type);
    if (!type || !order.params.is_object()) return fail(Code::invalid, "its order type is not known any more");
    if (!order.supplier_service_id) return fail(Code::invalid, "it names no service of the supplier");
    auto params = suppliers::params_in(*type, order.params.get_object());
    if (!params) return fail(params.error());
    suppliers::OrderFields given{order.url, order.quantity, std::move(*params)};
    if (!type->needs_quantity()) given.quantity.reset();
    auto valid = suppliers::validate(order.order_type, given);
    if (!valid) return fail(valid.error());
    Fields fields{{"service", *order.supplier_service_id}};
    std::ranges::move(suppliers::form_fields(*type, valid->fields), std::back_inserter(fields));
    return fields;
}

OrderId order_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto id = payload && payload->is_object() ? payload->get_object().if_contains("order") : nullptr;
    return OrderId{id ? json::as_integer(*id).value_or(0) : 0};
}

}  // namespace

void enqueue_send(db::Tx& tx, Time now, const Order& order)
{
    jobs::NewJob job;
    job.kind = send_job;
    job.payload = fmt::format(R"({{"order":{}}})", order.id.value);
    job.dedup_key = fmt::format("{}:{}", send_job, order.id.value);
    auto provider = order.supplier_id ? suppliers::provider_for(tx, *order.supplier_id) : std::nullopt;
    if (provider) job.lane = suppliers::lane_of(provider->id);
    jobs::enqueue(tx, now, job);
}

Dispatch::Dispatch(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings,
                   net::BlockingPool& senders, http::Metrics& metrics, std::string boot_id)
    : db_(db),
      clock_(clock),
      master_(master),
      settings_(settings),
      senders_(senders),
      metrics_(metrics),
      boot_id_(std::move(boot_id))
{
}

Async<jobs::Outcome> Dispatch::send(jobs::Job job)
{
    auto id = order_in(job);
    auto prepare_one = [&](db::Tx& tx) { return prepare(tx, id); };
    auto preparation = co_await db_.write(std::move(prepare_one));
    // Somebody else moved the order meanwhile: the next look tells what is left to do.
    if (!preparation) co_return jobs::Park{preparation.error().message, clock_.now() + look_again_after};
    if (auto nothing = std::get_if<Nothing>(&*preparation)) co_return nothing->outcome;
    auto prepared = std::get<Prepared>(std::move(*preparation));

    auto ask = [&] { return ask_supplier(prepared); };
    auto outcome = co_await senders_.run(std::move(ask));
    co_await save(prepared, outcome);
    auto verdict = outcome.sent ? word(outcome.verdict.kind) : std::string_view("not_sent");
    metrics_.counter("smgcrm_attempts_total", "Tries to place an order at a supplier", {{"verdict", std::string(verdict)}})
        .add();

    if (!outcome.sent) co_return jobs::Retry{outcome.verdict.text};
    co_return jobs::Done{};
}

// Steps 2 to 4. Whatever goes wrong once the request may be on the wire is an answer that proves nothing, never an
// exception.
suppliers::AddOutcome Dispatch::ask_supplier(const Prepared& prepared) const
{
    bool may_be_sent = false;
    auto before_write = [&] { return may_be_sent = mark_sending(prepared); };
    try {
        return suppliers::add(prepared.endpoint, prepared.fields, before_write);
    } catch (const std::exception& e) {
        suppliers::AddOutcome outcome;
        outcome.sent = may_be_sent;
        outcome.verdict.text = std::string("our own failure: ") + e.what();
        return outcome;
    }
}

// Step 1. Every answer but Prepared leaves nothing open.
Result<Dispatch::Preparation> Dispatch::prepare(db::Tx& tx, OrderId id) const
{
    auto now = clock_.now();
    auto order = find_order(tx, id);
    if (!order || order->phase != Phase::launching) return Nothing{jobs::Done{}};  // sent, decided or dropped meanwhile
    auto provider = order->supplier_id ? suppliers::provider_for(tx, *order->supplier_id) : std::nullopt;
    if (!provider) {
        auto refused =
            refuse_unsendable(tx, now, *order, "no_mapping", "its supplier id is mapped to no supplier", settings_);
        if (!refused) return fail(refused.error());
        return Nothing{jobs::Done{}};
    }
    if (provider->paused_at) return Nothing{jobs::Park{"the supplier is paused", now + paused_look_after}};
    auto fields = form_of(*order);
    if (!fields) {
        auto refused = refuse_unsendable(tx, now, *order, "bad_order", fields.error().message, settings_);
        if (!refused) return fail(refused.error());
        return Nothing{jobs::Done{}};
    }
    auto endpoint = suppliers::endpoint_of(tx, master_, settings_, *provider);
    if (!endpoint) return Nothing{jobs::Retry{endpoint.error().message}};
    // Two orders for one link at one supplier are refused or under-delivered: one after the other.
    if (link_is_busy(tx, *order, provider->id))
        return Nothing{jobs::Park{"another order for this link is being sent", now + link_look_after}};
    auto attempt = prepare_attempt(tx, now, *order, provider->id, boot_id_);
    if (!attempt) return fail(attempt.error());
    return Prepared{std::move(*order), std::move(*attempt), std::move(*endpoint), std::move(*fields)};
}

// Step 3, on a sender's thread, connected and with nothing written. False, and nothing is written: also when nobody knows
// whether the commit was kept, or when it took so long that others may have given this process up.
bool Dispatch::mark_sending(const Prepared& prepared) const
{
    if (closed_) return false;
    auto begun = since_boot();
    try {
        auto marked = commit_sending(prepared);
        if (!marked) log::warning("order {}: not sent now: {}", prepared.order.id.value, marked.error().message);
        return marked && !closed_ && since_boot() - begun < longest_commit;
    } catch (const db::DatabaseError& e) {
        log::warning("order {}: not sent now: {}", prepared.order.id.value, e.what());
        return false;
    }
}

Result<void> Dispatch::commit_sending(const Prepared& prepared) const
{
    return db_.write_now([&](db::Tx& tx) -> Result<void> {
        auto now = clock_.now();
        if (!move_attempt(tx, prepared.attempt, AttemptState::prepared, AttemptState::sending))
            return fail(Code::conflict, "the attempt was given up meanwhile");
        tx.execute("UPDATE attempts SET sending_at = ? WHERE id = ?", now, prepared.attempt.id);
        auto order = find_order(tx, prepared.order.id);
        if (!order) return fail(Code::not_found, "the order is gone");
        auto moved =
            move_order(tx, now, *order, Move::taken, {}, {}, {set(tx, "api_provider_id", prepared.attempt.api_provider_id)});
        if (!moved) return fail(moved.error());
        return {};
    });
}

// Step 5. The reply is worth money: as long as the process lives it is kept and the commit tried again. When the database
// takes commits but not this one, the verdict is saved without the reply's text.
Async<void> Dispatch::save(const Prepared& prepared, suppliers::AddOutcome outcome) const
{
    Duration wait = first_save_wait;
    for (int refused = 0;; wait = std::min<Duration>(2 * wait, last_save_wait)) {
        std::string problem;
        try {
            auto record = [&](db::Tx& tx) { return record_outcome(tx, clock_.now(), prepared.attempt, outcome, settings_); };
            auto recorded = co_await db_.write(std::move(record));
            if (recorded) co_return;
            problem = recorded.error().message;
        } catch (const db::Unavailable& e) {
            problem = e.what();
        } catch (const std::exception& e) {
            problem = e.what();
            if (++refused == most_refusals)
                outcome.body.clear(), outcome.verdict.text = "the supplier's words could not be saved";
        }
        log::error("order {}: the supplier's answer could not be saved yet: {}", prepared.order.id.value, problem);
        co_await sleep_for(wait);
    }
}

int Dispatch::lane_limit(std::string_view lane) const
{
    auto shipped = static_cast<int>(settings_.integer("sending.parallel"));
    auto provider = suppliers::provider_of_lane(lane);
    if (!provider) return shipped;
    std::lock_guard lock(lanes_mutex_);
    auto found = lanes_.find(*provider);
    return found == lanes_.end() ? shipped : std::min(found->second, shipped);
}

Async<void> Dispatch::refresh_lanes()
{
    auto providers = co_await db_.read(suppliers::active_providers);
    std::map<ProviderId, int> lanes;
    for (const auto& provider : providers) lanes[provider.id] = provider.paused_at ? 0 : provider.parallel_sends;
    std::lock_guard lock(lanes_mutex_);
    lanes_ = std::move(lanes);
}

}  // namespace smg::orders
