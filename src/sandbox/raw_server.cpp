#include "sandbox/raw_server.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <list>
#include <optional>

#include "base/async.hpp"
#include "http/head.hpp"
#include "http/wire.hpp"

namespace smg::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr auto as_tuple = asio::as_tuple(use_async);
constexpr std::size_t max_header_bytes = 64 * 1024;
constexpr std::size_t max_body_bytes = 4 * 1024 * 1024;
constexpr std::size_t filler_block = 64 * 1024;

std::string head_of(const RawReply& reply, bool keep_alive)
{
    auto head = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", reply.status,
                            http::reason(reply.status), reply.content_type, reply.body.size() + reply.filler);
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    return head + (keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

// One connection: requests are read and answered one after another.
class Connection {
public:
    Connection(Socket& socket, RawHandler& handler, std::uint64_t number)
        : socket_(socket), handler_(handler), number_(number)
    {
    }

    Async<> serve()
    {
        while (auto request = co_await read())
            if (!co_await answer(std::move(*request))) co_return;
    }

private:
    // Nothing at the end of the connection, or when the request cannot be read.
    Async<std::optional<RawRequest>> read()
    {
        std::size_t seen = 0, length = 0;
        while (true) {
            auto end = http::head_end(buffer_, seen);
            if (!end) co_return std::nullopt;
            if (*end > 0) {
                length = *end;
                break;
            }
            if (buffer_.size() > max_header_bytes || !co_await more()) co_return std::nullopt;
        }
        auto head = http::parse_head(std::string_view(buffer_).substr(0, length));
        if (!head || head->chunked || head->content_length > max_body_bytes) co_return std::nullopt;
        buffer_.erase(0, length);
        if (head->expects_continue) {
            std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            if (!co_await write(std::move(go_on))) co_return std::nullopt;
        }
        while (buffer_.size() < head->content_length)
            if (!co_await more()) co_return std::nullopt;
        RawRequest request{std::move(head->request), number_};
        request.http.body = buffer_.substr(0, head->content_length);
        buffer_.erase(0, head->content_length);
        keep_alive_ = head->keep_alive;
        co_return request;
    }

    // Whether the connection is good for another request.
    Async<bool> answer(RawRequest request)
    {
        auto reply = handler_(request);
        if (reply.delay.count() > 0) co_await pause(reply.delay);
        auto held = std::move(reply.held);
        auto ending = reply.ending;
        bool raw = !reply.bytes.empty();
        if (raw || ending == Ending::whole || ending == Ending::whole_then_reset) {
            bool written = co_await write_whole(std::move(reply));
            if (!written || (!raw && ending == Ending::whole)) co_return written&& keep_alive_;
        } else if (ending >= Ending::half_then_close) {
            if (!co_await write(head_of(reply, true) + reply.body.substr(0, reply.body.size() / 2))) co_return false;
        }
        if (ending == Ending::hang || ending == Ending::half_then_hang) co_await hang();
        if (ending == Ending::reset || ending == Ending::half_then_reset || ending == Ending::whole_then_reset) reset();
        co_return false;
    }

    Async<bool> write_whole(RawReply reply)
    {
        auto head = reply.bytes.empty() ? head_of(reply, keep_alive_) : std::string();
        const auto& rest = reply.bytes.empty() ? reply.body : reply.bytes;
        if (reply.drip.count() == 0) {
            if (!co_await write(head + rest)) co_return false;
        } else {
            if (!head.empty() && !co_await write(std::move(head))) co_return false;
            for (char c : rest) {
                co_await pause(reply.drip);
                if (!co_await write(std::string(1, c))) co_return false;
            }
        }
        while (reply.filler > 0) {
            auto size = std::min<std::uint64_t>(reply.filler, filler_block);
            if (!co_await write(std::string(size, ' '))) co_return false;
            reply.filler -= size;
        }
        co_return true;
    }

    Async<bool> more()
    {
        char block[16 * 1024];
        auto [error, size] = co_await socket_.async_read_some(asio::buffer(block), as_tuple);
        if (error) co_return false;
        buffer_.append(block, size);
        co_return true;
    }

    Async<bool> write(std::string bytes)
    {
        auto [error, size] = co_await asio::async_write(socket_, asio::buffer(bytes), as_tuple);
        co_return !error;
    }

    // Until the client has had enough, or the server stops. What it sends meanwhile is read and dropped.
    Async<> hang()
    {
        while (co_await more()) buffer_.clear();
    }

    Async<> pause(Duration time)
    {
        Timer timer(socket_.get_executor());
        timer.expires_after(time);
        co_await timer.async_wait(as_tuple);
    }

    void reset()
    {
        boost::system::error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        socket_.close(ignored);
    }

    Socket& socket_;
    RawHandler& handler_;
    std::uint64_t number_;
    std::string buffer_;
    bool keep_alive_ = true;
};

Result<tcp::endpoint> loopback(const std::string& text)
{
    auto colon = text.rfind(':');
    int port = -1;
    if (colon != std::string::npos) std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    boost::system::error_code error;
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    auto address = asio::ip::make_address(host, error);
    if (error || port < 0 || port > 65535)
        return fail(Code::invalid,
                    fmt::format("cannot listen on `{}`: give an address and a port such as 127.0.0.1:9001", text));
    if (!address.is_loopback())
        return fail(Code::invalid,
                    fmt::format("cannot listen on `{}`: a simulator listens on loopback alone, e.g. 127.0.0.1:9001", text));
    return tcp::endpoint(address, static_cast<std::uint16_t>(port));
}

}  // namespace

struct RawServer::Shared : std::enable_shared_from_this<Shared> {
    Shared(asio::io_context& io, RawHandler what) : acceptor(io), handler(std::move(what)) {}

    static Async<> accept(std::shared_ptr<Shared> self)
    {
        while (self->acceptor.is_open()) {
            auto [error, socket] = co_await self->acceptor.async_accept(as_tuple);
            if (error) continue;
            auto place = self->sockets.insert(self->sockets.end(), std::move(socket));
            // A handler that throws has lost its ledger: better no simulator than one that is wrong.
            auto on_end = [](std::exception_ptr problem) {
                if (problem) std::rethrow_exception(problem);
            };
            asio::co_spawn(self->acceptor.get_executor(), serve(self, place, ++self->connections), on_end);
        }
    }

    static Async<> serve(std::shared_ptr<Shared> self, std::list<Socket>::iterator socket, std::uint64_t number)
    {
        boost::system::error_code ignored;
        socket->set_option(tcp::no_delay(true), ignored);
        Connection connection(*socket, self->handler, number);
        co_await connection.serve();
        self->sockets.erase(socket);
    }

    Acceptor acceptor;
    RawHandler handler;
    std::list<Socket> sockets;  // of the open connections
    std::uint64_t connections = 0;
};

RawServer::RawServer(asio::io_context& io, RawHandler handler) : shared_(std::make_shared<Shared>(io, std::move(handler))) {}

RawServer::~RawServer() { stop(); }

Result<std::string> RawServer::listen(const std::string& address)
{
    auto endpoint = loopback(address);
    if (!endpoint) return fail(endpoint.error());
    auto& acceptor = shared_->acceptor;
    boost::system::error_code error;
    acceptor.open(endpoint->protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(*endpoint, error);
    if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
    if (error) return fail(Code::failed, fmt::format("cannot listen on {}: {}", address, error.message()));
    asio::co_spawn(acceptor.get_executor(), Shared::accept(shared_), asio::detached);
    auto host = endpoint->address().to_string();
    return fmt::format(fmt::runtime(endpoint->address().is_v6() ? "[{}]:{}" : "{}:{}"), host,
                       acceptor.local_endpoint().port());
}

void RawServer::stop()
{
    boost::system::error_code ignored;
    shared_->acceptor.close(ignored);
    for (auto& socket : shared_->sockets) socket.close(ignored);
}

}  // namespace smg::sandbox
