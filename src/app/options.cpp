#include "app/options.hpp"

#include <unistd.h>

#include <stdexcept>

#include "app/open_files.hpp"
#include "app/version.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace smg {
namespace {

int connections_of(const Config& config)
{
    auto open_files = raise_open_files();
    auto others = config.sender_threads + config.database_readers + config.database_pool;
    auto connections = affordable_connections(config.connections, open_files, others);
    if (connections < config.connections)
        log::warning("{} open files allow only {} of {} connections: raise the limit (LimitNOFILE=, ulimit -n)", open_files,
                     connections, config.connections);
    return connections;
}

}  // namespace

http::Limits limits_of(const Config& config)
{
    auto ms = [](int value) { return Duration{value}; };
    http::Limits limits;
    limits.header_bytes = static_cast<std::size_t>(config.header_bytes);
    limits.header_time = ms(config.header_timeout_ms);
    limits.body_bytes = static_cast<std::size_t>(config.body_bytes);
    limits.body_time = ms(config.body_timeout_ms);
    limits.keep_alive_time = ms(config.keep_alive_ms);
    limits.write_time = ms(config.write_timeout_ms);
    limits.requests_per_connection = config.requests_per_connection;
    limits.connections_per_ip = config.connections_per_ip;
    limits.connections = connections_of(config);
    limits.count_loopback = config.test_count_loopback;
    return limits;
}

realtime::Limits realtime_limits_of(const Config& config)
{
    auto bytes = [](int value) { return static_cast<std::size_t>(value); };
    realtime::Limits limits;
    // What the open files leave over; HTTP comes first, since orders come by it.
    auto others = config.sender_threads + config.database_readers + config.database_pool + connections_of(config);
    limits.connections = bytes(affordable_connections(config.realtime_connections, raise_open_files(), others));
    limits.connections_per_ip = bytes(config.realtime_connections_per_ip);
    limits.channels = bytes(config.realtime_channels);
    limits.queue_bytes = bytes(config.realtime_queue_bytes);
    limits.message_bytes = bytes(config.realtime_message_bytes);
    limits.activity_timeout_s = config.realtime_activity_s;
    limits.pong_timeout_s = config.realtime_pong_s;
    return limits;
}

std::vector<realtime::Application> applications_of(const Config& config, const MasterKey& master)
{
    constexpr std::size_t key_length = 20;
    realtime::Application own;
    own.id = config.realtime_app_id;
    own.key = config.realtime_key.empty() ? hex(master.derived("realtime key")).substr(0, key_length) : config.realtime_key;
    own.secret = config.realtime_secret.empty() ? Secret(hex(master.derived("realtime secret"))) : config.realtime_secret;
    own.same_origin = true;
    own.connections = config.realtime_connections;
    std::vector<realtime::Application> apps{std::move(own)};
    auto further = realtime::parse_applications(config.realtime_apps.reveal());
    if (!further) throw std::invalid_argument(further.error().message);
    for (auto& app : *further) {
        if (app.id == apps.front().id || app.key == apps.front().key)
            throw std::invalid_argument("realtime_apps: the program's own app has that id or key");
        apps.push_back(std::move(app));
    }
    return apps;
}

http::TrustedProxies proxies_of(const Config& config)
{
    auto proxies = http::TrustedProxies::parse(config.trusted_proxies);
    if (!proxies) throw std::invalid_argument(proxies.error().message);
    return *proxies;
}

jobs::Boot this_boot(const Config& config, const std::string& node_id)
{
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    auto name = config.test_host.empty() ? std::string(host) : config.test_host;
    return {random_uuid(), node_id, std::move(name), ::getpid(), std::string(version)};
}

std::unique_ptr<const Clock> clock_of(const Config& config)
{
    if (config.test_clock_shift.empty()) return std::make_unique<SystemClock>();
    return std::make_unique<ShiftedClock>(config.test_clock_shift);
}

jobs::RunnerOptions runner_options(const Config& config)
{
    jobs::RunnerOptions options;
    options.poll = Duration{config.job_check_ms};
    options.rescue_every = Duration{config.recovery_every_ms};
    return options;
}

orders::JournalOptions journal_options(const Config& config)
{
    orders::JournalOptions options;
    options.segment_bytes = static_cast<std::size_t>(config.journal_bytes);
    return options;
}

orders::DispatchOptions dispatch_options(const Config& config)
{
    orders::DispatchOptions options;
    options.write_within = Duration{config.test_write_within_ms};
    options.retry_on_timeout = config.test_retry_on_timeout;
    return options;
}

}  // namespace smg
