#include "sandbox/telegram_html.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace smg::sandbox {
namespace {

constexpr auto tags = std::to_array<std::string_view>({"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span",
                                                       "tg-spoiler", "a", "tg-emoji", "code", "pre", "blockquote"});

std::unexpected<std::string> wrong(std::string text) { return std::unexpected(std::move(text)); }

// How many bytes the entity at the front has; 0 when it is none that Telegram knows.
std::size_t entity_bytes(std::string_view text)
{
    for (std::string_view named : {"&lt;", "&gt;", "&amp;", "&quot;"})
        if (text.starts_with(named)) return named.size();
    auto end = text.substr(0, 12).find(';');
    if (!text.starts_with("&#") || end == std::string_view::npos) return 0;
    auto digits = text.substr(2, end - 2);
    bool hex = digits.starts_with('x') || digits.starts_with('X');
    if (hex) digits.remove_prefix(1);
    std::string_view allowed = hex ? "0123456789abcdefABCDEF" : "0123456789";
    return digits.empty() || digits.find_first_not_of(allowed) != std::string_view::npos ? 0 : end + 1;
}

}  // namespace

std::size_t utf16_length(std::string_view text)
{
    std::size_t units = 0;
    for (unsigned char c : text) units += (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;
    return units;
}

std::expected<std::size_t, std::string> telegram_length(std::string_view html)
{
    std::vector<std::string> open;
    std::size_t units = 0;
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] == '&') {
            auto bytes = entity_bytes(html.substr(at));
            if (bytes == 0) return wrong(fmt::format("Unescaped '&' at byte offset {}", at));
            ++units;
            at += bytes;
        } else if (html[at] == '<') {
            auto end = html.find('>', at);
            if (end == std::string_view::npos) return wrong(fmt::format("Unclosed start tag at byte offset {}", at));
            auto inside = html.substr(at + 1, end - at - 1);
            bool closes = inside.starts_with('/');
            auto name = lowered(inside.substr(closes, inside.find_first_of(" \n") - closes));
            if (closes && (open.empty() || open.back() != name))
                return wrong(fmt::format("Unmatched end tag at byte offset {}, expected \"</{}>\", found \"</{}>\"", at,
                                         open.empty() ? "" : open.back(), name));
            if (!closes && std::ranges::find(tags, name) == tags.end())
                return wrong(fmt::format("Unsupported start tag \"{}\" at byte offset {}", name, at));
            if (closes) open.pop_back();
            else open.push_back(name);
            at = end + 1;
        } else {
            auto next = std::min(html.find_first_of("<&", at), html.size());
            units += utf16_length(html.substr(at, next - at));
            at = next;
        }
    }
    if (!open.empty()) return wrong(fmt::format("Can't find end tag corresponding to start tag \"{}\"", open.back()));
    return units;
}

}  // namespace smg::sandbox
