#include "suppliers/balance_jobs.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "suppliers/balance_store.hpp"
#include "suppliers/funds.hpp"
#include "suppliers/price.hpp"

namespace smg::suppliers {
namespace {

// `{"provider":3}`
ProviderId provider_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("provider") : nullptr;
    return ProviderId{found ? json::as_integer(*found).value_or(0) : 0};
}

struct Due {
    Provider provider;
    Result<Endpoint> endpoint;
};

// Nothing when it was switched off meanwhile.
std::optional<Due> due(db::Tx& tx, const ProviderDesk& desk, ProviderId id)
{
    auto provider = find_provider(tx, id);
    if (!provider || !provider->is_active || !provider->api_check) return std::nullopt;
    auto endpoint = endpoint_of(tx, desk.master, desk.settings, *provider);
    return Due{std::move(*provider), std::move(endpoint)};
}

void tell_when_low(db::Tx& tx, Time now, const ProviderDesk& desk, const Provider& provider, const Balance& balance)
{
    if (!provider.api_send_tg || !provider.trigger_price || balance.amount >= *provider.trigger_price) return;
    auto day = std::chrono::floor<std::chrono::days>(now);
    notices::NewNotice notice;
    notice.kind = notices::Kind::low_balance;
    notice.dedup_key = fmt::format("low_balance:{}:{}", provider.id.value, stored(day).substr(0, 10));
    notice.provider_id = provider.id;
    notice.values = {{"supplier", provider.name},
                     {"balance", balance.amount.text() + " " + balance.currency},
                     {"threshold", provider.trigger_price->text()}};
    notices::raise(tx, now, notices::language_of(desk.settings), notice);
}

// Once in an outage: what the refused order costs, when no earlier order of the service told.
bool wants_price(const Provider& provider)
{
    return provider.funds_out_at && !provider.funds_needed && provider.funds_service_id &&
           provider.funds_quantity.value_or(0) > 0;
}

Async<void> learn_price(const ProviderDesk& desk, const Provider& provider, Endpoint endpoint)
{
    ApiClient client(desk.http, std::move(endpoint), desk.traffic);
    auto catalogue = co_await client.services();
    auto price = catalogue ? price_of(*catalogue, *provider.funds_service_id, *provider.funds_quantity) : std::nullopt;
    if (!price) co_return;
    auto write = [&](db::Tx& tx) -> Result<void> {
        note_needed(tx, provider.id, *price);
        return {};
    };
    co_await desk.db.write(std::move(write));
}

Async<void> keep_error(const ProviderDesk& desk, const Provider& provider, const Error& error)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        note_balance_error(tx, desk.clock.now(), provider.id, error.message);
        return {};
    };
    co_await desk.db.write(std::move(write));
    log::warning("supplier {}: no balance: {}", provider.name, error.message);
}

}  // namespace

void enqueue_check(db::Tx& tx, Time now, ProviderId id, std::optional<Time> run_at)
{
    jobs::NewJob job;
    job.kind = balance_job;
    job.payload = fmt::format(R"({{"provider":{}}})", id.value);
    job.dedup_key = fmt::format("{}:{}", balance_job, id.value);
    job.run_at = run_at;
    jobs::enqueue(tx, now, job);
}

Async<jobs::Outcome> check_balances(ProviderDesk desk, jobs::Job)
{
    auto enqueue = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        for (auto id :
             tx.query<ProviderId>("SELECT id FROM api_providers WHERE is_active = 1 AND api_check = 1 ORDER BY id"))
            enqueue_check(tx, now, id);
        return {};
    };
    co_await desk.db.write(std::move(enqueue));
    co_return jobs::Done{};
}

Async<jobs::Outcome> check_balance(ProviderDesk desk, jobs::Job job)
{
    auto look = [&](db::Tx& tx) { return due(tx, desk, provider_in(job)); };
    auto found = co_await desk.db.read(std::move(look));
    if (!found) co_return jobs::Done{};
    if (!found->endpoint) {
        co_await keep_error(desk, found->provider, found->endpoint.error());
        co_return jobs::Done{};
    }
    if (wants_price(found->provider)) co_await learn_price(desk, found->provider, *found->endpoint);
    co_await ask_balance(desk, std::move(found->provider), std::move(*found->endpoint));
    auto look_again = [&](db::Tx& tx) { return due(tx, desk, provider_in(job)); };
    auto still = co_await desk.db.read(std::move(look_again));
    if (!still || !still->provider.funds_out_at) co_return jobs::Done{};
    co_return jobs::Park{"it has no funds left", desk.clock.now() + desk.settings.seconds("funds.balance_every_s")};
}

Async<Result<Balance>> ask_balance(ProviderDesk desk, Provider provider, Endpoint endpoint)
{
    ApiClient client(desk.http, std::move(endpoint), desk.traffic);
    auto balance = co_await client.balance();
    if (!balance) {
        co_await keep_error(desk, provider, balance.error());
        co_return balance;
    }
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        note_balance(tx, now, provider.id, balance->amount, balance->currency);
        keep_reading(tx, now, provider.id, balance->amount);
        if (auto known = find_provider(tx, provider.id)) note_reading(tx, now, desk.settings, *known, balance->amount);
        tell_when_low(tx, now, desk, provider, *balance);
        return {};
    };
    co_await desk.db.write(std::move(write));
    co_return balance;
}

}  // namespace smg::suppliers
