#include "http/body.hpp"

#include "base/text.hpp"
#include "http/multipart.hpp"
#include "http/reply.hpp"
#include "http/url.hpp"

namespace smg::http {
namespace {

using Refused = std::optional<Response>;

json::value form_value(std::string_view text)
{
    if (text.empty()) return nullptr;
    return json::value(text);
}

// `a` sets, `a[]` appends, `a[b]` sets inside; what was there in another shape gives way, as in PHP.
void put(json::object& into, std::string_view name, std::string_view text)
{
    auto open = name.find('[');
    if (open == 0 || open == std::string_view::npos || !name.ends_with(']')) {
        into[name] = form_value(text);
        return;
    }
    auto& outer = into[name.substr(0, open)];
    auto key = name.substr(open + 1, name.size() - open - 2);
    if (key.empty()) {
        if (!outer.is_array()) outer = json::array();
        outer.get_array().push_back(form_value(text));
    } else {
        if (!outer.is_object()) outer = json::object();
        outer.get_object()[key] = form_value(text);
    }
}

Refused read_form(std::string_view text, json::object& into)
{
    std::size_t fields = 0;
    while (!text.empty()) {
        auto end = text.find('&');
        auto pair = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (pair.empty()) continue;
        if (++fields > max_form_fields) return message_reply(400, "There are too many fields.");
        auto equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = percent_decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value) return message_reply(400, "The form holds a bad escape or is not UTF-8.");
        put(into, *name, *value);
    }
    return {};
}

Refused read_parts(const Request& request, Input& input)
{
    auto boundary = multipart_boundary(request.header("content-type"));
    if (!boundary) return message_reply(400, "The multipart body names no usable boundary.");
    bool utf8 = true;
    auto wrong = read_multipart(request.body, *boundary, [&](Part part) {
        if (part.file) {
            ++input.files;
        } else if (!valid_utf8(part.content)) {
            utf8 = false;
        } else {
            put(input.values, part.name, part.content);
        }
    });
    if (wrong) return message_reply(400, *wrong);
    if (!utf8) return message_reply(400, "The form is not UTF-8.");
    return {};
}

Refused read_json(std::string_view text, json::object& into)
{
    if (!valid_utf8(text)) return message_reply(400, "The body is not UTF-8.");
    auto parsed = json::parse(text);
    if (!parsed) return message_reply(400, "The body is " + parsed.error().message);
    if (!parsed->is_object()) return reply(fail_field("body", "The body must be a JSON object.").error());
    for (auto& [key, value] : parsed->get_object()) into[key] = std::move(value);
    return {};
}

Refused read_body(const Request& request, Input& input)
{
    if (request.body.empty()) return {};
    auto content_type = request.header("content-type");
    auto media = lowered(trimmed(content_type.substr(0, content_type.find(';'))));
    if (media == "application/json" || (media.starts_with("application/") && media.ends_with("+json")))
        return read_json(request.body, input.values);
    if (media == "application/x-www-form-urlencoded") return read_form(request.body, input.values);
    if (media == "multipart/form-data") return read_parts(request, input);
    return message_reply(415, "The body must be JSON or a form.");
}

}  // namespace

std::expected<Input, Response> read_input(const Request& request)
{
    Input input;
    Refused refused;
    bool asks = request.method == Method::GET || request.method == Method::HEAD;
    if (asks || request.method == Method::DELETE) refused = read_form(request.query, input.values);
    if (!refused && !asks) refused = read_body(request, input);
    if (refused) return std::unexpected(std::move(*refused));
    for (const auto& [name, value] : request.path_values) input.values[name] = value;
    return input;
}

}  // namespace smg::http
