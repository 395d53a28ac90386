#include "suppliers/balance_jobs.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::suppliers {
namespace {

struct Due {
    Provider provider;
    Endpoint endpoint;
};

std::vector<Due> due(db::Tx& tx, const BalanceDesk& desk)
{
    std::vector<Due> all;
    for (auto& provider : active_providers(tx)) {
        if (!provider.api_check) continue;
        auto endpoint = endpoint_of(tx, desk.master, desk.settings, provider);
        if (endpoint) all.push_back({std::move(provider), std::move(*endpoint)});
    }
    return all;
}

void tell_when_low(db::Tx& tx, Time now, const BalanceDesk& desk, const Provider& provider, const Balance& balance)
{
    if (!provider.api_send_tg || !provider.trigger_price || balance.amount >= *provider.trigger_price) return;
    auto day = std::chrono::floor<std::chrono::days>(now);
    notices::NewNotice notice;
    notice.kind = notices::Kind::low_balance;
    notice.dedup_key = fmt::format("low_balance:{}:{}", provider.id.value, stored(day).substr(0, 10));
    notice.provider_id = provider.id;
    notice.values = {{"supplier", provider.name}, {"balance", balance.amount.text() + " " + balance.currency},
                     {"threshold", provider.trigger_price->text()}};
    notices::raise(tx, now, notices::language_of(desk.settings), notice);
}

Async<void> check_one(const BalanceDesk& desk, const Due& one)
{
    ApiClient client(desk.http, one.endpoint);
    auto balance = co_await client.balance();
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto now = desk.clock.now();
        if (!balance) {
            note_balance_error(tx, now, one.provider.id, balance.error().message);
            return {};
        }
        note_balance(tx, now, one.provider.id, balance->amount, balance->currency);
        tell_when_low(tx, now, desk, one.provider, *balance);
        return {};
    };
    co_await desk.db.write(std::move(write));
    if (!balance) log::warning("supplier {}: no balance: {}", one.provider.name, balance.error().message);
}

}  // namespace

Async<jobs::Outcome> check_balances(BalanceDesk desk, jobs::Job)
{
    auto look = [&](db::Tx& tx) { return due(tx, desk); };
    auto all = co_await desk.db.read(std::move(look));
    for (const auto& one : all) co_await check_one(desk, one);
    co_return jobs::Done{};
}

}  // namespace smg::suppliers
