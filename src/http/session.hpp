#pragma once

#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <expected>

#include "http/head.hpp"
#include "http/server.hpp"
#include "http/takeover.hpp"
#include "http/wire.hpp"

namespace smg::http {

/// What a session needs of its server.
struct SessionContext {
    const Limits& limits;
    const TrustedProxies& proxies;
    const Service& service;
    const bool& stopping;
    int& in_flight;
    std::size_t& large_bodies;  // bytes of them that are held now, by all sessions
};

/// One connection: reads a request, has it answered, writes the reply, and so on. `run()` is the only coroutine on the
/// socket, so a reply that asks for another protocol can take the socket over at its one `write` and end the session.
class Session {
public:
    Session(Socket socket, Address peer, SessionContext context);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Async<> run();

    /// Cancels the read or write that has waited past its limit. Called by the server every now and then, since one timer
    /// for all connections is cheaper than one timer each.
    void check_deadline(std::chrono::steady_clock::time_point now);

    /// Hangs up when no request is under way.
    void close_if_idle();

    /// Hangs up in any case.
    void cut();

private:
    Async<std::expected<Head, Refusal>> read_head(bool first);
    Async<std::expected<std::string, Refusal>> read_body(bool expects_continue);
    Async<std::expected<Head, Refusal>> read_request(bool first);
    Async<Response> answer(Request request);
    Async<bool> write(Response response, Framing framing, bool head_only);
    Async<bool> send(std::string head, std::string body);
    Async<bool> read_some();
    Async<> linger();

    /// Room for so much of a body, until give_back(); false when large bodies have taken all there is.
    bool take_room(std::size_t body);
    void give_back();

    std::string_view unread() const;
    void allow(Duration time);
    void name_client(Request& request) const;

    Socket socket_;
    Address peer_;
    SessionContext context_;
    boost::beast::flat_buffer buffer_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    bool late_ = false;  // the deadline has passed and the operation was cancelled
    bool idle_ = false;  // nothing is owed to the client
    std::size_t head_bytes_ = 0;
    std::size_t room_ = 0;  // what this one holds of the large bodies' bytes
};

}  // namespace smg::http
