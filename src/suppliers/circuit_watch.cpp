#include "suppliers/circuit_watch.hpp"

#include <fmt/core.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "jobs/job.hpp"
#include "notices/notice_store.hpp"
#include "suppliers/balance_jobs.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::suppliers {
namespace {

struct Probe {
    Provider provider;
    Endpoint endpoint;
};

std::optional<Probe> probe_of(db::Tx& tx, const ProviderDesk& desk, ProviderId id)
{
    auto provider = find_provider(tx, id);
    if (!provider) return std::nullopt;
    auto endpoint = endpoint_of(tx, desk.master, desk.settings, *provider);
    if (!endpoint) return std::nullopt;
    endpoint->probe = true;
    endpoint->retry_percent = 0;
    return Probe{std::move(*provider), std::move(*endpoint)};
}

// Whatever happens to the probe, the circuit must not stay half open.
Async<void> probe(ProviderDesk& desk, ProviderId id)
{
    auto& circuits = desk.traffic.circuits;
    try {
        auto look = [&](db::Tx& tx) { return probe_of(tx, desk, id); };
        auto found = co_await desk.db.read(std::move(look));
        if (found) co_await ask_balance(desk, std::move(found->provider), std::move(found->endpoint));
        else circuits.forget(id);
    } catch (const std::exception& e) {
        log::error("supplier {}: could not be asked whether it is back: {}", id.value, e.what());
    }
    if (circuits.of(id).state == CircuitState::half_open) circuits.probe_failed(id, "it could not be asked");
}

void tell_of_silence(db::Tx& tx, Time now, const ProviderDesk& desk, ProviderId id)
{
    auto provider = find_provider(tx, id);
    auto circuit = desk.traffic.circuits.of(id);
    if (!provider || !circuit.since) return;
    notices::NewNotice notice;
    notice.kind = notices::Kind::supplier_silent;
    notice.level = notices::Level::alarm;
    notice.dedup_key = fmt::format("circuit:{}:{}", id.value, stored(*circuit.since));
    notice.provider_id = id;
    auto minutes = std::chrono::floor<std::chrono::minutes>(now - *circuit.since).count();
    notice.values = {
        {"supplier", provider->name}, {"minutes", std::to_string(minutes)}, {"reason", circuit.reason.value_or("")}};
    notices::raise(tx, now, notices::language_of(desk.settings), notice);
}

void show(http::Metrics& metrics, const Circuits& circuits)
{
    for (const auto& [id, circuit] : circuits.all())
        metrics
            .gauge("smgcrm_supplier_circuit_open", "1 while nothing is asked of a supplier because it does not answer",
                   {{"supplier", std::to_string(id.value)}})
            .set(circuit.state == CircuitState::closed ? 0 : 1);
}

}  // namespace

Async<void> tend_circuits(ProviderDesk& desk, http::Metrics& metrics)
{
    auto executor = co_await boost::asio::this_coro::executor;
    auto& circuits = desk.traffic.circuits;
    for (auto id : circuits.take_due_probes()) boost::asio::co_spawn(executor, probe(desk, id), boost::asio::detached);
    show(metrics, circuits);
    auto closed = circuits.take_closed(), untold = circuits.take_untold();
    if (closed.empty() && untold.empty()) co_return;
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        for (auto id : closed) jobs::hurry_lane(tx, now, lane_of(id));
        for (auto id : untold) tell_of_silence(tx, now, desk, id);
        return {};
    };
    co_await desk.db.write(std::move(write));
    for (auto id : closed) log::info("supplier {} answers again", id.value);
}

}  // namespace smg::suppliers
