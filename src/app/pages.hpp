#pragma once

#include "http/assets.hpp"
#include "http/route.hpp"

namespace smg {

/// The web application: its pages, which are all the same document, and its files.
http::Routes page_routes(const http::Assets& assets);

/// What every reply tells a browser: no foreign script, style or frame, no guessing of types.
void harden(http::Response& response);

}  // namespace smg
