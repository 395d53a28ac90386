#include "http/multipart.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace smg::http {
namespace {

// `; name="value"` of a header; understands quotes and a backslash before them.
std::optional<std::string> parameter(std::string_view header, std::string_view wanted)
{
    auto at = header.find(';');
    while (at < header.size()) {
        auto equals = header.find('=', at);
        if (equals == std::string_view::npos) return std::nullopt;
        auto name = lowered(trimmed(header.substr(at + 1, equals - at - 1)));
        std::string value;
        at = equals + 1;
        if (at < header.size() && header[at] == '"') {
            for (++at; at < header.size() && header[at] != '"'; ++at) {
                if (header[at] == '\\' && at + 1 < header.size() && header[at + 1] == '"') ++at;
                value += header[at];
            }
            if (at == header.size()) return std::nullopt;
            at = header.find(';', at);
        } else {
            auto end = header.find(';', at);
            value = trimmed(header.substr(at, end == std::string_view::npos ? end : end - at));
            at = end;
        }
        if (name == wanted) return value;
    }
    return std::nullopt;
}

// Fills name and file from the part's header lines; false when there is no usable Content-Disposition.
bool read_part_header(std::string_view header, Part& part)
{
    while (!header.empty()) {
        auto end = header.find("\r\n");
        auto line = header.substr(0, end);
        header.remove_prefix(end == std::string_view::npos ? header.size() : end + 2);
        auto colon = line.find(':');
        if (colon == std::string_view::npos || lowered(line.substr(0, colon)) != "content-disposition") continue;
        auto value = trimmed(line.substr(colon + 1));
        auto name = parameter(value, "name");
        if (lowered(value.substr(0, value.find(';'))) != "form-data" || !name || name->empty() || !valid_utf8(*name))
            return false;
        part.name = std::move(*name);
        part.file = parameter(value, "filename") || parameter(value, "filename*");
        return true;
    }
    return false;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type)
{
    auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70 || boundary->ends_with(' ')) return std::nullopt;
    constexpr std::string_view allowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
    if (!std::ranges::all_of(*boundary, [&](char c) { return allowed.contains(c); })) return std::nullopt;
    return boundary;
}

std::optional<std::string_view> read_multipart(std::string_view body, std::string_view boundary,
                                               const std::function<void(Part)>& take)
{
    const std::string line = "\r\n--" + std::string(boundary);
    auto first = std::string_view(line).substr(2);
    if (!body.starts_with(first)) return "The multipart body does not begin with its boundary.";
    auto rest = body.substr(first.size());
    for (std::size_t parts = 0; !rest.starts_with("--"); ++parts) {
        if (!rest.starts_with("\r\n")) return "A multipart boundary is not on a line of its own.";
        if (parts == max_parts) return "The multipart body has too many parts.";
        auto header_end = rest.find("\r\n\r\n");
        if (header_end > max_part_header_bytes) return "A multipart part has no header, or too long a one.";
        Part part;
        auto header = rest.substr(0, header_end);
        header.remove_prefix(std::min<std::size_t>(2, header.size()));
        if (!read_part_header(header, part)) return "A multipart part has no name.";
        rest.remove_prefix(header_end + 4);
        auto end = rest.find(line);
        if (end == std::string_view::npos) return "The multipart body is not closed.";
        part.content = rest.substr(0, end);
        rest.remove_prefix(end + line.size());
        take(std::move(part));
    }
    return std::nullopt;
}

}  // namespace smg::http
