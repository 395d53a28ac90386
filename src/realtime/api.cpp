#include <boost/describe/class.hpp>

#include <optional>

#include "http/reply.hpp"
#include "realtime/channel_name.hpp"
#include "realtime/server.hpp"
#include "realtime/signature.hpp"

namespace smg::realtime {
namespace {

using http::Access;
using http::Caller;
using http::Method;
using http::Request;
using http::Response;

constexpr std::size_t most_channels = 100, most_in_batch = 10;

struct Event {
    std::string name;
    std::optional<std::string> channel;
    std::optional<std::vector<std::string>> channels;
    json::value data;
    std::optional<std::string> socket_id, info;
};
BOOST_DESCRIBE_STRUCT(Event, (), (name, channel, channels, data, socket_id, info))

struct Batch {
    std::vector<json::value> batch;
};
BOOST_DESCRIBE_STRUCT(Batch, (), (batch))

Response refused(int status, std::string_view why)
{
    return http::json_reply(status, json::object{{"error", why}, {"code", status}});
}

// The whole call has failed when one event is bad: nothing is sent by halves.
std::optional<Response> problem(const Hub& hub, const Event& event)
{
    if (event.name.empty() || event.name.size() > longest_name) return refused(400, "name must have 1 to 200 characters");
    auto count = event.channels ? event.channels->size() : event.channel ? 1 : 0;
    if (count == 0 || count > most_channels) return refused(400, "1 to 100 channels must be given");
    if (!event.data.is_string()) return refused(400, "data must be a string");
    if (event.data.get_string().size() > hub.limits().event_bytes) return refused(413, "The data content is too large");
    auto valid = [](const std::string& name) { return valid_channel(name); };
    if (event.channel && !event.channels && !valid(*event.channel)) return refused(400, "Invalid channel name");
    if (event.channels && !std::ranges::all_of(*event.channels, valid)) return refused(400, "Invalid channel name");
    return std::nullopt;
}

std::vector<std::string> channels_of(const Event& event)
{
    return event.channels ? *event.channels : std::vector{*event.channel};
}

json::object info_of(const Channel* channel, std::string_view info)
{
    json::object out;
    if (info.contains("user_count") && channel && channel->presence) out["user_count"] = channel->presence->members.size();
    if (info.contains("subscription_count")) out["subscription_count"] = channel ? channel->clients.size() : 0;
    return out;
}

json::object send(Hub& hub, const Application& app, const Event& event)
{
    json::object infos;
    for (const auto& channel : channels_of(event)) {
        hub.publish(app, channel, event.name, event.data.get_string(), event.socket_id.value_or(""));
        if (event.info) infos[channel] = info_of(hub.find(app, channel), *event.info);
    }
    return infos;
}

// Of the path or the query; the signature has proven that it can be read.
std::string value_of(const Request& request, const std::string& name)
{
    auto in_path = request.path_values.find(name);
    if (in_path != request.path_values.end()) return in_path->second;
    auto query = query_of(request.query);
    return query ? (*query)[name] : std::string();
}

// POST /apps/{app}/events
Response publish(Hub& hub, const Application& app, const Request& request)
{
    auto body = json::parse(request.body);
    auto event = body ? json::to<Event>(*body) : Result<Event>(fail(body.error()));
    if (!event) return refused(400, event.error().message);
    if (auto wrong = problem(hub, *event)) return *wrong;
    auto infos = send(hub, app, *event);
    return http::json_reply(200, event->info ? json::object{{"channels", std::move(infos)}} : json::object{});
}

// POST /apps/{app}/batch_events
Response publish_batch(Hub& hub, const Application& app, const Request& request)
{
    auto body = json::parse(request.body);
    auto batch = body ? json::to<Batch>(*body) : Result<Batch>(fail(body.error()));
    if (!batch) return refused(400, batch.error().message);
    if (batch->batch.size() > most_in_batch) return refused(400, "A batch holds at most 10 events");
    std::vector<Event> events;
    for (const auto& one : batch->batch) {
        auto event = json::to<Event>(one);
        if (!event) return refused(400, event.error().message);
        if (auto wrong = problem(hub, *event)) return *wrong;
        events.push_back(std::move(*event));
    }
    json::array infos;
    bool asked = false;
    for (const auto& event : events) {
        auto channels = send(hub, app, event);
        asked = asked || event.info.has_value();
        infos.push_back(channels.empty() ? json::value(json::object{}) : channels.begin()->value());
    }
    return http::json_reply(200, asked ? json::object{{"batch", std::move(infos)}} : json::object{});
}

// GET /apps/{app}/channels
Response list(Hub& hub, const Application& app, const Request& request)
{
    auto prefix = value_of(request, "filter_by_prefix"), info = value_of(request, "info");
    if (info.contains("user_count") && !prefix.starts_with("presence-"))
        return refused(400, "user_count is known of presence channels: filter by that prefix");
    json::object channels;
    for (const auto& [name, channel] : hub.channels(app, prefix)) channels[name] = info_of(channel, info);
    return http::json_reply(200, json::object{{"channels", std::move(channels)}});
}

// GET /apps/{app}/channels/{channel}
Response show(Hub& hub, const Application& app, const Request& request)
{
    auto name = value_of(request, "channel"), info = value_of(request, "info");
    if (!valid_channel(name)) return refused(400, "Invalid channel name");
    if (info.contains("user_count") && !kind_of(name).presence)
        return refused(400, "user_count is known of presence channels");
    auto channel = hub.find(app, name);
    auto out = info_of(channel, info);
    out["occupied"] = channel != nullptr;
    return http::json_reply(200, std::move(out));
}

// GET /apps/{app}/channels/{channel}/users
Response users(Hub& hub, const Application& app, const Request& request)
{
    auto name = value_of(request, "channel");
    if (!kind_of(name).presence) return refused(400, "Users are known of presence channels only");
    json::array all;
    auto channel = hub.find(app, name);
    if (channel && channel->presence)
        for (const auto& [id, member] : channel->presence->members) all.push_back(json::object{{"id", id}});
    return http::json_reply(200, json::object{{"users", std::move(all)}});
}

// POST /apps/{app}/users/{user}/terminate_connections
Response terminate(Hub& hub, const Application& app, const Request& request)
{
    hub.terminate(app, value_of(request, "user"));
    return http::json_reply(200, json::object{});
}

// GET /apps/{app}/connections
Response count(Hub& hub, const Application& app, const Request&)
{
    return http::json_reply(200, json::object{{"connections", hub.connections(app)}});
}

using Answer = Response (*)(Hub&, const Application&, const Request&);

http::Handler signed_by_app(Hub& hub, Answer answer)
{
    return [&hub, answer](const Request& request, const Caller&) -> Async<Response> {
        auto app = hub.by_id(value_of(request, "app"));
        if (!app) co_return refused(404, "No such app");
        auto proven = check_signature(*app, request, hub.clock().now());
        if (!proven) co_return refused(proven.error().code == Code::invalid ? 400 : 401, proven.error().message);
        if (!app->enabled) co_return refused(403, "The app is disabled");
        co_return answer(hub, *app, request);
    };
}

constexpr std::string_view signed_words =
    "An app, by its secret: Pusher's server libraries sign with `auth_key`, `auth_timestamp`, `auth_version`, `body_md5` "
    "and "
    "`auth_signature` in the query. `app` is the app's id.";

// For the API reference.
struct OneApp {
    std::string app;
};
BOOST_DESCRIBE_STRUCT(OneApp, (), (app))

struct OneChannel {
    std::string app, channel;
};
BOOST_DESCRIBE_STRUCT(OneChannel, (), (app, channel))

struct ChannelQuery : OneChannel {
    std::optional<std::string> info;
};
BOOST_DESCRIBE_STRUCT(ChannelQuery, (OneChannel), (info))

struct ChannelsQuery : OneApp {
    std::optional<std::string> filter_by_prefix, info;
};
BOOST_DESCRIBE_STRUCT(ChannelsQuery, (OneApp), (filter_by_prefix, info))

}  // namespace

http::Routes api_routes(Hub& hub)
{
    return {
        {Method::POST, "/apps/{app}/events", Access::anyone, signed_by_app(hub, publish),
         http::about("Publishes an event to channels")
             .by(signed_words)
             .takes<Event>()
             .example(R"({"name":"greeting","channels":["news"],"data":"{\"text\":\"Hello\"}"})")},
        {Method::POST, "/apps/{app}/batch_events", Access::anyone, signed_by_app(hub, publish_batch),
         http::about("Publishes up to ten events")
             .by(signed_words)
             .takes<Batch>()
             .example(R"({"batch":[{"name":"greeting","channel":"news","data":"{}"}]})")},
        {Method::GET, "/apps/{app}/channels", Access::anyone, signed_by_app(hub, list),
         http::about("Channels that somebody is subscribed to").by(signed_words).takes<ChannelsQuery>()},
        {Method::GET, "/apps/{app}/channels/{channel}", Access::anyone, signed_by_app(hub, show),
         http::about("One channel").by(signed_words).takes<ChannelQuery>()},
        {Method::GET, "/apps/{app}/channels/{channel}/users", Access::anyone, signed_by_app(hub, users),
         http::about("Who is in a presence channel").by(signed_words)},
        {Method::POST, "/apps/{app}/users/{user}/terminate_connections", Access::anyone, signed_by_app(hub, terminate),
         http::about("Cuts the connections of a user").by(signed_words)},
        {Method::GET, "/apps/{app}/connections", Access::anyone, signed_by_app(hub, count),
         http::about("How many are connected").by(signed_words)},
    };
}

}  // namespace smg::realtime
