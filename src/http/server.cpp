#include "http/server.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <charconv>
#include <list>
#include <map>
#include <unordered_set>

#include "base/log.hpp"
#include "http/session.hpp"

namespace smg::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SteadyTime = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<SteadyTime, asio::wait_traits<SteadyTime>, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

constexpr auto as_tuple = asio::as_tuple(use_async);
constexpr auto accept_pause = std::chrono::milliseconds(100);  // when the process has no file descriptors left

std::optional<tcp::endpoint> parse_endpoint(std::string_view where)
{
    auto colon = where.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto host = where.substr(0, colon), digits = where.substr(colon + 1);
    bool brackets = host.starts_with('[') && host.ends_with(']');
    if (brackets) host = host.substr(1, host.size() - 2);
    std::uint16_t port = 0;
    auto [stop, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    boost::system::error_code error;
    auto address = asio::ip::make_address(host, error);
    if (error || bad != std::errc{} || stop != digits.data() + digits.size() || brackets != address.is_v6())
        return std::nullopt;
    return tcp::endpoint(address, port);
}

std::string shown(const tcp::endpoint& endpoint)
{
    auto host = endpoint.address().to_string();
    return fmt::format("{}:{}", endpoint.address().is_v6() ? "[" + host + "]" : host, endpoint.port());
}

std::string why(const boost::system::error_code& error)
{
    if (error == asio::error::address_in_use) return "another program uses that port.";
    if (error == asio::error::access_denied) return "no permission; ports below 1024 need the right CAP_NET_BIND_SERVICE.";
    if (error == boost::system::errc::address_not_available) return "this machine does not have that address.";
    return error.message() + ".";
}

// One household usually holds a whole IPv6 /64.
Address counted_as(Address peer)
{
    if (!peer.v4()) std::fill(peer.bytes.begin() + 8, peer.bytes.end(), static_cast<unsigned char>(0));
    return peer;
}

Duration tick_of(const Limits& limits)
{
    auto shortest =
        std::min({limits.header_time, limits.body_time, limits.keep_alive_time, limits.write_time, limits.linger_time});
    return std::clamp(shortest / 8, Duration(5), Duration(250));
}

}  // namespace

// Sessions hold it too, so that the Server may go before the io_context has ended them.
struct Server::Shared : std::enable_shared_from_this<Shared> {
    Shared(asio::io_context& context, Limits l, TrustedProxies p, Service s)
        : io(context), limits(l), proxies(std::move(p)), service(std::move(s)), tick(io), emptied(io)
    {
    }

    asio::io_context& io;
    const Limits limits;
    const TrustedProxies proxies;
    const Service service;
    std::list<Acceptor> acceptors;
    std::unordered_set<Session*> sessions;
    std::map<Address, int> per_ip;
    Timer tick, emptied;
    bool ticking = false;
    bool stopping = false;
    int in_flight = 0;
    std::size_t large_bodies = 0;

    Result<std::string> listen(const std::string& where);
    void stop_accepting();
    void cut_all();

    static Async<> accept(std::shared_ptr<Shared> self, Acceptor& acceptor);
    static Async<> serve(std::shared_ptr<Shared> self, Socket socket, Address peer);
    static Async<> watch_deadlines(std::shared_ptr<Shared> self);
    void welcome(Socket socket);
    bool counts(const Address& peer) const { return (limits.count_loopback || !peer.loopback()) && !proxies.hold(peer); }
    void spawn(Async<> work);
};

Result<std::string> Server::Shared::listen(const std::string& where)
{
    auto endpoint = parse_endpoint(where);
    if (!endpoint)
        return fail(Code::invalid,
                    fmt::format("'{}' is no address to listen on; write 127.0.0.1:8080 or [::1]:8080.", where));
    boost::system::error_code error;
    Acceptor acceptor(io);
    acceptor.open(endpoint->protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor.set_option(asio::socket_base::send_buffer_size(limits.send_buffer_bytes), error);  // inherited
    if (!error) acceptor.bind(*endpoint, error);
    if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
    auto local = error ? tcp::endpoint() : acceptor.local_endpoint(error);
    if (error) return fail(Code::failed, fmt::format("Cannot listen on {}: {}", where, why(error)));
    spawn(accept(shared_from_this(), acceptors.emplace_back(std::move(acceptor))));
    return shown(local);
}

void Server::Shared::spawn(Async<> work)
{
    asio::co_spawn(io, std::move(work), [](std::exception_ptr thrown) {
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const std::exception& e) {
            log::error("a connection ended by an exception: {}", e.what());
        }
    });
}

Async<> Server::Shared::accept(std::shared_ptr<Shared> self, Acceptor& acceptor)
{
    Timer pause(self->io);
    while (!self->stopping) {
        auto [error, socket] = co_await acceptor.async_accept(as_tuple);
        if (self->stopping) break;
        if (!error) {
            self->welcome(std::move(socket));
        } else if (error != asio::error::connection_aborted) {
            log::warning("cannot accept a connection: {}", error.message());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(as_tuple);
        }
    }
}

void Server::Shared::welcome(Socket socket)
{
    boost::system::error_code error;
    auto remote = socket.remote_endpoint(error);
    auto peer = Address::parse(remote.address().to_string());
    if (error || !peer) return;
    auto known = per_ip.find(counted_as(*peer));
    bool crowd = known != per_ip.end() && counts(*peer) && known->second >= limits.connections_per_ip;
    if (crowd || static_cast<int>(sessions.size()) >= limits.connections) return;  // closes it
    socket.set_option(tcp::no_delay(true), error);
    spawn(serve(shared_from_this(), std::move(socket), *peer));
}

Async<> Server::Shared::serve(std::shared_ptr<Shared> self, Socket socket, Address peer)
{
    SessionContext context{self->limits, self->proxies, self->service, self->stopping, self->in_flight, self->large_bodies};
    Session session(std::move(socket), peer, context);

    // Entered here and struck out however the session ends.
    struct Entry {
        Entry(Shared& s, Session& one, Address from) : shared(s), session(one), peer(from)
        {
            shared.sessions.insert(&session);
            ++shared.per_ip[peer];
        }
        ~Entry()
        {
            shared.sessions.erase(&session);
            if (--shared.per_ip[peer] == 0) shared.per_ip.erase(peer);
            if (!shared.sessions.empty()) return;
            shared.emptied.cancel();
            shared.tick.cancel();
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        Shared& shared;
        Session& session;
        Address peer;
    } entry(*self, session, counted_as(peer));

    if (!self->ticking) {
        self->ticking = true;
        self->spawn(watch_deadlines(self));
    }
    co_await session.run();
}

Async<> Server::Shared::watch_deadlines(std::shared_ptr<Shared> self)
{
    while (!self->sessions.empty()) {
        self->tick.expires_after(tick_of(self->limits));
        co_await self->tick.async_wait(as_tuple);
        auto now = SteadyTime::now();
        for (auto session : self->sessions) session->check_deadline(now);
    }
    self->ticking = false;
}

void Server::Shared::stop_accepting()
{
    stopping = true;
    boost::system::error_code ignored;
    for (auto& acceptor : acceptors) acceptor.close(ignored);
}

void Server::Shared::cut_all()
{
    for (auto session : sessions) session->cut();
}

Server::Server(asio::io_context& io, Limits limits, TrustedProxies proxies, Service service)
    : shared_(std::make_shared<Shared>(io, limits, std::move(proxies), std::move(service)))
{
}

Server::~Server()
{
    shared_->stop_accepting();
    shared_->cut_all();
}

Result<std::string> Server::listen(const std::string& where) { return shared_->listen(where); }

void Server::stop_accepting() { shared_->stop_accepting(); }

Async<> Server::drain(Duration patience)
{
    auto shared = shared_;
    shared->stop_accepting();
    for (auto session : shared->sessions) session->close_if_idle();
    if (!shared->sessions.empty()) {
        shared->emptied.expires_after(patience);
        co_await shared->emptied.async_wait(as_tuple);
    }
    shared->cut_all();
}

int Server::in_flight() const { return shared_->in_flight; }
int Server::connections() const { return static_cast<int>(shared_->sessions.size()); }

}  // namespace smg::http
