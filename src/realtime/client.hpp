#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "realtime/channel_name.hpp"
#include "realtime/hub.hpp"

namespace smg::realtime {

/// Pusher's codes to end a connection with (Pusher Channels protocol, "Error codes"). 4000–4099: do not come again;
/// 4100–4199: later; 4200–4299: at once.
enum Ending : int {
    no_such_app = 4001,
    app_disabled = 4003,
    unsupported_version = 4007,
    no_version = 4008,
    unauthorized = 4009,
    over_capacity = 4100,
    come_again = 4200,
    no_pong = 4201,
    too_many_events = 4301
};

/// The way to one client; frames are queued and sent when its socket takes them.
class Wire {
public:
    virtual ~Wire() = default;
    virtual void send(Bytes frame) = 0;
    virtual void close(int code, std::string_view reason) = 0;
};

/// One connection as the Pusher protocol sees it: what it may hear and what it says. A right comes from a signature alone.
class Client {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    Client(Hub& hub, const Application& app, Wire& wire, std::string ip);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Tells it its socket id.
    void greet();

    /// One message, a JSON text.
    void hear(std::string_view text, SteadyTime now);

    /// Whether a ping of the WebSocket itself is to be answered: they count as messages do.
    bool may_ping(SteadyTime now);

    /// Any sign of life.
    void alive(SteadyTime now);

    /// Asks for a sign of life after a long silence, and closes when none came.
    void check(SteadyTime now);

    void send(const Bytes& frame) { wire_.send(frame); }
    void close(int code, std::string_view reason) { wire_.close(code, reason); }

    const std::string& socket_id() const { return socket_id_; }
    const std::string& ip() const { return ip_; }
    const Application& app() const { return app_; }
    const std::string& user_id() const { return user_id_; }                           // signed in; empty: nobody
    const std::map<std::string, std::string>& channels() const { return channels_; }  // and as which presence member
    const std::string* member_of(const std::string& channel) const;

    /// Who was allowed into a channel on this socket, so that it can be cut when they lose their rights.
    struct Person {
        std::int64_t user = 0, session = 0, token = 0;
        auto operator<=>(const Person&) const = default;
    };
    std::optional<Person> person;

private:
    struct Subscription {
        std::string channel, auth, channel_data;
    };
    void subscribe(const json::object& data);
    bool may_enter(const Subscription& wanted);
    bool enter_presence(const Subscription& wanted);
    /// `is_new`: not only asked for once more.
    void welcome(const std::string& channel, bool is_new);
    json::object signed_in_member() const;
    int most_messages() const;
    void unsubscribe(const std::string& channel);
    void sign_in(const json::object& data);
    void client_event(std::string_view name, const json::object& message, SteadyTime now);

    void say(std::string_view event, std::string_view channel, const json::value& data);
    void error(std::optional<int> code, std::string_view message);
    void refuse(const std::string& channel, std::string_view type, std::string_view why, int status);
    bool within(int& count, SteadyTime& since, int most, SteadyTime now) const;

    Hub& hub_;
    const Application& app_;
    Wire& wire_;
    const std::string ip_, socket_id_;
    std::string user_id_;
    json::object user_;  // what was signed of them
    std::map<std::string, std::string> channels_;
    SteadyTime heard_, messages_since_, events_since_;
    int messages_ = 0, events_ = 0;
    bool asked_ = false, rate_told_ = false;
};

}  // namespace smg::realtime
