#pragma once

#include <memory>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "http/address.hpp"
#include "http/server.hpp"
#include "jobs/boots.hpp"
#include "jobs/runner.hpp"
#include "orders/dispatch.hpp"
#include "orders/send_journal.hpp"
#include "realtime/application.hpp"

// What the configuration means to each part of the program.
namespace smg {

realtime::Limits realtime_limits_of(const Config& config);

/// The program's own app first, then those of the configuration; throws std::invalid_argument for two with one key.
std::vector<realtime::Application> applications_of(const Config& config, const MasterKey& master);

/// Raises the limit of open files, and says so when it allows fewer connections than configured.
http::Limits limits_of(const Config& config);

/// Throws std::invalid_argument, as loading checked it.
http::TrustedProxies proxies_of(const Config& config);

jobs::Boot this_boot(const Config& config, const std::string& node_id);
std::unique_ptr<const Clock> clock_of(const Config& config);
jobs::RunnerOptions runner_options(const Config& config);
orders::JournalOptions journal_options(const Config& config);
orders::DispatchOptions dispatch_options(const Config& config);

}  // namespace smg
