#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"
#include "realtime/application.hpp"

namespace smg::realtime {

/// `key:hex(HMAC-SHA256(secret, socket_id:channel[:channel_data]))`, as Pusher's servers and libraries sign a subscription.
std::string channel_auth(const Application& app, std::string_view socket_id, std::string_view channel,
                         std::string_view channel_data);

/// The same for `pusher:signin`, over `socket_id::user::user_data`.
std::string user_auth(const Application& app, std::string_view socket_id, std::string_view user_data);

/// The values of a query by their names in lower case, as Pusher signs them; nothing when it cannot be read or names one
/// twice.
std::optional<std::map<std::string, std::string>> query_of(std::string_view query);

/// Whether a call of the HTTP API was signed with the app's secret over these very words within 600 s; otherwise in Pusher's
/// words why not.
Result<void> check_signature(const Application& app, const http::Request& request, Time now);

/// The query that signs a call of another server's HTTP API; `values` are the call's own, in words that need no escaping.
std::string signed_query(const Application& app, std::string_view method, std::string_view path, std::string_view body,
                         std::map<std::string, std::string> values, Time now);

/// `Sec-WebSocket-Accept` for the client's key (RFC 6455, 4.2.2).
std::string accept_key(std::string_view client_key);

std::string md5_hex(std::string_view data);

}  // namespace smg::realtime
