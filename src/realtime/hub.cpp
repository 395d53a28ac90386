#include "realtime/hub.hpp"

#include <fmt/core.h>

#include <boost/json/serialize.hpp>

#include "base/random.hpp"
#include "realtime/channel_name.hpp"
#include "realtime/client.hpp"

namespace smg::realtime {
namespace {

constexpr auto cached_for = std::chrono::minutes(30);

}  // namespace

std::string event_text(std::string_view event, std::string_view channel, std::string_view data, std::string_view user_id)
{
    auto quoted = [](std::string_view text) { return boost::json::serialize(boost::json::string_view(text)); };
    auto out = fmt::format(R"({{"event":{},"channel":{},"data":{})", quoted(event), quoted(channel), quoted(data));
    if (!user_id.empty()) out += fmt::format(R"(,"user_id":{})", quoted(user_id));
    return out += "}";
}

Hub::Hub(const Clock& clock, std::vector<Application> apps, Limits limits, Told told)
    : clock_(clock), limits_(limits), told_(std::move(told))
{
    for (auto& app : apps) {
        auto id = app.id;
        places_.emplace(id, Place{std::move(app), {}, {}, 0});
    }
}

const Application* Hub::by_key(std::string_view key) const
{
    for (const auto& [id, one] : places_)
        if (one.app.key == key) return &one.app;
    return nullptr;
}

const Application* Hub::by_id(std::string_view id) const
{
    auto found = places_.find(id);
    return found == places_.end() ? nullptr : &found->second.app;
}

void Hub::publish(const Application& app, const std::string& channel, std::string_view event, std::string_view data,
                  std::string_view except_socket, std::string_view user_id)
{
    auto kind = kind_of(channel);
    auto& here = place(app);
    if (kind.user) {
        auto bytes = encoded(Opcode::text, event_text(event, channel, data));
        for (auto& [id, client] : clients_)
            if (&client->app() == &app && !client->user_id().empty() && user_channel(client->user_id()) == channel)
                client->send(bytes);
        return;
    }
    auto found = here.channels.find(channel);
    if (found == here.channels.end() && !kind.cached) return;
    auto bytes = encoded(Opcode::text, event_text(event, channel, data, user_id));
    // What a client says does not take the place of what the server said.
    bool kept = kind.cached && !event.starts_with("client-");
    if (kept && (here.cache.contains(channel) || here.cache.size() < limits_.cached_events))
        here.cache[channel] = {bytes, clock_.now()};
    if (found == here.channels.end()) return;
    for (auto client : found->second.clients)
        if (client->socket_id() != except_socket) client->send(bytes);
}

const Channel* Hub::find(const Application& app, const std::string& channel) const
{
    const auto& channels = place(app).channels;
    auto found = channels.find(channel);
    return found == channels.end() ? nullptr : &found->second;
}

std::vector<std::pair<std::string, const Channel*>> Hub::channels(const Application& app, std::string_view prefix) const
{
    std::vector<std::pair<std::string, const Channel*>> all;
    for (const auto& [name, channel] : place(app).channels)
        if (name.starts_with(prefix)) all.emplace_back(name, &channel);
    return all;
}

std::int64_t Hub::connections(const Application& app) const { return place(app).connections; }

std::size_t Hub::channels() const
{
    std::size_t all = 0;
    for (const auto& [id, place] : places_) all += place.channels.size();
    return all;
}

void Hub::terminate(const Application& app, std::string_view user_id)
{
    for (auto client : clients())
        if (&client->app() == &app && client->user_id() == user_id)
            client->close(unauthorized, "You got disconnected by the app.");
}

Client* Hub::by_socket(const std::string& socket_id) const
{
    auto found = clients_.find(socket_id);
    return found == clients_.end() ? nullptr : found->second;
}

std::vector<Client*> Hub::clients() const
{
    std::vector<Client*> all;
    all.reserve(clients_.size());
    for (const auto& [id, client] : clients_) all.push_back(client);
    return all;
}

Hub::Room Hub::room_for(const Application& app, const std::string& ip) const
{
    if (clients_.size() >= limits_.connections) return Room::full;
    auto from = per_ip_.find(ip);
    if (!ip.empty() && from != per_ip_.end() && from->second >= limits_.connections_per_ip) return Room::full;
    return place(app).connections >= app.connections ? Room::app_full : Room::free;
}

void Hub::enter(Client& client)
{
    clients_.emplace(client.socket_id(), &client);
    ++place(client.app()).connections;
    if (!client.ip().empty()) ++per_ip_[client.ip()];
}

void Hub::leave(Client& client)
{
    auto channels = client.channels();
    for (const auto& [name, member] : channels) part(client, name);
    clients_.erase(client.socket_id());
    --place(client.app()).connections;
    if (client.ip().empty()) return;
    auto from = per_ip_.find(client.ip());
    if (from != per_ip_.end() && --from->second == 0) per_ip_.erase(from);
}

Channel& Hub::join(Client& client, const std::string& channel)
{
    auto [found, is_new] = place(client.app()).channels.try_emplace(channel);
    found->second.clients.insert(&client);
    if (is_new) tell(client.app(), {"channel_occupied", channel});
    return found->second;
}

void Hub::part(Client& client, const std::string& name)
{
    auto& channels = place(client.app()).channels;
    auto found = channels.find(name);
    if (found == channels.end() || found->second.clients.erase(&client) == 0) return;
    auto& channel = found->second;
    if (auto id = client.member_of(name); id && channel.presence) {
        auto member = channel.presence->members.find(*id);
        if (member != channel.presence->members.end() && --member->second.sockets == 0) {
            channel.presence->members.erase(member);
            auto data = json::text_of(json::object{{"user_id", *id}});
            auto bytes = encoded(Opcode::text, event_text("pusher_internal:member_removed", name, data));
            for (auto other : channel.clients) other->send(bytes);
            tell(client.app(), {"member_removed", name, {{"user_id", *id}}});
        }
    }
    if (!channel.clients.empty()) return;
    channels.erase(found);
    tell(client.app(), {"channel_vacated", name});
}

std::string Hub::new_socket_id()
{
    for (;;) {
        auto id = fmt::format("{}.{}", random_below(1'000'000'000), random_below(1'000'000'000));
        if (!clients_.contains(id)) return id;
    }
}

void Hub::tell(const Application& app, HookEvent event) const
{
    if (told_ && !app.webhook.empty()) told_(app, event);
}

Bytes Hub::cached(const Application& app, const std::string& channel) const
{
    const auto& cache = place(app).cache;
    auto found = cache.find(channel);
    return found == cache.end() ? nullptr : found->second.bytes;
}

void Hub::forget_old(Time now)
{
    for (auto& [id, here] : places_)
        std::erase_if(here.cache, [now](const auto& one) { return one.second.at + cached_for < now; });
}

}  // namespace smg::realtime
