#pragma once

#include <array>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "http/metrics.hpp"
#include "http/rate_limit.hpp"
#include "http/reply.hpp"
#include "http/route.hpp"

namespace smg::http {

/// Who asks, by token or session; `unauthenticated` when nobody is signed in, another Error when that cannot be found out.
using Authenticate = std::function<Async<Result<Caller>>(const Request&)>;

/// What a thrown exception becomes; `app/` makes a lost database a 503 here.
using Crash = std::function<Response(std::exception_ptr)>;

/// Finds the row of the route table, signs the caller in, asks the row's policy and the rate limit, calls the handler.
/// Everything it answers by itself is JSON. Throws std::logic_error when two rows have the same method and path.
class Router {
public:
    Router(Routes rows, Authenticate authenticate, RateLimiter& limiter, Metrics& metrics, Crash crash = crashed);
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// A trailing slash is overlooked and HEAD is answered by GET's row. The Router must outlive the answer.
    Async<Response> answer(Request request) const;

    const Routes& rows() const { return rows_; }

    /// The table as text, one row a line: method, path, who may.
    std::string describe() const;

private:
    // The rows of one path; `{names}` may differ among them.
    struct Place {
        std::vector<std::string_view> segments = {};  // an empty one stands for `{name}`
        std::array<const Route*, std::size(all_methods)> by_method = {};
        std::string allow = {};
    };

    void add(const Route& route);
    const Place* find(std::string_view path) const;
    Async<Response> dispatch(Request request, const Place* place, const Route* row) const;
    Async<Response> call(Request request, const Route* row) const;

    Routes rows_;
    Authenticate authenticate_;
    RateLimiter& limiter_;
    Metrics& metrics_;
    Crash crash_;
    std::unordered_map<std::string_view, Place> fixed_;
    std::unordered_map<std::size_t, std::vector<Place>> patterns_;  // by number of segments, literal ones first
};

}  // namespace smg::http
