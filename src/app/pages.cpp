#include "app/pages.hpp"

#include <fmt/core.h>

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
});

Async<http::Response> answer(http::Response response) { co_return response; }

}  // namespace

http::Routes page_routes(const http::Assets& assets)
{
    http::Routes rows;
    for (auto path : pages)
        rows.emplace_back(Method::GET, path, Access::anyone, [&assets](const http::Request& request, const http::Caller&) {
            return answer(assets.answer(request, "/index.html"));
        });
    rows.emplace_back(Method::GET, "/assets/{file}", Access::anyone,
                      [&assets](const http::Request& request, const http::Caller&) {
                          return answer(assets.answer(request, request.path));
                      });
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
        headers.emplace_back("Content-Security-Policy", content_policy);
        headers.emplace_back("Referrer-Policy", "no-referrer");
        headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    } else if (response.content_type == "application/json") {
        headers.emplace_back("Cache-Control", "no-store");
    }
}

}  // namespace smg
