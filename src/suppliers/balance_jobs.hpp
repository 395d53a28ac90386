#pragma once

#include <string_view>

#include "jobs/job.hpp"
#include "suppliers/desk.hpp"
#include "suppliers/provider_store.hpp"

namespace smg::suppliers {

constexpr std::string_view balance_job = "supplier.balance";
constexpr int balances_at_once = 8;  // the concurrency of that kind

/// Task `balances`: a job for each active supplier with `api_check`, so that a slow one holds up nobody.
Async<jobs::Outcome> check_balances(ProviderDesk desk, jobs::Job job);

/// One of those jobs.
void enqueue_check(db::Tx& tx, Time now, ProviderId id, std::optional<Time> run_at = {});

/// Job `supplier.balance`, see ask_balance(). A supplier that does not answer is asked again at the task's next turn; one
/// that is out of funds every `funds.balance_every_s`.
Async<jobs::Outcome> check_balance(ProviderDesk desk, jobs::Job job);

/// Asks for the balance, keeps it or why there is none, and tells when it is below `trigger_price` and `api_send_tg` is on:
/// at most once a day for each supplier. What it says to a supplier that is out of funds stands in funds.hpp.
Async<Result<Balance>> ask_balance(ProviderDesk desk, Provider provider, Endpoint endpoint);

}  // namespace smg::suppliers
