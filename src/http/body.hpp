#pragma once

#include <expected>

#include "base/json.hpp"
#include "http/message.hpp"

namespace smg::http {

inline constexpr std::size_t max_form_fields = 1000;  // as PHP's max_input_vars

/// All that a request says, as one object.
struct Input {
    json::object values;
    std::size_t files = 0;  // uploads that came along and were not read
};

/// Body, query (GET, HEAD, DELETE) and path values together; the path wins over the body, the body over the query. JSON,
/// urlencoded forms (`a[]=1`, `a[b]=c` as PHP reads them, one level deep) and multipart. An empty form value is null, as
/// Laravel makes it. Otherwise the reply that refuses the request: 400, 415, 422.
std::expected<Input, Response> read_input(const Request& request);

}  // namespace smg::http
