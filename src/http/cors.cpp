#include "http/cors.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace smg::http {
namespace {

constexpr std::string_view api = "/api/";
constexpr std::string_view methods = "GET, POST, PUT, PATCH, DELETE";
constexpr std::string_view asked_headers = "Authorization, Content-Type, Idempotency-Key, Accept-Language";
constexpr std::string_view shown_headers = "Idempotent-Replayed, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining";
constexpr std::string_view remembered_s = "600";

bool is_origin(std::string_view text)
{
    auto scheme = text.starts_with("https://") ? std::string_view("https://") : std::string_view("http://");
    if (!text.starts_with(scheme)) return false;
    auto host = text.substr(scheme.size());
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

}  // namespace

Result<CorsList> CorsList::parse(std::string_view origins)
{
    CorsList list;
    while (!origins.empty()) {
        auto end = origins.find(',');
        auto origin = lowered(trimmed(origins.substr(0, end)));
        origins.remove_prefix(end == std::string_view::npos ? origins.size() : end + 1);
        if (origin.empty()) continue;
        if (!is_origin(origin)) return fail(Code::invalid, "`" + origin + "` is no origin such as https://shop.example");
        list.origins_.push_back(std::move(origin));
    }
    return list;
}

void CorsList::apply(const Request& request, Response& response) const
{
    if (origins_.empty() || !request.path.starts_with(api)) return;
    response.headers.emplace_back("Vary", "Origin");
    auto origin = lowered(request.header("origin"));
    if (std::ranges::find(origins_, origin) == origins_.end()) return;
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Expose-Headers", shown_headers);
    if (request.method != Method::OPTIONS || request.header("access-control-request-method").empty()) return;
    response.status = 204;
    response.body.clear();
    response.headers.emplace_back("Access-Control-Allow-Methods", methods);
    response.headers.emplace_back("Access-Control-Allow-Headers", asked_headers);
    response.headers.emplace_back("Access-Control-Max-Age", remembered_s);
}

}  // namespace smg::http
