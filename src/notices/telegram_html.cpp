#include "notices/telegram_html.hpp"

#include <array>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace smg::notices {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> entities{
    {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}};

/// A piece that must stay whole: a tag, an entity, or a code point.
struct Piece {
    std::string_view source;
    std::string_view text;  // what is shown of it; empty for a tag
    std::size_t units = 0;
};

std::size_t utf8_length(char first)
{
    auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

Piece piece_at(std::string_view html)
{
    if (html.front() == '<')
        if (auto end = html.find('>'); end != std::string_view::npos) return {html.substr(0, end + 1), {}, 0};
    for (const auto& [entity, text] : entities)
        if (html.starts_with(entity)) return {entity, text, 1};
    auto length = utf8_length(html.front());
    auto text = html.substr(0, length);
    return {text, text, length == 4 ? 2u : 1u};  // beyond U+FFFF: a surrogate pair
}

template <class F>
void each_piece(std::string_view html, F&& f)
{
    while (!html.empty()) {
        auto piece = piece_at(html);
        html.remove_prefix(piece.source.size());
        if (!f(piece)) return;
    }
}

/// `b` of `<b>`, `a` of `<a href="…">`.
std::string_view tag_name(std::string_view tag) { return tag.substr(1, tag.find_first_of(" >") - 1); }

}  // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    for (char c : cut(text, text.size() * 3)) {  // three bytes: U+FFFD for one that is not UTF-8
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
        }
    }
    return out;
}

std::size_t telegram_length(std::string_view html)
{
    std::size_t units = 0;
    each_piece(html, [&](const Piece& piece) {
        units += piece.units;
        return true;
    });
    return units;
}

std::string cut_html(std::string_view html, std::size_t units)
{
    if (telegram_length(html) <= units) return std::string(html);
    std::string out;
    std::vector<std::string_view> open;
    std::size_t used = 1;  // the … at the end
    each_piece(html, [&](const Piece& piece) {
        if (used + piece.units > units) return false;
        used += piece.units;
        out += piece.source;
        if (!piece.text.empty()) return true;
        if (!piece.source.starts_with("</")) open.push_back(tag_name(piece.source));
        else if (!open.empty()) open.pop_back();
        return true;
    });
    if (units > 0) out += "…";
    for (; !open.empty(); open.pop_back()) out += "</" + std::string(open.back()) + ">";
    return out;
}

std::string plain_of(std::string_view html)
{
    std::string out;
    each_piece(html, [&](const Piece& piece) {
        out += piece.text;
        return true;
    });
    return out;
}

}  // namespace smg::notices
