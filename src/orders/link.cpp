#include "orders/link.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t max_link_bytes = 8192;  // what is longer is cut before it is looked at

// Who shared the link and where; the page is the same.
constexpr auto tracking = std::to_array<std::string_view>({
    "igsh",
    "igshid",
    "fbclid",
    "gclid",
    "yclid",
    "msclkid",
    "ttclid",
    "twclid",
    "mibextid",
    "mc_cid",
    "mc_eid",
    "is_from_webapp",
    "sender_device",
    "share_app_id",
    "si",
    "feature",
    "ref_src",
    "ref_url",
});

bool is_tracking(std::string_view parameter)
{
    auto name = lowered(parameter.substr(0, parameter.find('=')));
    return name.starts_with("utm_") || std::ranges::find(tracking, name) != tracking.end();
}

bool drop_prefix(std::string_view& text, std::string_view prefix)
{
    if (text.size() < prefix.size() || lowered(text.substr(0, prefix.size())) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// The parameters that mean something, in their order; with their `?`.
std::string kept_query(std::string_view query)
{
    std::string kept;
    while (!query.empty()) {
        auto end = query.find('&');
        auto parameter = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (parameter.empty() || is_tracking(parameter)) continue;
        kept += kept.empty() ? '?' : '&';
        kept += parameter;
    }
    return kept;
}

std::string key_of_url(std::string_view url)
{
    bool secure = drop_prefix(url, "https://"), plain = !secure && drop_prefix(url, "http://");
    if (!secure && !plain) drop_prefix(url, "//");
    drop_prefix(url, "www.");
    auto host_end = std::min(url.find_first_of("/?#"), url.size());
    std::string host = lowered(url.substr(0, host_end));
    std::string_view default_port = secure ? ":443" : ":80";
    if ((secure || plain) && host.ends_with(default_port)) host.resize(host.size() - default_port.size());

    auto rest = url.substr(host_end);
    auto hash = std::min(rest.find('#'), rest.size());
    auto fragment = rest.substr(hash);
    rest = rest.substr(0, hash);
    auto mark = std::min(rest.find('?'), rest.size());
    auto path = rest.substr(0, mark);
    while (path.ends_with('/')) path.remove_suffix(1);
    auto key = host + std::string(path) + kept_query(rest.substr(std::min(mark + 1, rest.size())));
    return fragment.size() > 1 ? key + std::string(fragment) : key;
}

std::string first_code_points(std::string text, std::size_t count)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (!starts || count-- > 0) continue;
        text.resize(at);
        break;
    }
    return text;
}

}  // namespace

std::string link_key(std::string_view url)
{
    std::string clean = cut(trimmed(url), max_link_bytes);
    auto key = clean.starts_with('@') ? lowered(clean) : key_of_url(clean);
    return first_code_points(std::move(key), max_link_key_code_points);
}

}  // namespace smg::orders
