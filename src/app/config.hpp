#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace smg {

/// What is read once at start. What people change while the program runs is in settings/known.cpp.
struct Config {
    std::string listen, base_url;
    std::filesystem::path data;
    Secret database;  // an address that may hold a password; empty: sqlite:DATA/smgcrm.db
    std::vector<std::string> roles;
    std::string trusted_proxies, cors_origins;
    std::string log_level;
    bool log_files = false;
    int token_rate = 0, connections_per_ip = 0, connections = 0, requests_per_connection = 0;
    int header_bytes = 0, body_bytes = 0;
    int header_timeout_ms = 0, body_timeout_ms = 0, keep_alive_ms = 0, write_timeout_ms = 0;
    int database_readers = 0, database_pool = 0, database_queue = 0;
    std::string realtime_app_id, realtime_key;
    Secret realtime_secret, realtime_apps;
    int realtime_connections = 0, realtime_connections_per_ip = 0, realtime_channels = 0, realtime_queue_bytes = 0;
    int realtime_message_bytes = 0, realtime_activity_s = 0, realtime_pong_s = 0;
    std::string realtime_outside_host, realtime_outside_cluster, realtime_outside_app_id, realtime_outside_key;
    Secret realtime_outside_secret;
    int realtime_outside_port = 0;
    bool realtime_outside_tls = false;
    int sender_threads = 0, stop_timeout_s = 0;
    int recovery_every_ms = 0, job_check_ms = 0, journal_bytes = 0;
    std::string test_clock_shift = {};
    int test_rerun_one_in = 0, test_max_pages = 0, test_write_within_ms = 0;
    bool test_retry_on_timeout = false, test_count_loopback = false;
    std::string test_host = {};

    bool has_role(std::string_view role) const;
    std::string database_url() const;
    std::filesystem::path master_key_file() const { return data / "master.key"; }
    std::filesystem::path journal_folder() const { return data / "journal"; }
    std::filesystem::path control_socket() const { return data / "control.sock"; }
};

/// One row of the table from which the parser, `--help`, docs/configuration.md and the sample file are made.
struct ConfigRow {
    std::string_view key;  // in the file; `--key` with dashes on the command line
    std::string_view env;
    std::string_view fallback;
    std::string_view help;
    bool secret;
    std::string (*set)(Config&, const std::string&);  // empty, or what is wrong with the value
};

std::span<const ConfigRow> config_rows();

/// Values by key, from the strongest source to the weakest: command line, environment, file, default. Fails with the source
/// and the key that is wrong, and for keys that nobody knows.
Result<Config> load_config(const std::map<std::string, std::string>& command_line, const std::string& file);

/// docs/configuration.md: both tables of settings.
std::string configuration_manual();

/// A commented TOML file with all defaults.
std::string sample_config();

/// Every key with its default, whatever the environment says.
Config default_config();

}  // namespace smg
