#pragma once

#include <string>
#include <string_view>

namespace smg::sites {

/// What the plugin checks; docs/wordpress.md, "Signature".
struct ShopCall {
    std::string_view method = "GET";
    std::string_view route = {};  // `/smgcrm/v1/…` without a slash at its end
    std::string_view query = {};  // as sent, without the pair `rest_route=…`
    std::string_view body = {};
    std::string_view timestamp = {};  // seconds since 1970
    std::string_view nonce = {};      // 16 to 64 of `A-Z a-z 0-9 _ -`, a new one for every try
};

/// Lower-case hex of HMAC-SHA256; `key` is the 64 hexadecimal digits that token_store.hpp keeps for each token.
std::string signature_of(std::string_view key, const ShopCall& call);

}  // namespace smg::sites
