#include "users/cookie.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace smg::users {
namespace {

constexpr std::string_view secure_name = "__Host-smgcrm_session", plain_name = "smgcrm_session";

std::string_view host_of(std::string_view origin)
{
    auto at = origin.find("://");
    return at == std::string_view::npos ? std::string_view() : origin.substr(at + 3);
}

std::string without_slash(std::string url)
{
    while (url.ends_with('/')) url.pop_back();
    return url;
}

}  // namespace

SessionCookie::SessionCookie(std::string base_url)
    : base_url_(without_slash(lowered(base_url))),
      secure_(base_url_.starts_with("https://")),
      name_(secure_ ? secure_name : plain_name)
{
}

std::optional<std::string> SessionCookie::refusal(const http::Request& request) const
{
    if (secure_ || request.local) return std::nullopt;
    return "Signing in over plain http is only possible on this machine itself. Put a proxy with TLS before the program and "
           "set base_url to its https address.";
}

std::string SessionCookie::token_of(const http::Request& request) const
{
    auto rest = request.header("cookie");
    while (!rest.empty()) {
        auto end = rest.find(';');
        auto pair = trimmed(rest.substr(0, end));
        if (pair.starts_with(name_) && pair.substr(name_.size()).starts_with('='))
            return std::string(pair.substr(name_.size() + 1));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return {};
}

// Without Max-Age: it goes with the browser; how long it is good is decided here.
http::Header SessionCookie::set(const Secret& token) const
{
    return {"Set-Cookie",
            fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}", name_, token.reveal(), secure_ ? "; Secure" : "")};
}

http::Header SessionCookie::clear() const
{
    return {"Set-Cookie", fmt::format("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", name_, secure_ ? "; Secure" : "")};
}

bool SessionCookie::from_elsewhere(const http::Request& request) const
{
    auto site = request.header("sec-fetch-site");
    if (!site.empty() && site != "same-origin" && site != "none") return true;
    auto origin = lowered(request.header("origin"));
    if (origin.empty()) return false;
    if (!base_url_.empty() && origin == base_url_) return false;
    return host_of(origin) != lowered(request.header("host")) || secure_;
}

std::string csrf_token(std::string_view session_token) { return base64url(hmac_sha256(session_token, "smgcrm-csrf-v1")); }

}  // namespace smg::users
