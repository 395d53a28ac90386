#pragma once

#include <string_view>

#include "http/schema.hpp"

namespace smg::http {

/// Makes a schema; none for what has no JSON.
using Shape = json::object (*)(Schemas&);

template <class T>
json::object shape_of(Schemas& schemas)
{
    return schemas.of<T>();
}
template <json::Described T>
json::object fields_of(Schemas& schemas)
{
    return schemas.fields_of<T>();
}

/// What the API reference tells of a route. What the handler's own types say (bind.hpp) need not be said again.
struct About {
    std::string_view summary = {};
    std::string_view detail = {};
    std::string_view caller = {};  // who may, where Access does not say it
    Shape in = nullptr, out = nullptr;
    int status = 0;                      // of success; 0 = what the handler's type says
    Shape other = nullptr;               // of another success …
    int other_status = 0;                // … with this status
    std::string_view content_type = {};  // of an answer that is not JSON
    std::string_view sample = {};        // a request's body in JSON, which a test sends
    bool listed = true, takes_idempotency_key = false;

    template <json::Described T>
    constexpr About takes() const
    {
        auto one = *this;
        one.in = fields_of<T>;
        return one;
    }
    template <class T>
    constexpr About gives(int with_status = 0) const
    {
        auto one = with(with_status);
        one.out = shape_of<T>;
        return one;
    }
    template <class T>
    constexpr About or_gives(int with_status) const
    {
        auto one = *this;
        one.other = shape_of<T>;
        one.other_status = with_status;
        return one;
    }
    constexpr About with(int with_status) const
    {
        auto one = *this;
        one.status = with_status;
        return one;
    }
    constexpr About gives_file(std::string_view type) const
    {
        auto one = *this;
        one.content_type = type;
        return one;
    }
    constexpr About example(std::string_view body) const
    {
        auto one = *this;
        one.sample = body;
        return one;
    }
    constexpr About more(std::string_view text) const
    {
        auto one = *this;
        one.detail = text;
        return one;
    }
    constexpr About by(std::string_view who) const
    {
        auto one = *this;
        one.caller = who;
        return one;
    }
    constexpr About idempotent() const
    {
        auto one = *this;
        one.takes_idempotency_key = true;
        return one;
    }
};

/// The line by which a route is known; an empty one does not compile.
consteval About about(const char* summary)
{
    if (std::string_view(summary).size() < 5) throw "a route says in the API reference what it does";
    return {.summary = summary};
}

/// A route that is no part of the API: a page, a file.
consteval About unlisted(const char* summary)
{
    auto one = about(summary);
    one.listed = false;
    return one;
}

}  // namespace smg::http
