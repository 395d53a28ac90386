#pragma once

#include <string>
#include <string_view>

namespace smg::realtime {

/// What a channel's name says of it (Pusher Channels, "Channel naming conventions").
struct ChannelKind {
    bool secured = false;    // private or presence: a signature is needed
    bool presence = false;   // its members know each other
    bool encrypted = false;  // we see only ciphertext
    bool cached = false;     // remembers its last event
    bool user = false;       // `#server-to-user-ID`
};

constexpr std::size_t longest_name = 200;  // of a channel or an event

bool valid_channel(std::string_view name);
ChannelKind kind_of(std::string_view channel);

/// The channel of events to one signed-in user.
std::string user_channel(std::string_view user_id);

}  // namespace smg::realtime
