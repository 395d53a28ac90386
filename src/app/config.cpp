#include "app/config.hpp"

#include <fmt/core.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "app/outside.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "http/cors.hpp"
#include "realtime/application.hpp"
#include "settings/settings.hpp"

namespace smg {
namespace {

std::vector<std::string> words_of(const std::string& text)
{
    std::vector<std::string> words;
    std::string_view rest = text;
    while (!rest.empty()) {
        auto end = rest.find(',');
        auto word = trimmed(rest.substr(0, end));
        if (!word.empty()) words.emplace_back(word);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return words;
}

template <auto Member, int Least, int Most>
std::string number(Config& config, const std::string& text)
{
    int value = 0;
    auto end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < Least || value > Most)
        return fmt::format("must be a whole number from {} to {}", Least, Most);
    config.*Member = value;
    return {};
}

template <auto Member>
std::string text(Config& config, const std::string& value)
{
    config.*Member = value;
    return {};
}

template <auto Member>
std::string flag(Config& config, const std::string& value)
{
    if (value != "0" && value != "1" && value != "true" && value != "false") return "must be 1 or 0";
    config.*Member = value == "1" || value == "true";
    return {};
}

std::string data_directory(Config& config, const std::string& value)
{
    if (value.empty()) return "must name a directory";
    config.data = value;
    return {};
}

std::string database(Config& config, const std::string& value)
{
    if (!value.empty())
        if (auto url = db::Url::parse(value); !url) return url.error().message;
    config.database = Secret(value);
    return {};
}

std::string roles(Config& config, const std::string& value)
{
    config.roles = words_of(value);
    for (const auto& role : config.roles)
        if (role != "web" && role != "realtime" && role != "worker" && role != "scheduler")
            return fmt::format("knows no role `{}` (web, realtime, worker, scheduler)", role);
    if (config.roles.empty()) return "must name at least one of web, realtime, worker, scheduler";
    return {};
}

std::string cors_origins(Config& config, const std::string& value)
{
    if (auto list = http::CorsList::parse(value); !list) return list.error().message;
    config.cors_origins = value;
    return {};
}

std::string log_level(Config& config, const std::string& value)
{
    if (value != "debug" && value != "info" && value != "warning" && value != "error")
        return "must be debug, info, warning or error";
    config.log_level = value;
    return {};
}

std::string realtime_apps(Config& config, const std::string& value)
{
    if (auto apps = realtime::parse_applications(value); !apps) return apps.error().message;
    config.realtime_apps = Secret(value);
    return {};
}

template <auto Member>
std::string secret(Config& config, const std::string& value)
{
    config.*Member = Secret(value);
    return {};
}

constexpr int hour_ms = 3'600'000, mebibyte = 1024 * 1024;

constexpr auto rows = std::to_array<ConfigRow>({
    {"listen", "SMGCRM_LISTEN", "127.0.0.1:8080", "Address and port of the HTTP server; port 0 picks a free one.", false,
     text<&Config::listen>},
    {"base_url", "SMGCRM_BASE_URL", "", "Address under which people and shops reach the program, e.g. https://crm.example.",
     false, text<&Config::base_url>},
    {"data", "SMGCRM_DATA", "data", "Directory of the database, the master key, the logs and the control socket.", false,
     data_directory},
    {"database", "SMGCRM_DATABASE", "",
     "sqlite:PATH or mysql://user:password@host:port/name; empty: sqlite:DATA/smgcrm.db. Keep a password in the environment "
     "or the "
     "file: a command line shows in process lists.",
     true, database},
    {"roles", "SMGCRM_ROLES", "web,realtime,worker,scheduler", "What this node does.", false, roles},
    {"trusted_proxies", "SMGCRM_TRUSTED_PROXIES", "", "Addresses or networks of proxies whose X-Forwarded-For is believed.",
     false, text<&Config::trusted_proxies>},
    {"cors_origins", "SMGCRM_CORS_ORIGINS", "",
     "Origins of pages that may call the API from a browser with a token, e.g. https://shop.example, separated by commas.",
     false, cors_origins},
    {"log_level", "SMGCRM_LOG_LEVEL", "info", "Least important lines that are logged: debug, info, warning, error.", false,
     log_level},
    {"log_files", "SMGCRM_LOG_FILES", "0", "1: also into rotating files under DATA/logs.", false, flag<&Config::log_files>},
    {"token_rate", "SMGCRM_TOKEN_RATE", "200", "Requests per second that one token may make.", false,
     number<&Config::token_rate, 1, 1'000'000>},
    {"connections_per_ip", "SMGCRM_CONNECTIONS_PER_IP", "64",
     "Connections open at once from one address; loopback and trusted proxies are not counted.", false,
     number<&Config::connections_per_ip, 1, 1'000'000>},
    {"connections", "SMGCRM_CONNECTIONS", "10000", "Connections open at once.", false,
     number<&Config::connections, 1, 1'000'000>},
    {"realtime_app_id", "SMGCRM_REALTIME_APP_ID", "smgcrm", "Id of the program's own app in Pusher's sense.", false,
     text<&Config::realtime_app_id>},
    {"realtime_key", "SMGCRM_REALTIME_KEY", "", "Its public key; empty: one made from the master key.", false,
     text<&Config::realtime_key>},
    {"realtime_secret", "SMGCRM_REALTIME_SECRET", "", "Its secret; empty: one made from the master key.", true,
     secret<&Config::realtime_secret>},
    {"realtime_apps", "SMGCRM_REALTIME_APPS", "",
     "Further apps, a JSON list of objects with id, key and secret, and perhaps enabled, client_events, connections, "
     "webhook.",
     true, realtime_apps},
    {"realtime_connections", "SMGCRM_REALTIME_CONNECTIONS", "10000", "WebSockets open at once.", false,
     number<&Config::realtime_connections, 1, 1'000'000>},
    {"realtime_connections_per_ip", "SMGCRM_REALTIME_CONNECTIONS_PER_IP", "100",
     "WebSockets open at once from one address; loopback is not counted.", false,
     number<&Config::realtime_connections_per_ip, 1, 1'000'000>},
    {"realtime_channels", "SMGCRM_REALTIME_CHANNELS", "100", "Channels of one WebSocket.", false,
     number<&Config::realtime_channels, 1, 10'000>},
    {"realtime_queue_bytes", "SMGCRM_REALTIME_QUEUE_BYTES", "1048576",
     "What may wait for a slow reader before it is cut off.", false,
     number<&Config::realtime_queue_bytes, 65'536, 1'073'741'824>},
    {"realtime_message_bytes", "SMGCRM_REALTIME_MESSAGE_BYTES", "16384", "Longest message from a client.", false,
     number<&Config::realtime_message_bytes, 1024, mebibyte>},
    {"realtime_activity_s", "SMGCRM_REALTIME_ACTIVITY_S", "120", "Silence after which a client is asked for a sign of life.",
     false, number<&Config::realtime_activity_s, 1, 3600>},
    {"realtime_pong_s", "SMGCRM_REALTIME_PONG_S", "30", "Time for that sign, before the connection is closed.", false,
     number<&Config::realtime_pong_s, 1, 600>},
    {"realtime_outside_host", "SMGCRM_REALTIME_OUTSIDE_HOST", "",
     "Host of an outside Pusher server or soketi that pages listen to instead of this program; empty: none.", false,
     text<&Config::realtime_outside_host>},
    {"realtime_outside_port", "SMGCRM_REALTIME_OUTSIDE_PORT", "443", "Its port, for events and for pages.", false,
     number<&Config::realtime_outside_port, 1, 65'535>},
    {"realtime_outside_tls", "SMGCRM_REALTIME_OUTSIDE_TLS", "1", "1: it speaks https and wss; 0: http and ws.", false,
     flag<&Config::realtime_outside_tls>},
    {"realtime_outside_cluster", "SMGCRM_REALTIME_OUTSIDE_CLUSTER", "",
     "In place of a host: a cluster of Pusher's own servers, e.g. eu.", false, text<&Config::realtime_outside_cluster>},
    {"realtime_outside_app_id", "SMGCRM_REALTIME_OUTSIDE_APP_ID", "", "Id of the app there.", false,
     text<&Config::realtime_outside_app_id>},
    {"realtime_outside_key", "SMGCRM_REALTIME_OUTSIDE_KEY", "", "Its public key.", false,
     text<&Config::realtime_outside_key>},
    {"realtime_outside_secret", "SMGCRM_REALTIME_OUTSIDE_SECRET", "", "Its secret.", true,
     secret<&Config::realtime_outside_secret>},
    {"requests_per_connection", "SMGCRM_REQUESTS_PER_CONNECTION", "10000",
     "Requests after which a kept-alive connection is closed.", false,
     number<&Config::requests_per_connection, 1, 1'000'000>},
    {"header_bytes", "SMGCRM_HEADER_BYTES", "8192", "Largest request head, in bytes.", false,
     number<&Config::header_bytes, 1024, mebibyte>},
    {"header_timeout_ms", "SMGCRM_HEADER_TIMEOUT_MS", "5000", "Time in which a request head must arrive, in milliseconds.",
     false, number<&Config::header_timeout_ms, 10, hour_ms>},
    {"body_bytes", "SMGCRM_BODY_BYTES", "1048576", "Largest request body, in bytes.", false,
     number<&Config::body_bytes, 1024, 64 * mebibyte>},
    {"body_timeout_ms", "SMGCRM_BODY_TIMEOUT_MS", "15000", "Time in which a request body must arrive, in milliseconds.",
     false, number<&Config::body_timeout_ms, 10, hour_ms>},
    {"keep_alive_ms", "SMGCRM_KEEP_ALIVE_MS", "30000", "How long an idle connection is kept, in milliseconds.", false,
     number<&Config::keep_alive_ms, 10, hour_ms>},
    {"write_timeout_ms", "SMGCRM_WRITE_TIMEOUT_MS", "30000", "Time in which a client must take a reply, in milliseconds.",
     false, number<&Config::write_timeout_ms, 10, hour_ms>},
    {"database_readers", "SMGCRM_DATABASE_READERS", "4", "Connections that read.", false,
     number<&Config::database_readers, 1, 256>},
    {"database_pool", "SMGCRM_DATABASE_POOL", "8", "Connections that write, on MariaDB.", false,
     number<&Config::database_pool, 1, 256>},
    {"database_queue", "SMGCRM_DATABASE_QUEUE", "20000",
     "Operations that may wait for the database; further ones are answered 503.", false,
     number<&Config::database_queue, 1, 1'000'000>},
    {"sender_threads", "SMGCRM_SENDER_THREADS", "64", "Threads that send orders to suppliers.", false,
     number<&Config::sender_threads, 1, 1024>},
    {"stop_timeout_s", "SMGCRM_STOP_TIMEOUT_S", "35", "How long a stop waits for what is in flight, in seconds.", false,
     number<&Config::stop_timeout_s, 0, 3600>},
    {"recovery_every_ms", "SMGCRM_RECOVERY_EVERY_MS", "30000",
     "How often what a dead process left behind is looked for, in milliseconds.", false,
     number<&Config::recovery_every_ms, 50, hour_ms>},
    {"job_check_ms", "SMGCRM_JOB_CHECK_MS", "1000",
     "How often due jobs are looked for without being woken, in milliseconds.", false,
     number<&Config::job_check_ms, 10, hour_ms>},
    {"journal_bytes", "SMGCRM_JOURNAL_BYTES", "4194304", "Size at which a file of the send journal is followed by another.",
     false, number<&Config::journal_bytes, 1024, 1024 * mebibyte>},
    {"test_rerun_one_in", "SMGCRM_TEST_RERUN_ONE_IN", "0", "Tests: every n-th write to the database is run twice; 0: never.",
     false, number<&Config::test_rerun_one_in, 0, 1'000'000>},
    {"test_clock_shift", "SMGCRM_TEST_CLOCK_SHIFT", "", "Tests: a file whose 8 bytes are milliseconds to add to the clock.",
     false, text<&Config::test_clock_shift>},
    {"test_max_pages", "SMGCRM_TEST_MAX_PAGES", "0", "Tests: largest SQLite file, in pages of 4 KiB; 0: no limit.", false,
     number<&Config::test_max_pages, 0, 2'000'000'000>},
    {"test_write_within_ms", "SMGCRM_TEST_WRITE_WITHIN_MS", "30000",
     "Tests: the longest time from the commit before a request to its first byte, in milliseconds.", false,
     number<&Config::test_write_within_ms, 1, 60'000>},
    {"test_retry_on_timeout", "SMGCRM_TEST_RETRY_ON_TIMEOUT", "0",
     "Tests: 1: an order whose answer is lost is sent again at once, which the audit of the tests must find.", false,
     flag<&Config::test_retry_on_timeout>},
    {"test_count_loopback", "SMGCRM_TEST_COUNT_LOOPBACK", "0",
     "Tests: 1: connections from loopback are counted like any address's.", false, flag<&Config::test_count_loopback>},
    {"test_host", "SMGCRM_TEST_HOST", "", "Tests: the machine's name, as another machine would have it.", false,
     text<&Config::test_host>},
});

const ConfigRow* find_row(std::string_view key)
{
    auto found = std::ranges::find(rows, key, &ConfigRow::key);
    return found == rows.end() ? nullptr : &*found;
}

Result<std::map<std::string, std::string>> from_file(const std::string& file)
{
    std::map<std::string, std::string> values;
    if (file.empty()) return values;
    try {
        for (const auto& [key, node] : toml::parse_file(file)) {
            std::string name(key.str());
            if (!find_row(name)) return fail(Code::invalid, fmt::format("{}: nobody knows the key `{}`", file, name));
            if (auto word = node.value<std::string>()) values[name] = *word;
            else if (auto whole = node.as_integer()) values[name] = std::to_string(whole->get());
            else if (auto yes = node.as_boolean()) values[name] = yes->get() ? "1" : "0";
            else
                return fail(Code::invalid, fmt::format("{}: `{}` must be a text, a whole number or true/false", file, name));
        }
    } catch (const toml::parse_error& e) {
        return fail(Code::invalid, fmt::format("{}: {} (line {})", file, e.description(), e.source().begin.line));
    }
    return values;
}

Result<void> apply(Config& config, const ConfigRow& row, const std::string& value, std::string_view source)
{
    auto wrong = row.set(config, value);
    if (!wrong.empty()) return fail(Code::invalid, fmt::format("{}: `{}` {}", source, row.key, wrong));
    return {};
}

}  // namespace

bool Config::has_role(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

std::string Config::database_url() const
{
    return database.empty() ? "sqlite:" + (data / "smgcrm.db").string() : database.reveal();
}

std::span<const ConfigRow> config_rows() { return rows; }

Result<Config> load_config(const std::map<std::string, std::string>& command_line, const std::string& file)
{
    auto in_file = from_file(file);
    if (!in_file) return fail(in_file.error());
    Config config;
    for (const auto& row : rows) {
        std::string key(row.key);
        auto environment = std::getenv(std::string(row.env).c_str());
        Result<void> applied;
        if (auto given = command_line.find(key); given != command_line.end())
            applied = apply(config, row, given->second, "command line");
        else if (environment) applied = apply(config, row, environment, row.env);
        else if (auto written = in_file->find(key); written != in_file->end())
            applied = apply(config, row, written->second, file);
        else applied = apply(config, row, std::string(row.fallback), "default");
        if (!applied) return fail(applied.error());
    }
    if (auto outside = outside_of(config); !outside) return fail(outside.error());
    return config;
}

Config default_config()
{
    Config config;
    for (const auto& row : rows) apply(config, row, std::string(row.fallback), "default").value();
    return config;
}

std::string configuration_manual()
{
    std::string out =
        "# Configuration\n\nMade by `smgcrm config --docs`; do not edit.\n\n## Read at start\n\n"
        "Command line over environment over the file given by `--config` over default. On the command line a key is written "
        "with "
        "dashes: `--token-rate 500`.\n\n| key | environment | default | what it is |\n|---|---|---|---|\n";
    for (const auto& row : rows)
        out += fmt::format("| `{}` | `{}` | {} | {}{} |\n", row.key, row.env,
                           row.fallback.empty() ? "" : fmt::format("`{}`", row.fallback), row.help,
                           row.secret ? " Secret." : "");
    out +=
        "\n## Changed while the program runs\n\n`smgcrm setting get KEY`, `smgcrm setting set KEY VALUE [KEY VALUE]…`, all "
        "or none; "
        "kept in the table `settings`, secrets sealed.\n\n| key | kind | default | what it is |\n|---|---|---|---|\n";
    for (const auto& setting : settings::known())
        out += fmt::format("| `{}` | {} | {} | {} |\n", setting.key, word(setting.kind),
                           setting.fallback.empty() ? "" : fmt::format("`{}`", setting.fallback), setting.help);
    return out;
}

std::string sample_config()
{
    std::string out = "# smgcrm: every key with its default. Command line and environment are stronger than this file.\n";
    for (const auto& row : rows) out += fmt::format("\n# {}\n# {} = \"{}\"\n", row.help, row.key, row.fallback);
    return out;
}

}  // namespace smg
