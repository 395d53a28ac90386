#include "suppliers/balance_jobs.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "notices/notice_store.hpp"

namespace smg::suppliers {
namespace {

// `{"provider":3}`
ProviderId provider_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("provider") : nullptr;
    return ProviderId{found ? json::as_integer(*found).value_or(0) : 0};
}

void enqueue_check(db::Tx& tx, Time now, ProviderId id)
{
    jobs::NewJob job;
    job.kind = balance_job;
    job.payload = fmt::format(R"({{"provider":{}}})", id.value);
    job.dedup_key = fmt::format("{}:{}", balance_job, id.value);
    jobs::enqueue(tx, now, job);
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
    if (found->endpoint) co_await ask_balance(desk, std::move(found->provider), std::move(*found->endpoint));
    else co_await keep_error(desk, found->provider, found->endpoint.error());
    co_return jobs::Done{};
}

Async<Result<Balance>> ask_balance(ProviderDesk desk, Provider provider, Endpoint endpoint)
{
    ApiClient client(desk.http, std::move(endpoint), desk.pacer);
    auto balance = co_await client.balance();
    if (!balance) {
        co_await keep_error(desk, provider, balance.error());
        co_return balance;
    }
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        note_balance(tx, now, provider.id, balance->amount, balance->currency);
        tell_when_low(tx, now, desk, provider, *balance);
        return {};
    };
    co_await desk.db.write(std::move(write));
    co_return balance;
}

}  // namespace smg::suppliers
