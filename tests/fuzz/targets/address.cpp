// The client's address behind proxies: an address written out is read as itself, a block holds its own base, and no header
// makes a client of somebody whom no trusted proxy named.
#include <algorithm>

#include "base/text.hpp"
#include "http/address.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

using http::Address;

void check_one(std::string_view text)
{
    if (auto address = Address::parse(text)) {
        must(Address::parse(address->text()) == address, text);
        must(http::Block{*address}.holds(*address), text);
    }
    if (auto block = http::Block::parse(text)) {
        must(block->prefix >= 0 && block->prefix <= 128 && block->holds(block->base), text);
        if (block->prefix < 96 || block->base.v4()) return;
        auto other = block->base;
        other.bytes[0] ^= 0x80;
        must(!block->holds(other), text);
    }
}

}  // namespace

// Lines: the trusted proxies, the peer, then one X-Forwarded-For each.
void one_input(std::string_view input)
{
    auto list = first_line(input), peer_text = first_line(input);
    check_one(list);
    check_one(peer_text);
    auto proxies = http::TrustedProxies::parse(list);
    auto peer = Address::parse(peer_text);
    if (!proxies || !peer) return;
    std::vector<http::Header> headers;
    std::string all;
    while (!input.empty()) {
        headers.emplace_back("x-forwarded-for", first_line(input));
        all += headers.back().second + ",";
    }
    auto client = http::client_address(*peer, headers, *proxies);
    if (!proxies->hold(*peer)) must(client == *peer, all);
    if (client == *peer) return;

    // The last of a chain that only trusted proxies hand on.
    auto here = *peer;
    auto rest = std::string_view(all).substr(0, all.size() - 1);
    while (here != client) {
        must(proxies->hold(here), all);
        auto comma = rest.rfind(',');
        auto hop = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        if (hop.starts_with('[')) hop = hop.substr(1, hop.find(']') - 1);
        else if (std::ranges::count(hop, ':') == 1) hop = hop.substr(0, hop.find(':'));
        auto address = Address::parse(hop);
        must(address.has_value(), all);
        here = *address;
        must(here == client || comma != std::string_view::npos, all);
        rest = rest.substr(0, comma == std::string_view::npos ? 0 : comma);
    }
}

}  // namespace smg::fuzz
