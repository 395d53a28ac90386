#pragma once

#include <array>
#include <cstdint>
#include <string>

struct sockaddr;

// Which addresses an outgoing call may reach (SSRF). Decided on the binary address that the name
// resolved to: the only place where neither odd spellings (0177.1, 2130706433) nor a second DNS answer can lie.
namespace smg::net {

/// `address` in host byte order.
bool public_ipv4(std::uint32_t address);
bool public_ipv6(const std::array<std::uint8_t, 16>& address);

/// False for every family but IPv4 and IPv6.
bool public_address(const sockaddr& address);

/// The peer's address as inet_ntop writes it; false for anything unreadable.
bool public_address(const std::string& numeric);

}  // namespace smg::net
