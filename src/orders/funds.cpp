#include "orders/funds.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "orders/charge.hpp"
#include "orders/dispatch.hpp"
#include "orders/failover.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "orders/waiting.hpp"
#include "suppliers/funds.hpp"

namespace smg::orders {
namespace {

constexpr int at_once = 200;

struct Back {
    ProviderId provider;
    Time since;
    bool again = false;
};
BOOST_DESCRIBE_STRUCT(Back, (), (provider, since, again))

Result<void> send_again(db::Tx& tx, Time now, const Order& order, const std::string& why)
{
    auto moved =
        move_order(tx, now, order, Move::resent, {}, {why},
                   {set(tx, "api_provider_id", nullptr), set(tx, "reason", nullptr), set(tx, "reason_text", nullptr)});
    if (!moved) return fail(moved.error());
    enqueue_send(tx, now, *moved, order.created_at);  // before what came later
    return {};
}

// How many orders this was about; fewer than `at_once` when they are all done.
Result<int> resume_some(db::Tx& tx, Time now, const Back& back)
{
    auto provider = suppliers::find_provider(tx, back.provider);
    if (!provider || provider->funds_out_at) return 0;  // spent already: the next release takes these along
    int count = 0;
    for (const auto& order : refused_for_funds(tx, back.provider, back.since, at_once)) {
        if (auto sent = send_again(tx, now, order, "the supplier has funds again"); !sent) return fail(sent.error());
        ++count;
    }
    return count;
}

}  // namespace

bool park_for_funds(db::Tx& tx, Time now, const Order& order, const Attempt& attempt, const settings::Settings& settings)
{
    suppliers::Refused refused{attempt.supplier_service_id, charged_pieces(order),
                               usual_charge(tx, attempt.api_provider_id, attempt.supplier_service_id, order),
                               attempt.sending_at.value_or(now)};
    bool begins = suppliers::run_dry(tx, now, settings, attempt.api_provider_id, refused);
    if (settings.flag("failover.enabled")) enqueue_divert(tx, now, attempt.api_provider_id);
    return begins;
}

void tell_of_funds(db::Tx& tx, Time now, ProviderId id, const settings::Settings& settings)
{
    auto provider = suppliers::find_provider(tx, id);
    if (!provider || !provider->funds_out_at) return;
    raise_out_of_funds(tx, now, *provider, demand_for(tx, id, *provider->funds_out_at), settings);
}

void reword_funds(db::Tx& tx, const suppliers::Provider& provider, const settings::Settings& settings)
{
    if (provider.funds_out_at)
        reword_out_of_funds(tx, provider, demand_for(tx, provider.id, *provider.funds_out_at), settings);
}

Async<jobs::Outcome> after_funds(UpkeepDesk desk, jobs::Job job)
{
    auto payload = json::parse(job.payload);
    auto back = payload ? json::to<Back>(*payload) : Result<Back>(fail(payload.error()));
    if (!back) co_return jobs::Done{};
    auto tell_each = [&](db::Tx& tx) -> Result<int> {
        for (const auto& order : refused_for_funds(tx, back->provider, back->since, at_once))
            raise_notaccepted(tx, desk.clock.now(), order, desk.settings);
        return 0;
    };
    auto resume = [&](db::Tx& tx) { return resume_some(tx, desk.clock.now(), *back); };
    for (int count = at_once; count == at_once;) {
        Result<int> done = 0;
        if (back->again) done = co_await desk.db.write(resume);
        else done = co_await desk.db.write(tell_each);
        if (!done) co_return jobs::Retry{done.error().message};  // somebody decided about one of them just now
        count = *done;
        if (count > 0) log::info("{} orders are sent again: supplier {} has funds", count, back->provider.value);
    }
    co_return jobs::Done{};
}

Result<void> probe_with_refused(db::Tx& tx, Time now)
{
    for (const auto& provider : suppliers::active_providers(tx)) {
        if (!provider.funds_out_at || suppliers::sends_at_once(provider, now) == 0) continue;
        if (!waiting_for(tx, provider.id, {}, 1).empty()) continue;
        for (const auto& order : refused_for_funds(tx, provider.id, *provider.funds_out_at, 1))
            if (auto sent = send_again(tx, now, order, "to find out whether the supplier has funds"); !sent) return sent;
    }
    return {};
}

}  // namespace smg::orders
