#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "http/route.hpp"

namespace smg::http {

/// Routes that belong together, by the first part of their path: `orders` of /api/v1/orders/{id}.
struct Chapter {
    std::string_view name, words;
    std::vector<std::string_view> parts;
};

/// What a reader must know of the whole API before the first call.
struct ApiInfo {
    std::string_view title, version;
    std::string_view words;           // in Markdown: signing in, errors, pages, repeats
    std::string_view session_cookie;  // its name
    std::vector<Chapter> chapters;    // in their order
};

/// The listed rows as an OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.0). Throws std::logic_error for a row that is in
/// no chapter.
json::object openapi(const Routes& routes, const ApiInfo& info);

/// The same document for people, in Markdown.
std::string api_manual(const json::object& document);

}  // namespace smg::http
