#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

#include "base/async.hpp"

namespace smg::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

/// Whoever goes on with a connection after 101 Switching Protocols.
class Takeover {
public:
    virtual ~Takeover() = default;

    /// `unread`: what the client sent right behind its request. Called once, on the I/O thread.
    virtual void take(Socket socket, std::string unread) = 0;
};

}  // namespace smg::http
