#include "app/pages.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace smg {
namespace {

using http::Access;
using http::Method;

// Every page of the web application by its path; what it shows there, web/src/pages/ decides.
constexpr auto pages = std::to_array<std::string_view>({
    "/",
    "/setup",
    "/reset",
    "/order",
    "/products",
    "/balance",
    "/transactions",
    "/user/settings",
    "/users/list",
    "/settings/general",
    "/settings/apies",
    "/settings/order-statuses",
    "/settings/currencies",
    "/settings/sites",
    "/settings/site-groups",
    "/settings/supplier",
    "/settings/webhooks",
    "/system",
});

// The reference of the API is shown by a library that writes its own styles.
constexpr std::string_view reference_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

constexpr std::string_view policy_header = "Content-Security-Policy";

Async<http::Response> answer(http::Response response) { co_return response; }

http::Response reference_page(const http::Assets& assets, const http::Request& request)
{
    auto response = assets.answer(request, "/api-docs.html");
    response.headers.emplace_back(policy_header, reference_policy);
    return response;
}

}  // namespace

http::Routes page_routes(const http::Assets& assets)
{
    http::Routes rows;
    for (auto path : pages)
        rows.emplace_back(
            Method::GET, path, Access::anyone,
            [&assets](const http::Request& request, const http::Caller&) {
                return answer(assets.answer(request, "/index.html"));
            },
            http::unlisted("A page of the web application"));
    rows.emplace_back(
        Method::GET, "/assets/{file}", Access::anyone,
        [&assets](const http::Request& request, const http::Caller&) {
            return answer(assets.answer(request, request.path));
        },
        http::unlisted("A file of the web application"));
    rows.emplace_back(
        Method::GET, "/api/docs", Access::anyone,
        [&assets](const http::Request& request, const http::Caller&) { return answer(reference_page(assets, request)); },
        http::unlisted("The reference of the API, for people"));
    return rows;
}

std::string content_policy(std::string_view realtime_origin)
{
    return fmt::format(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
        "'self'{}{}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; "
        "trusted-types smgcrm",
        realtime_origin.empty() ? "" : " ", realtime_origin);
}

void harden(http::Response& response, const std::string& content_policy)
{
    auto& headers = response.headers;
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (response.content_type.starts_with("text/html")) {
        bool has_policy = std::ranges::find(headers, policy_header, &http::Header::first) != headers.end();
        if (!has_policy) headers.emplace_back(policy_header, content_policy);
        headers.emplace_back("Referrer-Policy", "no-referrer");
        headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    } else if (response.content_type == "application/json") {
        headers.emplace_back("Cache-Control", "no-store");
    }
}

}  // namespace smg
