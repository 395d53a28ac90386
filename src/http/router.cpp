#include "http/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "base/words.hpp"
#include "http/path.hpp"

namespace smg::http {
namespace {

using Segments = std::vector<std::string_view>;

bool fits(const Segments& pattern, const Segments& path)
{
    return std::ranges::equal(pattern, path,
                              [](auto p, auto segment) { return p.empty() ? !segment.empty() : p == segment; });
}

// Literal segments before `{}`, so that `/orders/open` wins over `/orders/{id}`.
bool more_literal(const Segments& a, const Segments& b)
{
    return std::ranges::lexicographical_compare(a, b, [](auto x, auto y) {
        if (x.empty() != y.empty()) return y.empty();
        return x < y;
    });
}

std::string_view without_slash(std::string_view path)
{
    if (path.size() > 1 && path.ends_with('/') && !path.ends_with("//")) path.remove_suffix(1);
    return path;
}

const Route* row_for(const auto& by_method, Method method)
{
    auto row = by_method[static_cast<std::size_t>(method)];
    if (!row && method == Method::HEAD) row = by_method[static_cast<std::size_t>(Method::GET)];
    return row;
}

std::string allow_of(const auto& by_method)
{
    std::string allow;
    for (auto method : all_methods)
        if (row_for(by_method, method) || method == Method::OPTIONS)
            allow += fmt::format("{}{}", allow.empty() ? "" : ", ", word(method));
    return allow;
}

std::map<std::string, std::string> path_values(std::string_view pattern, std::string_view path)
{
    std::map<std::string, std::string> values;
    if (!pattern.contains('{')) return values;
    auto names = segments_of(pattern), segments = segments_of(path);
    for (std::size_t i = 0; i < names.size(); ++i)
        if (is_name(names[i])) values.emplace(names[i].substr(1, names[i].size() - 2), segments[i]);
    return values;
}

Response options_reply(std::string allow)
{
    Response response;
    response.status = 204;
    response.headers.emplace_back("Allow", std::move(allow));
    return response;
}

Response too_many(const RateLimiter::Verdict& verdict)
{
    Error error{Code::limited, ""};
    error.retry_after_s = verdict.retry_after_s;
    return reply(error);
}

void show_limit(Response& response, const RateLimiter::Verdict& verdict)
{
    response.headers.emplace_back("X-RateLimit-Limit", std::to_string(verdict.limit));
    response.headers.emplace_back("X-RateLimit-Remaining", std::to_string(verdict.remaining));
}

}  // namespace

Router::Router(Routes rows, Authenticate authenticate, RateLimiter& limiter, Metrics& metrics, Crash crash)
    : rows_(std::move(rows)),
      authenticate_(std::move(authenticate)),
      limiter_(limiter),
      metrics_(metrics),
      crash_(std::move(crash))
{
    for (const auto& row : rows_) add(row);
    for (auto& [count, places] : patterns_) std::ranges::sort(places, more_literal, &Place::segments);
}

void Router::add(const Route& route)
{
    Place* place = nullptr;
    if (!route.path.contains('{')) {
        place = &fixed_[route.path];
    } else {
        auto segments = segments_of(route.path);
        std::ranges::replace_if(segments, is_name, std::string_view());
        auto& same_size = patterns_[segments.size()];
        auto known = std::ranges::find(same_size, segments, &Place::segments);
        place = known == same_size.end() ? &same_size.emplace_back(Place{segments}) : &*known;
    }
    auto& row = place->by_method[static_cast<std::size_t>(route.method)];
    if (row) throw std::logic_error(fmt::format("two routes for {} {}", word(route.method), route.path));
    row = &route;
    place->allow = allow_of(place->by_method);
}

const Router::Place* Router::find(std::string_view path) const
{
    if (auto place = fixed_.find(path); place != fixed_.end()) return &place->second;
    auto segments = segments_of(path);
    auto same_size = patterns_.find(segments.size());
    if (same_size == patterns_.end()) return nullptr;
    auto place = std::ranges::find_if(same_size->second, [&](const Place& p) { return fits(p.segments, segments); });
    return place == same_size->second.end() ? nullptr : &*place;
}

Async<Response> Router::answer(Request request) const
{
    auto began = std::chrono::steady_clock::now();
    auto method = request.method;
    auto place = find(without_slash(request.path));
    auto row = place ? row_for(place->by_method, method) : nullptr;
    auto pattern = row ? row->path : "unmatched";

    Response response;
    std::exception_ptr thrown;
    try {
        response = co_await dispatch(std::move(request), place, row);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) response = crash_(thrown);
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    metrics_.answered(pattern, method, response.status, seconds.count());
    co_return response;
}

Async<Response> Router::dispatch(Request request, const Place* place, const Route* row) const
{
    if (request.path == "*") co_return options_reply(std::string(every_method));
    if (!place) co_return message_reply(404, "Not Found");
    if (!row && request.method == Method::OPTIONS) co_return options_reply(place->allow);
    if (!row) co_return method_not_allowed(place->allow);
    request.path_values = path_values(row->path, without_slash(request.path));
    co_return co_await call(std::move(request), row);
}

Async<Response> Router::call(Request request, const Route* row) const
{
    Caller caller;
    if (!allowed(row->access, caller, request.local)) {
        auto signed_in = co_await authenticate_(request);
        if (!signed_in) co_return reply(signed_in.error());
        caller = std::move(*signed_in);
        if (caller.kind == Caller::Kind::nobody) co_return reply(Error{Code::unauthenticated, ""});
        bool reads = row->method == Method::GET || row->method == Method::HEAD;
        if (!allowed(row->access, caller, request.local) || (caller.read_only && !reads))
            co_return reply(Error{Code::forbidden, ""});
    }
    if (caller.token == 0) co_return co_await row->handler(request, caller);

    auto verdict = limiter_.take(std::to_string(caller.token));
    Response response;
    if (verdict.allowed) response = co_await row->handler(request, caller);
    else response = too_many(verdict);
    show_limit(response, verdict);
    co_return response;
}

std::string Router::describe() const
{
    std::string table;
    for (const auto& row : rows_) table += fmt::format("{:<7} {}  {}\n", word(row.method), row.path, word(row.access));
    return table;
}

}  // namespace smg::http
