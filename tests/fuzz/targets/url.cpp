// Outgoing addresses: however an IP address is spelled, what libcurl would connect to is refused when it is private; a
// parsed address written out and parsed again is the same; both forms of the guard agree.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <memory>

#include "base/text.hpp"
#include "net/address_guard.hpp"
#include "net/url.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

// In other words than the guard's table: by the leading bytes.
bool private_ipv4(std::uint32_t address)
{
    auto a = address >> 24, b = address >> 16 & 255, c = address >> 8 & 255;
    return a == 0 || a == 10 || a == 127 || a >= 224 || (a == 100 && b >= 64 && b < 128) || (a == 169 && b == 254) ||
           (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) || (a == 192 && b == 0 && c == 0) ||
           (a == 198 && (b == 18 || b == 19));
}

// Those that carry an IPv4 address are judged by it, and by more.
bool private_ipv6(const in6_addr& address)
{
    const auto* byte = address.s6_addr;
    auto inner = [&](int at) {
        std::uint32_t four;
        std::memcpy(&four, byte + at, sizeof four);
        return private_ipv4(ntohl(four));
    };
    if (IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LINKLOCAL(&address) ||
        IN6_IS_ADDR_SITELOCAL(&address) || IN6_IS_ADDR_MULTICAST(&address) || (byte[0] & 0xFE) == 0xFC)
        return true;
    if (IN6_IS_ADDR_V4MAPPED(&address) || IN6_IS_ADDR_V4COMPAT(&address)) return inner(12);
    if (byte[0] == 0x20 && byte[1] == 0x02) return inner(2);
    if (byte[0] == 0x00 && byte[1] == 0x64 && byte[2] == 0xFF && byte[3] == 0x9B) return inner(12);
    return false;
}

bool private_socket(const sockaddr& address)
{
    if (address.sa_family == AF_INET) {
        sockaddr_in four;
        std::memcpy(&four, &address, sizeof four);
        return private_ipv4(ntohl(four.sin_addr.s_addr));
    }
    sockaddr_in6 six;
    std::memcpy(&six, &address, sizeof six);
    return private_ipv6(six.sin6_addr);
}

std::string numeric(const sockaddr& address, socklen_t size)
{
    std::array<char, NI_MAXHOST> text{};
    must(getnameinfo(&address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0);
    return text.data();
}

// All addresses that a resolver makes of a literal; none for a name.
void check_literal(const std::string& host)
{
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), "443", &hints, &found) != 0) return;
    std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
    for (auto* one = found; one; one = one->ai_next) {
        bool open = net::public_address(*one->ai_addr);
        must(!open || !private_socket(*one->ai_addr), host);
        auto text = numeric(*one->ai_addr, one->ai_addrlen);
        if (!text.contains('%')) must(net::public_address(text) == open, text);
        else must(!open, text);  // a zone belongs to link-local
    }
}

// The host as it stands in the text, to whoever reads it with inet_aton.
void check_spelling(std::string_view text, const net::Url& url)
{
    auto from = text.find("://") + 3;
    std::string raw(text.substr(from, text.find_first_of(":/?", from) - from));
    in_addr spelled, read;
    if (inet_aton(raw.c_str(), &spelled) == 0 || !private_ipv4(ntohl(spelled.s_addr))) return;
    must(inet_aton(url.host.c_str(), &read) != 0, raw + " -> " + url.host);
    must(!net::public_ipv4(ntohl(read.s_addr)), raw + " -> " + url.host);
}

}  // namespace

void one_input(std::string_view input)
{
    net::public_address(std::string(input));
    check_literal(std::string(input.substr(0, input.find('\0'))));
    auto url = net::parse_url(input);
    if (!url) {
        must(!url.error().message.empty());
        return;
    }
    must(url->scheme == "http" || url->scheme == "https", input);
    must(!url->host.empty() && url->host == lowered(url->host) && url->path.starts_with('/'), input);
    must(url->host.find_first_of("@/?#\\ \r\n\t") == std::string::npos, url->host);
    must((url->path + url->query).find_first_of("\r\n") == std::string::npos, input);
    must(url->port >= 1 && url->port <= 65'535, input);

    auto query = url->query.empty() ? "" : "?" + url->query;
    auto written = fmt::format("{}://{}:{}{}{}", url->scheme, url->host, url->port, url->path, query);
    if (written.size() <= net::max_url_bytes) {
        auto again = net::parse_url(written);
        must(again.has_value(), written);
        must(again->host == url->host && again->port == url->port && again->path == url->path, written);
        must(again->query == url->query && again->scheme == url->scheme, written);
    }
    bool brackets = url->host.starts_with('[');
    check_literal(brackets ? url->host.substr(1, url->host.size() - 2) : url->host);
    check_spelling(input, *url);
}

}  // namespace smg::fuzz
