#pragma once

#include "http/assets.hpp"
#include "http/route.hpp"

namespace smg {

/// The web application: its pages, which are all the same document, and its files.
http::Routes page_routes(const http::Assets& assets);

/// What a page may load and whom it may call: us, and the outside server of realtime when there is one.
std::string content_policy(std::string_view realtime_origin);

/// What every reply tells a browser: no foreign script, style or frame, no guessing of types.
void harden(http::Response& response, const std::string& content_policy);

}  // namespace smg
