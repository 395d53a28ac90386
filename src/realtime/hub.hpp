#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "realtime/application.hpp"
#include "realtime/frame.hpp"

namespace smg::realtime {

class Client;

/// What an app's webhook is told (Pusher Channels, "Webhooks").
struct HookEvent {
    std::string name;  // channel_occupied, channel_vacated, member_added, member_removed, client_event, cache_miss
    std::string channel;
    json::object more = {};
};

/// Who is in a presence channel. One user with two tabs is one member.
struct Presence {
    struct Member {
        json::value info;
        int sockets = 0;
    };
    std::map<std::string, Member> members;
};

struct Channel {
    std::unordered_set<Client*> clients;
    std::unique_ptr<Presence> presence;
};

/// The channels of all apps and who listens to them. On the I/O thread alone.
class Hub {
public:
    using Told = std::function<void(const Application&, const HookEvent&)>;

    Hub(const Clock& clock, std::vector<Application> apps, Limits limits, Told told);

    const Limits& limits() const { return limits_; }
    const Clock& clock() const { return clock_; }
    const Application* by_key(std::string_view key) const;
    const Application* by_id(std::string_view id) const;

    /// To all who have subscribed, but for the socket with this id; `data` is the event's data, a string in Pusher's sense.
    void publish(const Application& app, const std::string& channel, std::string_view event, std::string_view data,
                 std::string_view except_socket = {}, std::string_view user_id = {});

    bool occupied(const Application& app, const std::string& channel) const { return find(app, channel) != nullptr; }
    const Channel* find(const Application& app, const std::string& channel) const;
    std::vector<std::pair<std::string, const Channel*>> channels(const Application& app, std::string_view prefix) const;
    std::int64_t connections(const Application& app) const;
    std::size_t connections() const { return clients_.size(); }
    std::size_t channels() const;  // of all apps, with somebody in them

    /// Closes all sockets of a user who has signed in, with 4009.
    void terminate(const Application& app, std::string_view user_id);

    Client* by_socket(const std::string& socket_id) const;
    std::vector<Client*> clients() const;

    // ---- Of a client's own life (client.cpp)
    enum class Room { free, app_full, full };
    Room room_for(const Application& app, const std::string& ip) const;
    void enter(Client& client);
    void leave(Client& client);
    Channel& join(Client& client, const std::string& channel);
    void part(Client& client, const std::string& channel);
    std::string new_socket_id();
    void tell(const Application& app, HookEvent event) const;

    /// The last event of a cache channel, as it was sent.
    Bytes cached(const Application& app, const std::string& channel) const;

    /// Forgets cached events whose time is over.
    void forget_old(Time now);

private:
    struct Cached {
        Bytes bytes;
        Time at;
    };
    struct Place {
        Application app;
        std::unordered_map<std::string, Channel> channels;
        std::unordered_map<std::string, Cached> cache;
        std::int64_t connections = 0;
    };
    Place& place(const Application& app) { return places_.at(app.id); }
    const Place& place(const Application& app) const { return places_.at(app.id); }

    const Clock& clock_;
    const Limits limits_;
    const Told told_;
    std::map<std::string, Place, std::less<>> places_;  // by the app's id
    std::unordered_map<std::string, Client*> clients_;  // by socket id
    std::unordered_map<std::string, std::size_t> per_ip_;
};

/// One event on its way: `{"event":…,"channel":…,"data":"…"}`.
std::string event_text(std::string_view event, std::string_view channel, std::string_view data,
                       std::string_view user_id = {});

}  // namespace smg::realtime
