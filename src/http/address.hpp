#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"

namespace smg::http {

/// An IPv4 or IPv6 address in 16 bytes; IPv4 is kept as `::ffff:a.b.c.d`, so that both ways of writing it are one.
struct Address {
    std::array<unsigned char, 16> bytes = {};

    static std::optional<Address> parse(std::string_view text);
    bool v4() const;
    bool loopback() const;
    std::string text() const;  // IPv4 in dots
    auto operator<=>(const Address&) const = default;
};

/// A block of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
struct Block {
    Address base;
    int prefix = 128;  // of 128 bits

    static std::optional<Block> parse(std::string_view text);
    bool holds(const Address& address) const;
};

/// The proxies whose X-Forwarded-For is believed.
class TrustedProxies {
public:
    TrustedProxies() = default;

    /// A list separated by commas or spaces; names the first part that is no address or block.
    static Result<TrustedProxies> parse(std::string_view list);
    bool hold(const Address& address) const;

private:
    std::vector<Block> blocks_;
};

/// Who the client is: the connection's peer, unless that is a trusted proxy; then the right-most address of X-Forwarded-For
/// that is not one. Garbage in that header makes it the peer: a header never hides an address that we know.
Address client_address(const Address& peer, const std::vector<Header>& headers, const TrustedProxies& proxies);

/// Whether a proxy says that it forwards somebody's request.
bool forwarded(const std::vector<Header>& headers);

}  // namespace smg::http
