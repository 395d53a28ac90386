#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"

namespace smg::http {

/// Pages of other origins that may call the API from a browser, with a token of their own (the Fetch standard's CORS
/// protocol). Credentials are never allowed: a foreign page cannot use our sessions.
class CorsList {
public:
    /// Origins such as https://shop.example, separated by commas; empty: none.
    static Result<CorsList> parse(std::string_view origins);

    /// Answers a preflight in place of the route table, and tells the browser of a listed origin that it may read the reply.
    void apply(const Request& request, Response& response) const;

    bool empty() const { return origins_.empty(); }

private:
    std::vector<std::string> origins_;
};

}  // namespace smg::http
