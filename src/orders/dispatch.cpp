#include "orders/dispatch.hpp"

#include <fmt/core.h>

#include "base/failpoint.hpp"
#include "base/log.hpp"
#include "jobs/job_store.hpp"
#include "orders/add_form.hpp"
#include "orders/cancelled_lines.hpp"
#include "orders/failover.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "orders/send_journal_line.hpp"
#include "orders/shop_cancel.hpp"
#include "suppliers/funds.hpp"

namespace smg::orders {
namespace {

constexpr auto first_save_wait = std::chrono::milliseconds(500), last_save_wait = std::chrono::milliseconds(10'000);
constexpr int most_refusals = 5;
constexpr auto link_look_after = std::chrono::seconds(1);
constexpr auto look_again_after = std::chrono::seconds(5);
constexpr auto paused_look_after = std::chrono::seconds(30);

OrderId order_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto id = payload && payload->is_object() ? payload->get_object().if_contains("order") : nullptr;
    return OrderId{id ? json::as_integer(*id).value_or(0) : 0};
}

jobs::NewJob send_job_of(OrderId order, const std::optional<suppliers::Offer>& route)
{
    jobs::NewJob job;
    job.kind = send_job;
    job.payload = fmt::format(R"({{"order":{}}})", order.value);
    job.dedup_key = send_key(order);
    if (route) job.lane = suppliers::lane_of(route->provider);
    return job;
}

}  // namespace

std::string send_key(OrderId order) { return fmt::format("{}:{}", send_job, order.value); }

void enqueue_send(db::Tx& tx, Time now, const Order& order, std::optional<Time> run_at)
{
    auto route = route_of(tx, order);
    auto job = send_job_of(order.id, route);
    job.run_at = run_at;
    if (route && route->out_of_funds) enqueue_divert(tx, now, route->provider);
    jobs::enqueue(tx, now, job);
}

void enqueue_first_sends(db::Tx& tx, Time now, std::span<const Order> orders)
{
    using Asked = std::pair<std::optional<std::string>, std::optional<std::string>>;  // supplier id, service: both decide
    std::map<Asked, std::optional<suppliers::Offer>> routes;
    std::vector<jobs::NewJob> sends;
    for (const auto& order : orders) {
        if (order.phase != Phase::launching) continue;
        auto [route, fresh] = routes.try_emplace(Asked{order.supplier_id, order.supplier_service_id});
        if (fresh) route->second = route_of(tx, order);
        if (fresh && route->second && route->second->out_of_funds) enqueue_divert(tx, now, route->second->provider);
        sends.push_back(send_job_of(order.id, route->second));
    }
    jobs::enqueue_new(tx, now, sends);
}

Dispatch::Dispatch(db::Database& db, const Clock& clock, const MasterKey& master, const settings::Settings& settings,
                   net::BlockingPool& senders, suppliers::Traffic& traffic, http::Metrics& metrics, SendJournal& journal,
                   std::string boot_id, DispatchOptions options)
    : db_(db),
      clock_(clock),
      master_(master),
      settings_(settings),
      senders_(senders),
      traffic_(traffic),
      metrics_(metrics),
      journal_(journal),
      boot_id_(std::move(boot_id)),
      options_(options)
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
    failpoint("send.prepared");

    auto supplier = prepared.attempt.api_provider_id;
    if (auto rate = prepared.endpoint.sends_per_second; rate > 0) co_await traffic_.sends.turn(supplier, rate);
    auto ask = [&] { return ask_supplier(prepared); };
    auto outcome = co_await senders_.run(std::move(ask));
    suppliers::note_add(traffic_.circuits, supplier, outcome);
    co_await save(prepared, outcome, job);
    auto verdict = outcome.sent ? word(outcome.verdict.kind) : std::string_view("not_sent");
    metrics_.counter("smgcrm_attempts_total", "Tries to place an order at a supplier", {{"verdict", std::string(verdict)}})
        .add();

    if (!outcome.sent) co_return jobs::Retry{outcome.verdict.text};
    co_return jobs::Settled{};
}

// Steps 2 to 4. Whatever goes wrong once the request may be on the wire is an answer that proves nothing, never an
// exception.
suppliers::AddOutcome Dispatch::ask_supplier(const Prepared& prepared) const
{
    bool may_be_sent = false;
    auto before_write = [&] { return may_be_sent = mark_sending(prepared); };
    suppliers::AddOutcome outcome;
    try {
        outcome = suppliers::add(prepared.endpoint, prepared.fields, before_write);
        if (options_.retry_on_timeout && outcome.sent && outcome.http_status == 0)
            outcome = suppliers::add(prepared.endpoint, prepared.fields, [] { return true; });
    } catch (const std::exception& e) {
        outcome = {};
        outcome.sent = may_be_sent;
        outcome.verdict.text = std::string("our own failure: ") + e.what();
    }
    if (outcome.sent) note_reply(prepared, outcome);
    return outcome;
}

// Step 5, its first half: what the database cannot take now is not lost with this process.
void Dispatch::note_reply(const Prepared& prepared, const suppliers::AddOutcome& outcome) const
{
    failpoint("send.answered");
    auto noted = journal_.append(reply_of(prepared.attempt.id, outcome, clock_.now()));
    if (!noted) log::error("order {}: {}", prepared.order.id.value, noted.error().message);
    failpoint("send.replied");
}

// Step 1. Every answer but Prepared leaves nothing open.
Result<Dispatch::Preparation> Dispatch::prepare(db::Tx& tx, OrderId id) const
{
    auto now = clock_.now();
    auto order = find_order(tx, id);
    if (!order || order->phase != Phase::launching) return Nothing{jobs::Done{}};  // sent, decided or dropped meanwhile
    if (take_cancelled_line(tx, *order)) {
        auto held = hold_cancelled(tx, now, *order, settings_);
        if (!held) return fail(held.error());
        return Nothing{jobs::Done{}};
    }
    auto provider = take_route(tx, *order);
    if (!provider) {
        auto refused =
            refuse_unsendable(tx, now, *order, "no_mapping", "its supplier id is mapped to no supplier", settings_);
        if (!refused) return fail(refused.error());
        return Nothing{jobs::Done{}};
    }
    if (auto held = suppliers::held_back(*provider, now)) return Nothing{jobs::Park{*held, now + paused_look_after}};
    if (auto blocked = traffic_.circuits.blocked(provider->id))
        return Nothing{jobs::Park{blocked->reason, now + blocked->wait}};
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
    make_repeatable(tx, *provider, *order, *attempt, *endpoint, *fields);
    return Prepared{std::move(*order), std::move(*attempt), std::move(*endpoint), std::move(*fields)};
}

// Step 3, on a sender's thread, connected and with nothing written. False, and nothing is written: also when nobody knows
// whether the commit was kept, or when it took so long that others may have given this process up.
bool Dispatch::mark_sending(const Prepared& prepared) const
{
    failpoint("send.connected");
    if (closed_) return false;
    auto begun = since_boot();
    try {
        auto marked = commit_sending(prepared);
        if (!marked) log::warning("order {}: not sent now: {}", prepared.order.id.value, marked.error().message);
        if (!marked) return false;
        if (failpoint("send.marked_unknown")) throw db::CommitUnknown("a failpoint");
    } catch (const db::DatabaseError& e) {
        log::warning("order {}: not sent now: {}", prepared.order.id.value, e.what());
        return false;
    }
    failpoint("send.marked");
    return say_go(prepared, begun);
}

// The time is looked at last, after the disk: a process that was frozen on the way must not write.
bool Dispatch::say_go(const Prepared& prepared, Duration begun) const
{
    const auto& [order, attempt, endpoint, fields] = prepared;
    JournalGo go{attempt.id,
                 order.id,
                 order.site_id,
                 order.identity,
                 order.wp_order_number,
                 attempt.api_provider_id,
                 attempt.supplier_service_id,
                 attempt.quantity,
                 attempt.link_key,
                 clock_.now()};
    if (auto noted = journal_.append(go); !noted) {
        log::warning("order {}: not sent now: {}", order.id.value, noted.error().message);
        return false;
    }
    failpoint("send.journaled");
    if (!closed_ && since_boot() - begun < options_.write_within) return true;
    log::warning("order {}: not sent now: this process stood still, or stops", order.id.value);
    if (auto noted = journal_.append(JournalNotSent{attempt.id, clock_.now()}); !noted)
        log::warning("order {}: {}", order.id.value, noted.error().message);
    return false;
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
Async<void> Dispatch::save(const Prepared& prepared, suppliers::AddOutcome outcome, const jobs::Job& job) const
{
    Duration wait = first_save_wait;
    for (int refused = 0;; wait = std::min<Duration>(2 * wait, last_save_wait)) {
        std::string problem;
        try {
            auto record = [&](db::Tx& tx) -> Result<void> {
                auto now = clock_.now();
                auto written = record_outcome(tx, now, prepared.attempt, outcome, settings_);
                if (written && outcome.sent) jobs::finish(tx, now, job);
                return written;
            };
            auto recorded = co_await db_.write(std::move(record));
            if (recorded && failpoint("send.saved_unknown")) throw db::CommitUnknown("a failpoint");
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
    if (traffic_.circuits.blocked(*provider)) return 0;
    std::lock_guard lock(lanes_mutex_);
    auto found = lanes_.find(*provider);
    return found == lanes_.end() ? shipped : std::min(found->second, shipped);
}

Async<void> Dispatch::refresh_lanes()
{
    auto providers = co_await db_.read(suppliers::active_providers);
    std::map<ProviderId, int> lanes;
    for (const auto& provider : providers) lanes[provider.id] = suppliers::sends_at_once(provider, clock_.now());
    std::lock_guard lock(lanes_mutex_);
    lanes_ = std::move(lanes);
}

}  // namespace smg::orders
