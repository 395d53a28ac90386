#include "realtime/server.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/random.hpp"
#include "base/text.hpp"
#include "http/reply.hpp"
#include "realtime/signature.hpp"

namespace smg::realtime {
namespace {

constexpr int oldest_protocol = 5, newest_protocol = 7;

// Goes on after 101: a client of an app, or one that is only told why not.
class Welcome : public http::Takeover {
public:
    Welcome(Sockets& sockets, Hub& hub, const Application* app, std::string ip, std::pair<int, std::string> refused)
        : sockets_(sockets), hub_(hub), app_(app), ip_(std::move(ip)), refused_(std::move(refused))
    {
    }

    void take(http::Socket socket, std::string unread) override
    {
        auto connection = std::make_shared<Connection>(sockets_, hub_, std::move(socket));
        bool served = refused_.first == 0;
        connection->open(served ? app_ : nullptr, ip_, served ? std::move(unread) : std::string());
        if (served) return;
        json::object data{{"code", refused_.first}, {"message", refused_.second}};
        connection->send(
            encoded(Opcode::text, json::text_of(json::object{{"event", "pusher:error"}, {"data", std::move(data)}})));
        connection->close(refused_.first, refused_.second);
    }

private:
    Sockets& sockets_;
    Hub& hub_;
    const Application* app_;
    std::string ip_;
    std::pair<int, std::string> refused_;
};

bool loopback(const std::string& ip)
{
    auto address = http::Address::parse(ip);
    return address && address->loopback();
}

}  // namespace

Server::Server(boost::asio::io_context& io, const Clock& clock, std::vector<Application> apps, Limits limits, Hub::Told told)
    : sockets_(io), hub_(clock, std::move(apps), limits, std::move(told))
{
}

Server::~Server()
{
    for (auto one : sockets_.open()) one->abandon();
}

http::Routes Server::routes()
{
    http::Routes rows{
        {http::Method::GET, "/app/{key}", http::Access::anyone,
         [this](const http::Request& request, const http::Caller&) -> Async<http::Response> { co_return upgrade(request); },
         http::unlisted("A WebSocket of the Pusher protocol")}};
    auto api = api_routes(hub_);
    rows.insert(rows.end(), api.begin(), api.end());
    return rows;
}

std::pair<int, std::string> Server::refusal(const http::Request& request, const Application* app) const
{
    // Later: those who come at once over a connection that is still open would come again and again.
    if (stopping_) return {over_capacity, "The server is stopping"};
    if (!app) return {no_such_app, "Application does not exist"};
    if (!app->enabled) return {app_disabled, "Application is disabled"};
    auto query = query_of(request.query);
    auto protocol = query ? (*query)["protocol"] : std::string();
    if (protocol.empty()) return {no_version, "No protocol version was given"};
    int version = 0;
    auto [stop, bad] = std::from_chars(protocol.data(), protocol.data() + protocol.size(), version);
    if (bad != std::errc{} || stop != protocol.data() + protocol.size() || version < oldest_protocol ||
        version > newest_protocol)
        return {unsupported_version, "Unsupported protocol version: 5 to 7 are spoken here"};
    switch (hub_.room_for(*app, loopback(request.peer) ? std::string() : request.peer)) {
        case Hub::Room::free: return {0, ""};
        case Hub::Room::app_full: return {over_capacity, "The application is over its connection limit"};
        case Hub::Room::full: break;
    }
    return {over_capacity, "Too many connections"};
}

http::Response Server::upgrade(const http::Request& request)
{
    auto key = request.header("sec-websocket-key");
    if (lowered(request.header("upgrade")) != "websocket" || !lowered(request.header("connection")).contains("upgrade") ||
        key.size() != 24) {
        auto reply = http::message_reply(426, "This address speaks WebSocket only.");
        reply.headers.emplace_back("Upgrade", "websocket");
        return reply;
    }
    if (request.header("sec-websocket-version") != "13") {
        auto reply = http::message_reply(426, "Only version 13 of WebSocket is spoken here.");
        reply.headers.emplace_back("Sec-WebSocket-Version", "13");
        return reply;
    }
    auto app = hub_.by_key(request.path_values.at("key"));
    auto origin = request.header("origin");
    if (app && app->same_origin && !origin.empty() && !origin.ends_with("://" + std::string(request.header("host"))))
        return http::message_reply(403, "Only pages of this server may connect.");
    http::Response response;
    response.status = 101;
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Accept", accept_key(key));
    response.takeover = std::make_shared<Welcome>(sockets_, hub_, app, loopback(request.peer) ? std::string() : request.peer,
                                                  refusal(request, app));
    return response;
}

void Server::tick()
{
    auto now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Connection>> all;
    for (auto one : sockets_.open())
        if (auto held = one->weak_from_this().lock()) all.push_back(std::move(held));
    for (const auto& one : all) one->tick(now);
    hub_.forget_old(hub_.clock().now());
}

Async<> Server::drain(Duration patience)
{
    constexpr auto step = Duration(20);
    stopping_ = true;
    // A thousand a second, with chance in it, and never longer than a quarter of the time there is.
    auto steps = std::clamp<std::int64_t>(static_cast<std::int64_t>(sockets_.open().size()) / 20, 1,
                                          std::max<std::int64_t>(1, patience / step / 4));
    for (auto left = steps; left > 0; --left) {
        std::vector<std::shared_ptr<Connection>> now;
        for (auto one : sockets_.open())
            if (auto held = one->weak_from_this().lock(); held && random_below(static_cast<std::uint32_t>(left)) == 0)
                now.push_back(std::move(held));
        for (const auto& one : now) one->close(come_again, "The server is stopping: reconnect");
        co_await sleep_for(step);
    }
    constexpr int looks = 25;
    for (int i = 0; i < looks && !sockets_.open().empty(); ++i) co_await sleep_for(step);
    std::vector<std::shared_ptr<Connection>> rest;
    for (auto one : sockets_.open())
        if (auto held = one->weak_from_this().lock()) rest.push_back(std::move(held));
    for (const auto& one : rest) one->drop();
    rest.clear();
    co_await sleep_for(Duration(1));  // what the sockets have posted
}

}  // namespace smg::realtime
