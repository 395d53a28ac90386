#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/address.hpp"
#include "http/message.hpp"

namespace smg::http {

/// What one client may cost us. The time limits are for sockets alone: how long a handler works is its own affair.
struct Limits {
    std::size_t header_bytes = 8 * 1024;
    Duration header_time =
        std::chrono::seconds(5);               // from a request's first byte (the first: from accept) to its empty line
    std::size_t body_bytes = 1024 * 1024;      // after de-chunking
    std::size_t small_body_bytes = 16 * 1024;  // always has room: any ordinary order
    std::size_t large_bodies_bytes = 64 * 1024 * 1024;  // of all larger ones at once, until they are answered
    Duration body_time = std::chrono::seconds(15);
    Duration keep_alive_time = std::chrono::seconds(30);  // between two requests
    int requests_per_connection = 1000;
    Duration write_time = std::chrono::seconds(30);  // for each MiB begun of a reply
    int send_buffer_bytes = 256 * 1024;              // of the kernel, which would give a client who never reads megabytes
    Duration linger_time = std::chrono::seconds(2);  // for the client to read the last reply and hang up
    int connections_per_ip = 64;                     // an IPv6 /64 is one; loopback and trusted proxies not counted
    int connections = 10'000;
    bool count_loopback = false;  // tests: loopback is counted like any address
};

/// Answers one request. Called on the I/O thread; one request of a connection at a time.
using Service = std::function<Async<Response>(Request)>;

/// HTTP/1.1 on one io_context that one thread runs; all calls are made on that thread, or before it runs.
class Server {
public:
    Server(boost::asio::io_context& io, Limits limits, TrustedProxies proxies, Service service);
    ~Server();

    /// `127.0.0.1:8080`, `[::1]:8080`; port 0 picks one. The address it listens on in full, or one sentence why not.
    Result<std::string> listen(const std::string& where);

    void stop_accepting();

    /// Stops accepting, hangs up on idle connections, lets requests in flight end for `patience`, then cuts the rest.
    /// Handlers are never cut: a commit that has begun ends, only its reply has nowhere to go.
    Async<> drain(Duration patience);

    int in_flight() const;    // requests being answered
    int connections() const;  // open sockets

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace smg::http
