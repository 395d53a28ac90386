#pragma once

#include <type_traits>
#include <utility>

#include "http/body.hpp"
#include "http/reply.hpp"
#include "http/route.hpp"

namespace smg::http {

/// A handler's value with another status or with headers of its own.
template <class T>
struct Reply {
    T body;
    int status = 200;
    std::vector<Header> headers = {};
};

/// The reply to a request that came before under the same Idempotency-Key.
template <class T>
Reply<T> replayed(T body)
{
    Reply<T> reply{std::move(body), 200};
    reply.headers.emplace_back("Idempotent-Replayed", "true");
    return reply;
}

template <class T>
Response to_response(Result<T> result)
{
    if (!result) return reply(result.error());
    if constexpr (std::is_void_v<T>) {
        Response response;
        response.status = 204;
        return response;
    } else if constexpr (std::is_same_v<T, Response>) {
        return std::move(*result);  // for what is not JSON: files, /metrics
    } else if constexpr (requires {
                             result->body;
                             result->status;
                             result->headers;
                         }) {
        auto response = json_reply(result->status, json::from(result->body));
        response.headers = std::move(result->headers);
        return response;
    } else if constexpr (std::is_same_v<T, json::object> || std::is_same_v<T, json::value>) {
        return json_reply(200, json::value(std::move(*result)));  // a page of orders is not copied
    } else {
        return json_reply(200, json::from(*result));
    }
}

// What a function does not ask for is not read.
struct NoInput {};

template <class T>
constexpr bool given = std::is_same_v<T, Caller> || std::is_same_v<T, Request>;

// The one argument that is neither the caller nor the request.
template <class... Args>
struct InputOf : std::type_identity<NoInput> {};
template <class First, class... Rest>
struct InputOf<First, Rest...> : std::conditional_t<given<First>, InputOf<Rest...>, std::type_identity<First>> {};

/// Fields that the struct does not have are a 422, unless it says `static constexpr auto extra = json::Extra::ignored;`.
template <class In>
std::expected<In, Response> read_as(const Request& request)
{
    if constexpr (std::is_same_v<In, NoInput>) {
        return In{};
    } else {
        auto input = read_input(request);
        if (!input) return std::unexpected(std::move(input.error()));
        if constexpr (std::is_same_v<In, json::object>) {
            return std::move(input->values);
        } else {
            auto extra = json::Extra::refused;
            if constexpr (requires { In::extra; }) extra = In::extra;
            auto in = json::to<In>(std::move(input->values), extra);
            if (!in) return std::unexpected(reply(in.error()));
            return std::move(*in);
        }
    }
}

template <class Arg, class In>
decltype(auto) pick(const Request& request, const Caller& caller, In& in)
{
    using T = std::remove_cvref_t<Arg>;
    if constexpr (std::is_same_v<T, Caller>) return (caller);
    else if constexpr (std::is_same_v<T, Request>) return (request);
    else return std::move(in);
}

template <class Out, class Desk, class... Args>
Async<Response> serve(Async<Result<Out>> (*function)(Desk&, Args...), Desk& desk, const Request& request,
                      const Caller& caller)
{
    auto in = read_as<typename InputOf<std::remove_cvref_t<Args>...>::type>(request);
    if (!in) co_return std::move(in.error());
    auto result = co_await function(desk, pick<Args>(request, caller, *in)...);
    co_return to_response<Out>(std::move(result));
}

// What the reference can know of a function by its types; JSON that was put together by hand it cannot.
template <class T>
struct BodyOf : std::type_identity<T> {};
template <class T>
struct BodyOf<Reply<T>> : std::type_identity<T> {};

template <class Out, class Desk, class... Args>
Bound bound(Async<Result<Out>> (*)(Desk&, Args...), Handler handler)
{
    using In = typename InputOf<std::remove_cvref_t<Args>...>::type;
    using Body = typename BodyOf<Out>::type;
    Bound made{std::move(handler), nullptr, nullptr, std::is_void_v<Out> ? 204 : 200};
    if constexpr (json::Described<In>) made.in = fields_of<In>;
    if constexpr (json::Described<Body>) made.out = shape_of<Body>;
    return made;
}

/// Makes a handler of `Async<Result<Out>> f(Desk&, …)`. After the desk, f takes what it needs of: `Caller`, a described
/// struct (or json::object) read from body, query and path, and `const Request&`. Out is a described struct, JSON, Reply<T>,
/// Response, or void for 204. The desk must outlive the route table.
template <auto Function, class Desk>
Bound bind(Desk& desk)
{
    return bound(Function,
                 [&desk](const Request& request, const Caller& caller) { return serve(Function, desk, request, caller); });
}

}  // namespace smg::http
