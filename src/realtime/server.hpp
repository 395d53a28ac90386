#pragma once

#include <boost/asio/io_context.hpp>

#include "http/address.hpp"
#include "http/route.hpp"
#include "realtime/connection.hpp"
#include "realtime/hub.hpp"

namespace smg::realtime {

/// Pusher protocol 7 on the program's own port: the WebSocket and the HTTP API. All calls on the I/O thread.
class Server {
public:
    Server(boost::asio::io_context& io, const Clock& clock, std::vector<Application> apps, Limits limits, Hub::Told told);

    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// `GET /app/{key}` and what lies below `/apps/{app}`; the Server must outlive the rows.
    http::Routes routes();

    Hub& hub() { return hub_; }

    /// Pings, deadlines, old cached events; once a second.
    void tick();

    /// Sends everybody away with 4200, spread over some time, since all come again at once; then hangs up.
    Async<> drain(Duration patience);

private:
    http::Response upgrade(const http::Request& request);
    std::pair<int, std::string> refusal(const http::Request& request, const Application* app) const;

    Sockets sockets_;
    Hub hub_;
    bool stopping_ = false;
};

/// The HTTP API alone (api.cpp).
http::Routes api_routes(Hub& hub);

}  // namespace smg::realtime
