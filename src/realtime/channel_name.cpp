#include "realtime/channel_name.hpp"

#include <algorithm>

namespace smg::realtime {
namespace {

constexpr std::string_view to_user = "#server-to-user-";

bool allowed(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_=@,.;").contains(c);
}

}  // namespace

bool valid_channel(std::string_view name)
{
    if (name.empty() || name.size() > longest_name) return false;
    if (name.front() == '#') return name.starts_with(to_user) && name.size() > to_user.size();
    return std::ranges::all_of(name, allowed);
}

ChannelKind kind_of(std::string_view channel)
{
    ChannelKind kind;
    kind.user = channel.starts_with(to_user);
    kind.presence = channel.starts_with("presence-");
    kind.secured = kind.presence || channel.starts_with("private-");
    kind.encrypted = channel.starts_with("private-encrypted-");
    for (std::string_view prefix : {"cache-", "private-cache-", "presence-cache-", "private-encrypted-cache-"})
        kind.cached = kind.cached || channel.starts_with(prefix);
    return kind;
}

std::string user_channel(std::string_view user_id) { return std::string(to_user) + std::string(user_id); }

}  // namespace smg::realtime
