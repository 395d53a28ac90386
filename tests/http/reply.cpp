#include "http/reply.hpp"

#include <charconv>

namespace smg::test {
namespace {

const json::value* step(const json::value& in, std::string_view name)
{
    if (in.is_object()) return in.get_object().if_contains(name);
    std::size_t at = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), at);
    bool whole = error == std::errc{} && end == name.data() + name.size();
    return in.is_array() && whole ? in.get_array().if_contains(at) : nullptr;
}

}  // namespace

std::string text_at(const json::value& in, std::string_view path)
{
    auto at = &in;
    while (at && !path.empty()) {
        auto dot = std::min(path.find('.'), path.size());
        at = step(*at, path.substr(0, dot));
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    if (!at) return {};
    return at->is_string() ? std::string(at->get_string()) : json::text_of(*at);
}

std::int64_t Reply::number(std::string_view path) const { return json::as_integer(json::value(text(path))).value_or(0); }

const json::array& Reply::list(std::string_view name) const
{
    static const json::array none;
    auto found = body.is_object() ? body.get_object().if_contains(name) : nullptr;
    return found && found->is_array() ? found->get_array() : none;
}

Reply read(HttpAnswer answer)
{
    Reply reply{std::move(answer)};
    if (auto body = json::parse(reply.http.body)) reply.body = std::move(*body);
    return reply;
}

Headers bearer(const std::string& token)
{
    if (token.empty()) return {};
    return {{"Authorization", "Bearer " + token}};
}

Reply get(const std::string& url, const std::string& token) { return read(http_call("GET", url, bearer(token))); }

namespace {

Reply send(const std::string& method, const std::string& url, const std::string& token, const json::value& body)
{
    auto headers = bearer(token);
    headers.emplace_back("Content-Type", "application/json");
    return read(http_call(method, url, headers, json::text_of(body)));
}

}  // namespace

Reply post(const std::string& url, const std::string& token, const json::value& body)
{
    return send("POST", url, token, body);
}

Reply patch(const std::string& url, const std::string& token, const json::value& body)
{
    return send("PATCH", url, token, body);
}

}  // namespace smg::test
