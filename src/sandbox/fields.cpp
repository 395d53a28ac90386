#include "sandbox/fields.hpp"

#include "http/body.hpp"

namespace smg::sandbox {

std::optional<Fields> read_fields(const http::Request& request)
{
    auto input = http::read_input(request);
    if (!input) return std::nullopt;
    Fields fields;
    for (const auto& [name, value] : input->values)
        if (auto text = json::as_text(value)) fields[std::string(name)] = *text;
    return fields;
}

std::string field(const Fields& fields, const std::string& name)
{
    auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

std::optional<std::int64_t> number(std::string_view text) { return json::as_integer(json::value(text)); }

RawReply json_reply(const json::value& body, int status)
{
    RawReply reply;
    reply.status = status;
    reply.body = json::text_of(body);
    return reply;
}

}  // namespace smg::sandbox
