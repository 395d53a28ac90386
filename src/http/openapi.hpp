#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "http/route.hpp"

namespace smg::http {

/// What a reader must know of the whole API before the first call.
struct ApiInfo {
    std::string_view title, version;
    std::string_view words;           // in Markdown: signing in, errors, pages, repeats
    std::string_view session_cookie;  // its name
};

/// The listed rows as an OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.0).
json::object openapi(const Routes& routes, const ApiInfo& info);

/// The same document for people, in Markdown.
std::string api_manual(const json::object& document);

}  // namespace smg::http
