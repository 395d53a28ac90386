#pragma once

#include <concepts>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "http/about.hpp"
#include "http/caller.hpp"
#include "http/message.hpp"

namespace smg::http {

using Handler = std::function<Async<Response>(const Request&, const Caller&)>;

/// A handler, and what its types say of a request and an answer.
struct Bound {
    Handler handler;
    Shape in = nullptr, out = nullptr;
    int status = 200;

    template <std::convertible_to<Handler> F>
    Bound(F function) : handler(std::move(function))
    {
    }
    Bound(Handler function, Shape request, Shape answer, int success)
        : handler(std::move(function)), in(request), out(answer), status(success)
    {
    }
};

/// One row of the route table: whole paths, so that a search for one finds it; `{id}` stands for one segment. Whoever reads
/// the API reference is told of each, so a row without About does not compile.
struct Route {
    Route(Method verb, std::string_view whole_path, Access who, Bound what, const About& told)
        : method(verb), path(whole_path), access(who), handler(std::move(what.handler)), about(told)
    {
        if (about.summary.empty()) throw std::logic_error("a route says in the API reference what it does");
        if (!about.in) about.in = what.in;
        if (!about.out && about.content_type.empty()) about.out = what.out;
        if (about.status == 0) about.status = what.status;
    }
    Method method;
    std::string_view path;
    Access access;
    Handler handler;
    About about;
};

using Routes = std::vector<Route>;

}  // namespace smg::http
