#include "sites/shop_signature.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"

namespace smg::sites {

std::string signature_of(std::string_view key, const ShopCall& call)
{
    auto text = fmt::format("v1\n{}\n{}\n{}\n{}\n{}\n{}", call.method, call.route, call.query, call.timestamp, call.nonce,
                            sha256_hex(call.body));
    return hex(hmac_sha256(key, text));
}

}  // namespace smg::sites
