#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace smg::realtime {

/// One app in Pusher's sense: channels of two apps never meet.
struct Application {
    std::string id, key;
    Secret secret;
    bool enabled = true;
    bool client_events = false;
    bool same_origin = false;  // browsers only from our own pages
    std::int64_t connections = 10'000;
    std::string webhook = {};  // the address that is told of occupied channels, members and so on; empty: nobody
};

/// Every limit of a client, with Pusher's own figures where it has them.
struct Limits {
    std::size_t connections = 10'000;  // of all apps
    std::size_t connections_per_ip = 100;
    std::size_t channels = 100;             // of one connection
    std::size_t message_bytes = 16 * 1024;  // from a client
    std::size_t event_bytes = 10 * 1024;    // of an event's data
    std::size_t queue_bytes = 1024 * 1024;  // that a slow reader may leave waiting
    std::size_t presence_members = 100;
    std::size_t member_bytes = 2 * 1024;
    std::size_t cached_events = 10'000;
    int messages_per_s = 60;       // from one client
    int client_events_per_s = 10;  // from one client
    int activity_timeout_s = 120;  // of silence, after which it is asked for a sign of life
    int pong_timeout_s = 30;
};

/// `[{"id":"…","key":"…","secret":"…","client_events":true,"connections":1000,"webhook":"https://…"}]`; only the first three
/// must be there.
Result<std::vector<Application>> parse_applications(std::string_view json);

}  // namespace smg::realtime
