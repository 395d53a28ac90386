#include "app/outside.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "http/address.hpp"
#include "net/url.hpp"

namespace smg {
namespace {

bool plain(std::string_view word, std::string_view marks)
{
    return std::ranges::all_of(word, [marks](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.contains(c);
    });
}

std::unexpected<Error> wrong(std::string_view key, std::string_view why)
{
    return fail(Code::invalid, fmt::format("`{}` {}", key, why));
}

// It stands in the policy of every page, which knows no IPv6 addresses.
Result<std::string> plain_host(const Config& config)
{
    auto given = config.realtime_outside_host;
    auto url = net::parse_url(fmt::format("https://{}:{}/", given, config.realtime_outside_port));
    if (!url || url->path != "/" || !url->query.empty() || !plain(url->host, "-."))
        return wrong("realtime_outside_host", "must be a name or an IPv4 address, without scheme, port and path");
    return url->host;
}

bool on_loopback(const std::string& host)
{
    auto address = http::Address::parse(host);
    return host == "localhost" || (address && address->loopback());
}

}  // namespace

Result<std::optional<realtime::Outside>> outside_of(const Config& config)
{
    const auto& cluster = config.realtime_outside_cluster;
    bool named = !config.realtime_outside_host.empty() || !cluster.empty();
    if (!named && config.realtime_outside_app_id.empty() && config.realtime_outside_key.empty() &&
        config.realtime_outside_secret.empty())
        return std::nullopt;
    if (!named) return wrong("realtime_outside_host", "is missing (or realtime_outside_cluster, for Pusher's own)");
    if (!config.realtime_outside_host.empty() && !cluster.empty())
        return wrong("realtime_outside_cluster", "is of Pusher's own servers: it goes without realtime_outside_host");
    if (!plain(cluster, "-")) return wrong("realtime_outside_cluster", "must be one of Pusher's, such as eu");
    for (const auto& [key, value] : {std::pair("realtime_outside_app_id", &config.realtime_outside_app_id),
                                     std::pair("realtime_outside_key", &config.realtime_outside_key)})
        if (value->empty() || !plain(*value, "-_."))
            return wrong(key, value->empty() ? "is missing" : "must be of letters, digits, `-`, `_` and `.`");
    if (config.realtime_outside_secret.empty()) return wrong("realtime_outside_secret", "is missing");

    realtime::Outside outside;
    outside.app.id = config.realtime_outside_app_id;
    outside.app.key = config.realtime_outside_key;
    outside.app.secret = config.realtime_outside_secret;
    outside.port = config.realtime_outside_port;
    outside.tls = config.realtime_outside_tls;
    outside.cluster = cluster;
    auto api = fmt::format("api-{}.pusher.com", cluster);
    if (cluster.empty()) {
        auto host = plain_host(config);
        if (!host) return fail(host.error());
        api = outside.host = *host;
    } else {
        outside.host = fmt::format("ws-{}.pusher.com", cluster);
    }
    if (!outside.tls && config.base_url.starts_with("https://") && !on_loopback(outside.host))
        return wrong("realtime_outside_tls", "must be 1: pages under an https base_url connect to nothing else");
    outside.api_url = fmt::format("{}://{}:{}", outside.tls ? "https" : "http", api, outside.port);
    return outside;
}

}  // namespace smg
