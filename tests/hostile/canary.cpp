#include "hostile/canary.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace smg::test {
namespace {

constexpr int tick_ms = 20, read_ms = 500;
constexpr auto glad = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{\"order\":1}";

}  // namespace

// On all addresses of this machine, under both protocols: 127.0.0.1 has many spellings.
Canary::Canary(std::string greeting) : greeting_(std::move(greeting))
{
    listener_ = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int off = 0;
    ::setsockopt(listener_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    ::inet_pton(AF_INET6, "::ffff:127.0.0.1", &address.sin6_addr);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 64) != 0)
        throw std::runtime_error("the canary cannot listen");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin6_port);
    thread_ = std::thread([this] { serve(); });
}

Canary::~Canary()
{
    stopping_ = true;
    thread_.join();
    ::close(listener_);
}

std::string Canary::url(const std::string& host, const std::string& scheme) const
{
    return fmt::format("{}://{}:{}/api/v2", scheme, host, port_);
}

void Canary::serve()
{
    while (!stopping_) {
        pollfd ready{listener_, POLLIN, 0};
        if (::poll(&ready, 1, tick_ms) <= 0) continue;
        int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        ++connections_;
        pollfd asked{fd, POLLIN, 0};
        char request[4096];
        if (::poll(&asked, 1, read_ms) > 0) [[maybe_unused]]
            auto ignored = ::recv(fd, request, sizeof request, 0);
        const std::string answer = greeting_.empty() ? glad : greeting_;
        ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::close(fd);
    }
}

}  // namespace smg::test
