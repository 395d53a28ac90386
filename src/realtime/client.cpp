#include "realtime/client.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "realtime/signature.hpp"

namespace smg::realtime {
namespace {

std::string text_in(const json::object& in, std::string_view name)
{
    auto found = in.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

// Libraries send `data` as an object, or as a string that holds one.
json::object object_in(const json::object& message, std::string_view name)
{
    auto found = message.if_contains(name);
    if (!found) return {};
    if (found->is_object()) return found->get_object();
    if (!found->is_string()) return {};
    auto inner = json::parse(found->get_string());
    return inner && inner->is_object() ? inner->get_object() : json::object{};
}

}  // namespace

Client::Client(Hub& hub, const Application& app, Wire& wire, std::string ip)
    : hub_(hub),
      app_(app),
      wire_(wire),
      ip_(std::move(ip)),
      socket_id_(hub.new_socket_id()),
      heard_(std::chrono::steady_clock::now())
{
    hub_.enter(*this);
}

Client::~Client() { hub_.leave(*this); }

const std::string* Client::member_of(const std::string& channel) const
{
    auto found = channels_.find(channel);
    return found == channels_.end() || found->second.empty() ? nullptr : &found->second;
}

void Client::greet()
{
    say("pusher:connection_established", "",
        json::object{{"socket_id", socket_id_}, {"activity_timeout", hub_.limits().activity_timeout_s}});
}

void Client::alive(SteadyTime now)
{
    heard_ = now;
    asked_ = false;
}

void Client::check(SteadyTime now)
{
    auto silence = now - heard_;
    const auto& limits = hub_.limits();
    if (!asked_ && silence >= std::chrono::seconds(limits.activity_timeout_s)) {
        asked_ = true;
        wire_.send(encoded(Opcode::text, R"({"event":"pusher:ping","data":"{}"})"));
    } else if (asked_ && silence >= std::chrono::seconds(limits.activity_timeout_s + limits.pong_timeout_s)) {
        wire_.close(no_pong, "Pong reply not received in time");
    }
}

// A window of one second, with as many more once as a page sends at its start: all its subscriptions.
bool Client::within(int& count, SteadyTime& since, int most, SteadyTime now) const
{
    if (now - since >= std::chrono::seconds(1)) {
        auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - since).count();
        count = static_cast<int>(std::max<std::int64_t>(0, count - std::min<std::int64_t>(seconds, 1000) * most));
        since = now;
    }
    return ++count <= most;
}

bool Client::may_ping(SteadyTime now) { return within(messages_, messages_since_, most_messages(), now); }

int Client::most_messages() const { return hub_.limits().messages_per_s + static_cast<int>(hub_.limits().channels); }

void Client::hear(std::string_view text, SteadyTime now)
{
    alive(now);
    auto most = most_messages();
    if (!within(messages_, messages_since_, most, now)) {
        if (messages_ > 4 * most) return wire_.close(too_many_events, "Too many messages");
        if (!rate_told_) error(too_many_events, "Too many messages: slow down");
        rate_told_ = true;
        return;
    }
    rate_told_ = false;
    auto message = json::parse(text);
    if (!message || !message->is_object()) return error(std::nullopt, "The message is not a JSON object");
    const auto& object = message->get_object();
    auto event = text_in(object, "event");
    if (event.empty() || event.size() > longest_name) return error(std::nullopt, "The message names no event");
    if (event == "pusher:ping") return wire_.send(encoded(Opcode::text, R"({"event":"pusher:pong","data":"{}"})"));
    if (event == "pusher:pong") return;
    if (event == "pusher:subscribe") return subscribe(object_in(object, "data"));
    if (event == "pusher:unsubscribe") return unsubscribe(text_in(object_in(object, "data"), "channel"));
    if (event == "pusher:signin") return sign_in(object_in(object, "data"));
    if (event.starts_with("client-")) return client_event(event, object, now);
    error(std::nullopt, "No such event: only client- events may be sent");
}

void Client::subscribe(const json::object& data)
{
    Subscription wanted{text_in(data, "channel"), text_in(data, "auth"), text_in(data, "channel_data")};
    if (!valid_channel(wanted.channel)) return refuse(wanted.channel, "InvalidChannel", "Invalid channel name", 400);
    if (channels_.contains(wanted.channel)) return welcome(wanted.channel, false);
    if (channels_.size() >= hub_.limits().channels)
        return refuse(wanted.channel, "LimitReached",
                      fmt::format("No more than {} channels on one connection", hub_.limits().channels), 4004);
    if (!may_enter(wanted))
        return refuse(wanted.channel, "AuthError", "The connection is unauthorized for this channel", 401);
    if (kind_of(wanted.channel).presence) {
        if (!enter_presence(wanted)) return;
    } else {
        channels_.emplace(wanted.channel, "");
        hub_.join(*this, wanted.channel);
    }
    welcome(wanted.channel, true);
}

bool Client::may_enter(const Subscription& wanted)
{
    auto kind = kind_of(wanted.channel);
    if (kind.user) return !user_id_.empty() && user_channel(user_id_) == wanted.channel;
    if (!kind.secured) return true;
    if (kind.presence && wanted.channel_data.empty() && user_id_.empty()) return false;
    return equal_in_constant_time(wanted.auth, channel_auth(app_, socket_id_, wanted.channel, wanted.channel_data));
}

bool Client::enter_presence(const Subscription& wanted)
{
    const auto& limits = hub_.limits();
    // Without channel_data it is the signed-in user who enters (pusher-js, PresenceChannel.authorize).
    auto data = wanted.channel_data.empty() ? Result<json::value>(signed_in_member()) : json::parse(wanted.channel_data);
    auto id = data && data->is_object() && data->get_object().contains("user_id")
                  ? json::as_text(data->get_object().at("user_id"))
                  : std::nullopt;
    if (!id || id->empty() || id->size() > 128 || wanted.channel_data.size() > limits.member_bytes) {
        refuse(wanted.channel, "AuthError", "channel_data must hold a user_id and be no longer than 2 kB", 400);
        return false;
    }
    auto before = hub_.find(app_, wanted.channel);
    bool is_member = before && before->presence && before->presence->members.contains(*id);
    if (before && before->presence && !is_member && before->presence->members.size() >= limits.presence_members) {
        refuse(wanted.channel, "LimitReached", "The presence channel is full", 4100);
        return false;
    }
    channels_.emplace(wanted.channel, *id);
    auto& channel = hub_.join(*this, wanted.channel);
    if (!channel.presence) channel.presence = std::make_unique<Presence>();
    auto info = data->get_object().if_contains("user_info");
    auto& member = channel.presence->members[*id];
    if (member.sockets++ > 0) return true;
    member.info = info ? *info : json::value(nullptr);
    auto text = json::text_of(json::object{{"user_id", *id}, {"user_info", member.info}});
    auto bytes = encoded(Opcode::text, event_text("pusher_internal:member_added", wanted.channel, text));
    for (auto other : channel.clients)
        if (other != this) other->send(bytes);
    hub_.tell(app_, {"member_added", wanted.channel, {{"user_id", *id}}});
    return true;
}

json::object Client::signed_in_member() const
{
    json::object member{{"user_id", user_id_}};
    if (auto info = user_.if_contains("user_info")) member["user_info"] = *info;
    return member;
}

void Client::welcome(const std::string& name, bool is_new)
{
    auto kind = kind_of(name);
    json::object data;
    if (kind.presence) {
        json::array ids;
        json::object hash;
        for (const auto& [id, member] : hub_.find(app_, name)->presence->members) {
            ids.push_back(json::value(id));
            hash[id] = member.info;
        }
        auto count = ids.size();
        data["presence"] = json::object{{"count", count}, {"ids", std::move(ids)}, {"hash", std::move(hash)}};
    }
    say("pusher_internal:subscription_succeeded", name, std::move(data));
    if (!kind.cached) return;
    if (auto last = hub_.cached(app_, name)) return wire_.send(last);
    say("pusher:cache_miss", name, json::object{});
    if (is_new) hub_.tell(app_, {"cache_miss", name});
}

void Client::unsubscribe(const std::string& channel)
{
    if (!channels_.contains(channel)) return;
    hub_.part(*this, channel);
    channels_.erase(channel);
}

void Client::sign_in(const json::object& data)
{
    auto user_data = text_in(data, "user_data");
    bool proven = equal_in_constant_time(text_in(data, "auth"), user_auth(app_, socket_id_, user_data));
    auto user = proven ? json::parse(user_data) : json::value(nullptr);
    auto id = user && user->is_object() && user->get_object().contains("id") ? json::as_text(user->get_object().at("id"))
                                                                             : std::nullopt;
    if (!id || id->empty() || id->size() > 128) return wire_.close(unauthorized, "Connection not authorized");
    user_id_ = *id;
    user_ = std::move(user->get_object());
    say("pusher:signin_success", "", json::object{{"user_data", user_data}});
}

// Only among those who have proven that they may hear the channel; nobody else's words, and not the sender's own.
void Client::client_event(std::string_view name, const json::object& message, SteadyTime now)
{
    auto channel = text_in(message, "channel");
    auto kind = kind_of(channel);
    if (!app_.client_events) return error(unauthorized, "Client events are not enabled for this app");
    if (!kind.secured || kind.encrypted || !channels_.contains(channel))
        return error(unauthorized, "Client events are for members of private and presence channels");
    if (!within(events_, events_since_, hub_.limits().client_events_per_s, now))
        return error(too_many_events, "Client event rejected due to rate limit");
    auto given = message.if_contains("data");
    auto data = !given ? std::string("{}") : given->is_string() ? std::string(given->get_string()) : json::text_of(*given);
    if (data.size() > hub_.limits().event_bytes) return error(too_many_events, "The event's data is too large");
    auto member = member_of(channel);
    hub_.publish(app_, channel, name, data, socket_id_, member ? *member : std::string());
    json::object more{{"event", name}, {"data", data}, {"socket_id", socket_id_}};
    if (member) more["user_id"] = *member;
    hub_.tell(app_, {"client_event", channel, std::move(more)});
}

void Client::say(std::string_view event, std::string_view channel, const json::value& data)
{
    json::object message{{"event", event}};
    if (!channel.empty()) message["channel"] = channel;
    message["data"] = json::text_of(data);
    wire_.send(encoded(Opcode::text, json::text_of(message)));
}

void Client::error(std::optional<int> code, std::string_view message)
{
    json::object data{{"code", code ? json::value(*code) : json::value(nullptr)}, {"message", message}};
    wire_.send(encoded(Opcode::text, json::text_of(json::object{{"event", "pusher:error"}, {"data", std::move(data)}})));
}

void Client::refuse(const std::string& channel, std::string_view type, std::string_view why, int status)
{
    say("pusher:subscription_error", channel.substr(0, longest_name),
        json::object{{"type", type}, {"error", why}, {"status", status}});
}

}  // namespace smg::realtime
