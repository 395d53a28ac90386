#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/eventually.hpp"

namespace smg::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
    int status = 0;   // 0 = no answer, `error` says why
    Headers headers;  // names in lower case
    std::string body;
    std::string error;

    /// The first value, or nothing; `name` in lower case.
    std::string header(std::string_view name) const;
};

/// One request on a connection of its own; blocks. Follows no redirects, uses no proxy.
HttpAnswer http_call(const std::string& method, const std::string& url, const Headers& headers = {},
                     const std::string& body = {}, std::chrono::milliseconds deadline = patience);

/// Writes exactly these bytes to 127.0.0.1:port and gives all that comes until the peer closes, or until the deadline.
/// For requests that no client would send.
std::string raw_call(int port, std::string_view bytes, std::chrono::milliseconds deadline = patience);

}  // namespace smg::test
