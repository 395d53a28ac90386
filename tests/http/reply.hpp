#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "support/http.hpp"

namespace smg::test {

/// A member by its path, `data.status` or `data.0.id`, as text; `null` for null, nothing when it is not there.
std::string text_at(const json::value& in, std::string_view path);

/// What came back, its JSON read.
struct Reply {
    HttpAnswer http;
    json::value body = nullptr;  // null when it is no JSON

    int status() const { return http.status; }
    std::string text(std::string_view path) const { return text_at(body, path); }
    std::int64_t number(std::string_view path) const;
    const json::array& list(std::string_view name) const;  // empty when there is none
    bool replayed() const { return http.header("idempotent-replayed") == "true"; }
};

Reply read(HttpAnswer answer);

Headers bearer(const std::string& token);

Reply get(const std::string& url, const std::string& token);
Reply post(const std::string& url, const std::string& token, const json::value& body);
Reply patch(const std::string& url, const std::string& token, const json::value& body);

}  // namespace smg::test
