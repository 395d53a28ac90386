#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "http/route.hpp"

namespace smg {

/// The API as an OpenAPI 3.1 document.
json::object reference_of(const http::Routes& routes);

/// The same without a running server: of a program with all roles, in a directory of its own that is gone afterwards.
Result<json::object> whole_reference();

}  // namespace smg
