#include "suppliers/funds.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "jobs/job.hpp"
#include "notices/notice_store.hpp"
#include "suppliers/balance_jobs.hpp"

namespace smg::suppliers {
namespace {

constexpr auto same_outage = std::chrono::hours(1);
constexpr auto first_look_after = std::chrono::seconds(1);  // other refusals may be on their way

bool probe_due(const Provider& provider, Time now) { return provider.funds_probe_at && *provider.funds_probe_at <= now; }

void enqueue_back(db::Tx& tx, Time now, ProviderId id, Time since, bool again)
{
    jobs::NewJob job;
    job.kind = funds_back_job;
    job.payload = json::text_of(json::object{{"provider", id.value}, {"since", iso(since)}, {"again", again}});
    jobs::enqueue(tx, now, job);
}

void set_probe(db::Tx& tx, ProviderId id, Time at)
{
    tx.execute("UPDATE api_providers SET funds_probe_at = ? WHERE id = ?", at, id);
}

}  // namespace

int sends_at_once(const Provider& provider, Time now)
{
    if (provider.paused_at) return 0;
    if (provider.funds_out_at) return probe_due(provider, now) ? 1 : 0;
    return provider.parallel_sends;
}

std::optional<std::string> held_back(const Provider& provider, Time now)
{
    if (provider.paused_at) return "the supplier is paused";
    if (provider.funds_out_at && !probe_due(provider, now)) return "the supplier has no funds left";
    return std::nullopt;
}

bool run_dry(db::Tx& tx, Time now, const settings::Settings& settings, ProviderId id, const Refused& refused)
{
    auto provider = find_provider(tx, id);
    if (!provider) return false;
    auto probe_at = now + settings.seconds("funds.probe_every_s");
    if (!provider->funds_out_at && provider->funds_probe_at && refused.sent_at < *provider->funds_probe_at) {
        enqueue_back(tx, now, id, now, true);
        return false;
    }
    if (provider->funds_out_at) {
        // The cheapest order that was refused decides when it is worth trying.
        if (refused.charge && refused.charge < provider->funds_needed) note_needed(tx, id, *refused.charge);
        // Refusals are not written in the order in which they came, and what came in an outage belongs to it.
        tx.execute("UPDATE api_providers SET funds_out_at = ?, funds_probe_at = ? WHERE id = ?",
                   std::min(now, *provider->funds_out_at), probe_at, id);
        return false;
    }
    bool goes_on = provider->funds_since && provider->funds_probe_at && now - *provider->funds_probe_at < same_outage;
    tx.execute(
        "UPDATE api_providers SET funds_out_at = ?, funds_since = ?, funds_balance = NULL, funds_needed = ?, "
        "funds_service_id = ?, funds_quantity = ?, funds_probe_at = ? WHERE id = ?",
        now, goes_on ? *provider->funds_since : now, refused.charge, refused.service_id, refused.quantity, probe_at, id);
    if (provider->api_check) enqueue_check(tx, now, id, now + first_look_after);
    tx.announce({"providers", id.value});
    return !goes_on;
}

void funds_proved(db::Tx& tx, Time now, ProviderId id, Time sent_at)
{
    // One that was on its way when another was refused proves nothing.
    auto proved = tx.execute(
        "UPDATE api_providers SET funds_since = NULL WHERE id = ? AND funds_since IS NOT NULL AND (funds_out_at IS NULL OR "
        "funds_out_at < ?)",
        id, sent_at);
    if (proved == 1) release_funds(tx, now, id, FundsBack::seen, "SMG CRM");
}

Finding judge(const Provider& provider, Money reading)
{
    if (provider.funds_needed && reading >= *provider.funds_needed) return Finding::enough;
    bool risen = provider.funds_balance && reading > *provider.funds_balance;
    if (!risen) return Finding::dry;
    return provider.funds_needed ? Finding::try_one : Finding::enough;
}

void note_reading(db::Tx& tx, Time now, const settings::Settings& settings, const Provider& provider, Money reading)
{
    if (!provider.funds_out_at) return;
    auto finding = judge(provider, reading);
    if (finding == Finding::enough) {
        bool risen = provider.funds_balance && reading > *provider.funds_balance;
        release_funds(tx, now, provider.id, risen ? FundsBack::seen : FundsBack::unexplained, "SMG CRM");
        return;
    }
    auto least = finding == Finding::try_one ? reading : std::min(reading, provider.funds_balance.value_or(reading));
    tx.execute("UPDATE api_providers SET funds_balance = ? WHERE id = ?", least, provider.id);
    if (finding == Finding::try_one) set_probe(tx, provider.id, now);
    else if (provider.funds_needed) set_probe(tx, provider.id, now + settings.seconds("funds.probe_every_s"));
    tx.announce({"providers", provider.id.value});
}

void note_needed(db::Tx& tx, ProviderId id, Money needed)
{
    tx.execute("UPDATE api_providers SET funds_needed = ? WHERE id = ?", needed, id);
}

bool release_funds(db::Tx& tx, Time now, ProviderId id, FundsBack how, const std::string& who)
{
    auto provider = find_provider(tx, id);
    if (!provider || !provider->funds_out_at) return false;
    tx.execute("UPDATE api_providers SET funds_out_at = NULL, funds_since = ?, funds_probe_at = ? WHERE id = ?",
               how == FundsBack::seen ? std::nullopt : provider->funds_since, now, id);
    enqueue_back(tx, now, id, *provider->funds_out_at, how == FundsBack::seen);
    jobs::hurry_lane(tx, now, lane_of(id));
    notices::mark_provider_seen(tx, now, id, notices::Kind::out_of_funds, who);
    tx.announce({"providers", id.value});
    return true;
}

}  // namespace smg::suppliers
