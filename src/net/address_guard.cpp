#include "net/address_guard.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace smg::net {
namespace {

struct Block4 {
    std::uint32_t network;
    int bits;
};

constexpr std::uint32_t ipv4(std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0)
{
    return a << 24 | b << 16 | c << 8;
}

constexpr Block4 denied_ipv4[] = {
    {ipv4(0), 8},           // this host
    {ipv4(10), 8},          // private
    {ipv4(100, 64), 10},    // carrier-grade NAT
    {ipv4(127), 8},         // loopback
    {ipv4(169, 254), 16},   // link-local, cloud metadata
    {ipv4(172, 16), 12},    // private
    {ipv4(192, 0, 0), 24},  // protocol assignments
    {ipv4(192, 168), 16},   // private
    {ipv4(198, 18), 15},    // benchmarks
    {ipv4(224), 4},         // multicast
    {ipv4(240), 4},         // reserved, broadcast
};

struct Block6 {
    std::array<std::uint8_t, 16> network;
    int bits;
};

// The only block of which addresses are handed out to hosts (RFC 4291). Loopback, private and link-local ones are outside,
// as are those that carry an IPv4 address: mapped, compatible, NAT64.
constexpr Block6 handed_out_ipv6{{0x20}, 3};

// No supplier lives in those that carry one inside it, and unpacking them is one more place to be wrong.
constexpr Block6 denied_ipv6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 32},  // Teredo
    {{0x20, 0x02}, 16},              // 6to4
};

bool inside(const std::array<std::uint8_t, 16>& address, const Block6& block)
{
    auto whole = static_cast<std::size_t>(block.bits / 8);
    for (std::size_t i = 0; i < whole; ++i)
        if (address[i] != block.network[i]) return false;
    auto rest = block.bits % 8;
    return rest == 0 || (address[whole] ^ block.network[whole]) >> (8 - rest) == 0;
}

}  // namespace

bool public_ipv4(std::uint32_t address)
{
    for (const auto& block : denied_ipv4)
        if ((address ^ block.network) >> (32 - block.bits) == 0) return false;
    return true;
}

bool public_ipv6(const std::array<std::uint8_t, 16>& address)
{
    if (!inside(address, handed_out_ipv6)) return false;
    for (const auto& block : denied_ipv6)
        if (inside(address, block)) return false;
    return true;
}

bool public_address(const sockaddr& address)
{
    if (address.sa_family == AF_INET) {
        sockaddr_in in;
        std::memcpy(&in, &address, sizeof in);
        return public_ipv4(ntohl(in.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 in;
        std::memcpy(&in, &address, sizeof in);
        std::array<std::uint8_t, 16> bytes;
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return in.sin6_scope_id == 0 && public_ipv6(bytes);  // a zone is of this machine: nothing public has one
    }
    return false;
}

bool public_address(const std::string& numeric)
{
    in_addr four;
    if (inet_pton(AF_INET, numeric.c_str(), &four) == 1) return public_ipv4(ntohl(four.s_addr));
    std::array<std::uint8_t, 16> six;
    return inet_pton(AF_INET6, numeric.c_str(), six.data()) == 1 && public_ipv6(six);
}

}  // namespace smg::net
