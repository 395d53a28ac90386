#include "orders/failover.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "jobs/job_store.hpp"
#include "orders/dispatch.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "orders/waiting.hpp"

namespace smg::orders {
namespace {

using suppliers::Offer;
using suppliers::Reason;

constexpr int at_once = 200;

constexpr auto table = std::to_array<Blame>({
    {Reason::none, false, "It is not known why."},
    {Reason::no_funds, true, "Our balance there is empty; elsewhere it is not."},
    {Reason::rate_limit, true, "It has too many requests of ours for now; others have not."},
    {Reason::maintenance, true, "It is closed for a while; others are open."},
    {Reason::bad_service, true, "It does not offer the service, or no longer; another one does."},
    {Reason::bad_link, false, "The link is wrong everywhere."},
    {Reason::bad_quantity, false, "The quantity is the customer's: another limit elsewhere would be another order."},
    {Reason::bad_key, true, "It does not know our key; that says nothing of the order."},
    {Reason::bad_request, false, "It does not understand the order's fields: they may be wrong everywhere."},
    {Reason::duplicate_link, false, "Something for this link is under way already, perhaps this very order."},
    {Reason::account_suspended, true, "It has closed our account."},
    {Reason::not_allowed, true, "It does not allow our server's address."},
    {Reason::edge, true, "Its firewall turned us away before it saw the order."},
    {Reason::unreachable, false, "It was not asked: the order waits until it can be reached."},
    {Reason::bad_address, true, "Its address is unusable until a person mends it."},
    {Reason::other, false, "A person said that it refuses, not why."},
});

static_assert(table.size() == boost::mp11::mp_size<boost::describe::describe_enumerators<Reason>>::value,
              "each reason has its sentence");

bool may_have_arrived(db::Tx& tx, const Order& order)
{
    return tx
        .first<std::int64_t>("SELECT id FROM attempts WHERE order_id = ? AND state NOT IN (?, ?) LIMIT 1", order.id,
                             AttemptState::rejected, AttemptState::not_sent)
        .has_value();
}

std::vector<ProviderId> tried(db::Tx& tx, const Order& order)
{
    return tx.query<ProviderId>("SELECT DISTINCT api_provider_id FROM attempts WHERE order_id = ?", order.id);
}

std::vector<Offer> offers_of(db::Tx& tx, const Order& order)
{
    if (!order.supplier_id) return {};
    return suppliers::offers_for(tx, *order.supplier_id, order.supplier_service_id.value_or(""));
}

std::string name_of(db::Tx& tx, ProviderId id)
{
    auto provider = suppliers::find_provider(tx, id);
    return provider ? provider->name : std::to_string(id.value);
}

std::vector<Change> onto(db::Tx& tx, const Offer& next)
{
    return {set(tx, "route_provider_id", next.provider), set(tx, "route_service_id", next.service_id),
            set(tx, "api_provider_id", nullptr), set(tx, "reason", nullptr), set(tx, "reason_text", nullptr)};
}

void add_failover_event(db::Tx& tx, Time now, OrderId order, const std::string& from, const Offer& next, std::string why)
{
    auto event = make_event(order, now, {}, "failover");
    event.from_value = from;
    event.to_value = next.provider_name;
    event.detail = std::move(why);
    add_event(tx, std::move(event));
}

// Nothing of it was ever written: it may go where it likes.
Result<bool> divert(db::Tx& tx, Time now, const Order& order, ProviderId from)
{
    auto route = route_of(tx, order);
    if (!route || route->provider != from || !route->out_of_funds) return false;
    auto next = next_supplier(tx, order, from);
    if (!next) return false;
    auto updated = update_order(tx, now, order, onto(tx, *next));
    if (!updated) return fail(updated.error());
    add_failover_event(tx, now, order.id, route->provider_name, *next, "not sent: that supplier has no funds left");
    enqueue_send(tx, now, *updated);
    return true;
}

}  // namespace

std::span<const Blame> blames() { return table; }

bool suppliers_own(Reason reason) { return std::ranges::find(table, reason, &Blame::reason)->suppliers_own; }

std::optional<Offer> route_of(db::Tx& tx, const Order& order)
{
    if (!order.route_provider_id) {
        auto offers = offers_of(tx, order);
        if (offers.empty()) return std::nullopt;
        return std::move(offers.front());
    }
    auto provider = suppliers::find_provider(tx, *order.route_provider_id);
    if (!provider || !provider->is_active) return next_supplier(tx, order, *order.route_provider_id);
    Offer offer{provider->id, provider->name, order.route_service_id.value_or(order.supplier_service_id.value_or("")), true};
    offer.paused = provider->paused_at.has_value();
    offer.out_of_funds = provider->funds_out_at.has_value();
    return offer;
}

std::optional<suppliers::Provider> take_route(db::Tx& tx, Order& order)
{
    auto route = route_of(tx, order);
    if (!route) return std::nullopt;
    if (order.supplier_service_id || order.route_service_id) order.supplier_service_id = route->service_id;
    return suppliers::find_provider(tx, route->provider);
}

std::optional<Offer> next_supplier(db::Tx& tx, const Order& order, ProviderId from)
{
    if (may_have_arrived(tx, order)) return std::nullopt;
    auto before = tried(tx, order);
    before.push_back(from);
    for (auto& offer : offers_of(tx, order))
        if (offer.knows && offer.takes() && std::ranges::find(before, offer.provider) == before.end()) return offer;
    return std::nullopt;
}

Result<bool> fail_over(db::Tx& tx, Time now, const Order& order, ProviderId from, Reason reason,
                       const settings::Settings& settings)
{
    if (order.phase != Phase::notaccepted || !suppliers_own(reason) || !settings.flag("failover.enabled")) return false;
    auto next = next_supplier(tx, order, from);
    if (!next) return false;
    auto refuser = name_of(tx, from);
    auto why = fmt::format("{} refused for a reason of its own ({})", refuser, word(reason));
    auto moved = move_order(tx, now, order, Move::resent, {}, {why}, onto(tx, *next));
    if (!moved) return fail(moved.error());
    add_failover_event(tx, now, order.id, refuser, *next, why);
    enqueue_send(tx, now, *moved);
    if (reason != Reason::no_funds) raise_failover(tx, now, from, refuser, next->provider_name, word(reason), settings);
    return true;
}

void enqueue_divert(db::Tx& tx, Time now, ProviderId provider)
{
    jobs::NewJob job;
    job.kind = divert_job;
    job.payload = fmt::format(R"({{"provider":{}}})", provider.value);
    job.dedup_key = fmt::format("{}:{}", divert_job, provider.value);
    jobs::enqueue(tx, now, job);
}

Async<jobs::Outcome> divert_waiting(UpkeepDesk desk, jobs::Job job)
{
    if (!desk.settings.flag("failover.enabled")) co_return jobs::Done{};
    ProviderId from{number_in(job.payload, "provider")};
    OrderId last;
    for (bool more = true; more;) {
        auto some = [&](db::Tx& tx) -> Result<OrderId> {
            auto reached = last;
            for (const auto& order : waiting_for(tx, from, last, at_once)) {
                reached = order.id;
                auto diverted = divert(tx, desk.clock.now(), order, from);
                if (!diverted) return fail(diverted.error());
            }
            return reached;
        };
        auto reached = co_await desk.db.write(std::move(some));
        if (!reached) co_return jobs::Retry{reached.error().message};  // somebody changed one of them just now
        more = *reached != last;
        last = *reached;
    }
    co_return jobs::Done{};
}

Async<jobs::Outcome> follow_routes(UpkeepDesk desk, jobs::Job)
{
    OrderId last;
    for (bool more = true; more;) {
        auto some = [&](db::Tx& tx) -> Result<OrderId> {
            auto waiting = tx.select<Order>("FROM orders WHERE phase = ? AND id > ? ORDER BY id LIMIT ?", Phase::launching,
                                            last, at_once);
            if (waiting.empty()) return last;
            std::vector<std::string> keys;
            for (const auto& order : waiting) keys.push_back(send_key(order.id));
            auto lanes = jobs::lanes_of(tx, keys);
            for (const auto& order : waiting) {
                auto job = lanes.find(send_key(order.id));
                auto route = route_of(tx, order);
                if (job == lanes.end() || job->second == (route ? suppliers::lane_of(route->provider) : "")) continue;
                enqueue_send(tx, desk.clock.now(), order);
            }
            return waiting.back().id;
        };
        auto reached = co_await desk.db.write(std::move(some));
        if (!reached) co_return jobs::Retry{reached.error().message};
        more = *reached != last;
        last = *reached;
    }
    co_return jobs::Done{};
}

}  // namespace smg::orders
