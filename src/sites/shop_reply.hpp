#pragma once

#include <boost/describe/enum.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "net/http_client.hpp"

namespace smg::sites {

/// Why a shop did not do what it was asked for.
enum class ShopTrouble {
    no_token,        // the site has none, so nothing can be signed
    refused_here,    // its address cannot or must not be called from here
    unreachable,     // no connection, or one that broke
    slow,            // no whole answer in time
    redirected,      // its address is another one
    no_plugin,       // WordPress answers, our plugin does not
    not_json,        // a page, or something that is no WordPress
    cut_short,       // JSON that ends in the middle
    unauthorized,    // it does not know our signature
    busy,            // 429, 503 or another 5xx: later
    refused,         // the plugin says no; `code` and `answer` say why
    not_understood,  // JSON, but not what docs/wordpress.md says
};
BOOST_DESCRIBE_ENUM(ShopTrouble, no_token, refused_here, unreachable, slow, redirected, no_plugin, not_json, cut_short,
                    unauthorized, busy, refused, not_understood)

struct ShopFailure {
    ShopTrouble kind = ShopTrouble::unreachable;
    std::string message = {};   // for a person; holds no secret and nothing of a page
    bool unchanged = false;     // a proof: nothing was changed in the shop. Else nobody knows, and only a repeat tells
    int status = 0;             // 0 = no answer
    std::string code = {};      // of the plugin's error, e.g. `smgcrm_balance_differs`
    json::object answer = {};   // the plugin's whole error
    int retry_after_s = 0;      // 0 = it did not say
    std::string location = {};  // of a redirect, absolute

    /// The plugin has decided it: that counts for every try of the same. WordPress's own refusals speak of one request
    /// alone.
    bool is_decided() const { return kind == ShopTrouble::refused && code.starts_with("smgcrm_"); }
};

template <class T>
using ShopResult = std::expected<T, ShopFailure>;

/// Reads what came back from a route of the plugin: judged by its JSON, since hosters, proxies and other plugins put pages,
/// warnings and statuses of their own in between.
ShopResult<json::object> read_shop_reply(const net::HttpResult& result);

/// Where a redirect leads, when it may be followed: the same shop (its name with or without `www.`) and still the route that
/// was asked, by GET, or by 307 and 308, which keep a POST a POST. No value: a person must mend the site's address.
std::optional<std::string> followed(std::string_view method, std::string_view url, const ShopFailure& redirect);

}  // namespace smg::sites
