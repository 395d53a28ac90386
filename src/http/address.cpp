#include "http/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace smg::http {
namespace {

constexpr std::array<unsigned char, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
std::string_view without_port(std::string_view text)
{
    if (text.starts_with('[')) {
        auto end = text.find(']');
        auto rest = end == std::string_view::npos ? "?" : text.substr(end + 1);
        return rest.empty() || rest.starts_with(':') ? text.substr(1, end - 1) : std::string_view();
    }
    auto colon = text.find(':');
    return colon != std::string_view::npos && text.rfind(':') == colon ? text.substr(0, colon) : text;
}

std::vector<std::string_view> forwarded_for(const std::vector<Header>& headers)
{
    std::vector<std::string_view> hops;
    for (const auto& [name, value] : headers) {
        if (name != "x-forwarded-for") continue;
        std::string_view rest = value;
        for (;;) {
            auto comma = rest.find(',');
            hops.push_back(trimmed(rest.substr(0, comma)));
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return hops;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text)
{
    std::string copy(text);
    Address out;
    if (copy.find('\0') != std::string::npos) return std::nullopt;
    if (inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) == 1) return out;
    std::ranges::copy(v4_prefix, out.bytes.begin());
    if (inet_pton(AF_INET, copy.c_str(), out.bytes.data() + v4_prefix.size()) == 1) return out;
    return std::nullopt;
}

bool Address::v4() const { return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin()); }

bool Address::loopback() const
{
    if (v4()) return bytes[12] == 127;
    return std::all_of(bytes.begin(), bytes.end() - 1, [](unsigned char b) { return b == 0; }) && bytes[15] == 1;
}

std::string Address::text() const
{
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (v4()) inet_ntop(AF_INET, bytes.data() + v4_prefix.size(), out.data(), out.size());
    else inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
    return out.data();
}

std::optional<Block> Block::parse(std::string_view text)
{
    auto slash = text.find('/');
    auto base = Address::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    Block block{*base};
    if (slash == std::string_view::npos) return block;
    auto digits = text.substr(slash + 1);
    int offset = base->v4() && text.find(':') == std::string_view::npos ? 96 : 0;
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), block.prefix);
    block.prefix += offset;
    if (error != std::errc{} || stop != digits.data() + digits.size() || block.prefix < offset || block.prefix > 128)
        return std::nullopt;
    return block;
}

bool Block::holds(const Address& address) const
{
    auto whole = static_cast<std::size_t>(prefix / 8);
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin())) return false;
    int rest = prefix % 8;
    return rest == 0 || ((base.bytes[whole] ^ address.bytes[whole]) >> (8 - rest)) == 0;
}

Result<TrustedProxies> TrustedProxies::parse(std::string_view list)
{
    TrustedProxies out;
    for (std::size_t at = 0; at < list.size();) {
        auto end = std::min(list.find_first_of(", \t\n", at), list.size());
        auto part = list.substr(at, end - at);
        at = end + 1;
        if (part.empty()) continue;
        auto block = Block::parse(part);
        if (!block) return fail(Code::invalid, "'" + cut(part, 64) + "' is neither an address nor a block like 10.0.0.0/8.");
        out.blocks_.push_back(*block);
    }
    return out;
}

bool TrustedProxies::hold(const Address& address) const
{
    return std::ranges::any_of(blocks_, [&](const Block& block) { return block.holds(address); });
}

Address client_address(const Address& peer, const std::vector<Header>& headers, const TrustedProxies& proxies)
{
    if (!proxies.hold(peer)) return peer;
    auto hops = forwarded_for(headers);
    Address client = peer;
    while (!hops.empty() && proxies.hold(client)) {
        auto hop = Address::parse(without_port(hops.back()));
        if (!hop) return peer;
        client = *hop;
        hops.pop_back();
    }
    return client;
}

bool forwarded(const std::vector<Header>& headers)
{
    return std::ranges::any_of(headers, [](const Header& header) {
        return header.first == "x-forwarded-for" || header.first == "x-real-ip" || header.first == "forwarded" ||
               header.first == "via";
    });
}

}  // namespace smg::http
