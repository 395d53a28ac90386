#pragma once

#include <string_view>

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "jobs/job.hpp"
#include "net/http_client.hpp"
#include "settings/settings.hpp"

namespace smg::suppliers {

/// What the balance check works with.
struct BalanceDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    const settings::Settings& settings;
    net::HttpClient& http;
};

/// Task `balances`: asks every supplier with `api_check` for its balance, keeps it, and tells when it is below
/// `trigger_price` and `api_send_tg` is on: at most once a day for each supplier.
Async<jobs::Outcome> check_balances(BalanceDesk desk, jobs::Job job);

}  // namespace smg::suppliers
