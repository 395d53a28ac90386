#include "net/url.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/text.hpp"

namespace smg::net {
namespace {

struct Free {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(char* text) const { curl_free(text); }
};

std::string part(CURLU* url, CURLUPart what, unsigned flags = 0)
{
    char* text = nullptr;
    if (curl_url_get(url, what, &text, flags) != CURLUE_OK || !text) return {};
    std::unique_ptr<char, Free> owned(text);
    return text;
}

bool given(CURLU* url, CURLUPart what)
{
    char* text = nullptr;
    auto code = curl_url_get(url, what, &text, 0);
    std::unique_ptr<char, Free> owned(text);
    return code == CURLUE_OK;
}

bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
           c == '*';
}

// Beyond ASCII: names in other scripts. Brackets and colons are IPv6's.
bool of_a_host(char c)
{
    auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c != '*' && plain(c)) || c == '[' || c == ']' || c == ':';
}

void append_encoded(std::string& out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (plain(c)) out += c;
        else if (c == ' ') out += '+';
        else (out += '%') += {digits[byte >> 4], digits[byte & 15]};
    }
}

}  // namespace

Result<Url> parse_url(std::string_view text)
{
    if (text.empty()) return fail(Code::invalid, "The address is empty.");
    if (text.size() > max_url_bytes) return fail(Code::invalid, "The address is too long.");
    if (!valid_utf8(text) || text.find('\0') != std::string_view::npos)
        return fail(Code::invalid, "The address holds bytes that no address has.");
    std::unique_ptr<CURLU, Free> url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK)
        return fail(Code::invalid, "This is not an http or https address.");

    Url out;
    out.scheme = lowered(part(url.get(), CURLUPART_SCHEME));
    if (out.scheme != "http" && out.scheme != "https")
        return fail(Code::invalid, "The address must begin with https:// or http://.");
    // libcurl forgives one slash and three, which other readers of the same text do not.
    auto rest = text.substr(out.scheme.size());
    if (!rest.starts_with("://") || rest.starts_with(":///"))
        return fail(Code::invalid, "The address must begin with https:// or http://.");
    if (given(url.get(), CURLUPART_USER) || given(url.get(), CURLUPART_PASSWORD))
        return fail(Code::invalid, "The address must not hold a user name or a password.");
    if (text.find('#') != std::string_view::npos) return fail(Code::invalid, "The address must not have a # part.");
    out.host = lowered(part(url.get(), CURLUPART_HOST));
    if (out.host.empty()) return fail(Code::invalid, "The address has no host.");
    // libcurl decodes %35 and %2F in it, which others do not, and a host that it decoded is no number to it any more.
    auto authority = rest.substr(3, rest.find_first_of("/?", 3) - 3);
    bool escaped = !authority.starts_with('[') && authority.contains('%');
    if (escaped || !valid_utf8(out.host) || !std::ranges::all_of(out.host, of_a_host))
        return fail(Code::invalid, "The address has a host that does not exist.");
    auto port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (out.port < 1 || out.port > 65535) return fail(Code::invalid, "The address has a port that does not exist.");
    out.path = part(url.get(), CURLUPART_PATH);
    out.query = part(url.get(), CURLUPART_QUERY);
    return out;
}

std::string form_encoded(std::span<const std::pair<std::string, std::string>> fields)
{
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        append_encoded(out, name);
        out += '=';
        append_encoded(out, value);
    }
    return out;
}

}  // namespace smg::net
