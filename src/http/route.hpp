#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "http/caller.hpp"
#include "http/message.hpp"

namespace smg::http {

using Handler = std::function<Async<Response>(const Request&, const Caller&)>;

/// One row of the route table: whole paths, so that a search for one finds it; `{id}` stands for one segment.
struct Route {
    Route(Method verb, std::string_view whole_path, Access who, Handler what)
        : method(verb), path(whole_path), access(who), handler(std::move(what))
    {
    }
    Method method;
    std::string_view path;
    Access access;
    Handler handler;
};

using Routes = std::vector<Route>;

}  // namespace smg::http
