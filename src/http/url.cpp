#include "http/url.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace smg::http {
namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool dot_segments(std::string_view path)
{
    for (std::size_t at = 0; at < path.size();) {
        auto end = std::min(path.find('/', at + 1), path.size());
        auto segment = path.substr(at + 1, end - at - 1);
        if (segment == "." || segment == "..") return true;
        at = end;
    }
    return false;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '%') {
            int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
            int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            at += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        out += c;
    }
    if (!valid_utf8(out)) return std::nullopt;
    return out;
}

std::optional<std::string> decoded_path(std::string_view raw)
{
    auto path = percent_decoded(raw, false);
    if (!path || !path->starts_with('/')) return std::nullopt;
    if (std::ranges::count(*path, '/') != std::ranges::count(raw, '/')) return std::nullopt;
    if (std::ranges::any_of(*path, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) return std::nullopt;
    if (dot_segments(*path)) return std::nullopt;
    return path;
}

}  // namespace smg::http
