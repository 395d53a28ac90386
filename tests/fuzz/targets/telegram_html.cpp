// Telegram: a cut message is well-formed HTML and UTF-8, no longer than asked, shows the beginning of the whole one and
// closes what it opened; any text, escaped, is shown as itself.
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "notices/telegram_html.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

constexpr std::string_view ellipsis = "…";

// Well-formed HTML as the catalogue of notices writes it: the bytes choose the tags, other bytes are text.
std::string html_from(std::string_view bytes)
{
    std::string html, text;
    std::vector<std::string> open;
    auto flush = [&] { html += notices::escaped(std::exchange(text, "")); };
    auto begin = [&](const std::string& name, const std::string& attributes) {
        flush();
        html += "<" + name + attributes + ">";
        open.push_back(name);
    };
    for (char c : bytes) {
        if (c == '\x01') begin("b", "");
        else if (c == '\x02') begin("code", "");
        else if (c == '\x03') begin("a", " href=\"https://crm.example/orders?a=1&amp;b=2\"");
        else if (c == '\x04' && !open.empty()) {
            flush();
            html += "</" + open.back() + ">";
            open.pop_back();
        } else {
            text += c;
        }
    }
    flush();
    for (; !open.empty(); open.pop_back()) html += "</" + open.back() + ">";
    return html;
}

// Every tag closed in order, every `&` an entity, no `>` outside a tag.
bool well_formed(std::string_view html)
{
    std::vector<std::string_view> open;
    while (!html.empty()) {
        if (html.front() == '<') {
            auto end = html.find('>');
            if (end == std::string_view::npos) return false;
            auto tag = html.substr(1, end - 1);
            html.remove_prefix(end + 1);
            if (!tag.starts_with('/')) {
                open.push_back(tag.substr(0, tag.find(' ')));
            } else {
                if (open.empty() || tag.substr(1) != open.back()) return false;
                open.pop_back();
            }
        } else if (html.front() == '&') {
            auto end = html.find(';');
            if (end == std::string_view::npos) return false;
            auto name = html.substr(1, end - 1);
            if (name != "lt" && name != "gt" && name != "amp" && name != "quot") return false;
            html.remove_prefix(end + 1);
        } else {
            if (html.front() == '>') return false;
            html.remove_prefix(1);
        }
    }
    return open.empty();
}

void check_cut(const std::string& html, std::size_t units)
{
    auto cut = notices::cut_html(html, units);
    must(valid_utf8(cut) && well_formed(cut), cut);
    must(notices::telegram_length(cut) <= units, cut);
    auto whole = notices::plain_of(html), part = notices::plain_of(cut);
    if (part == whole) return;
    if (part.ends_with(ellipsis)) part.resize(part.size() - ellipsis.size());
    must(whole.starts_with(part), cut);
}

}  // namespace

void one_input(std::string_view input)
{
    auto length = first_line(input);
    auto html = html_from(input);
    must(well_formed(html), html);
    check_cut(html, length.size());
    check_cut(html, notices::telegram_length(html));
    check_cut(html, notices::telegram_length(html) / 2);

    auto escaped = notices::escaped(input);
    auto plain = notices::plain_of(escaped);
    must(escaped.find_first_of("<>\"") == std::string::npos && valid_utf8(escaped), escaped);
    must(notices::escaped(plain) == escaped, escaped);
    if (valid_utf8(input) && plain.size() == input.size()) must(plain == input, input);
}

}  // namespace smg::fuzz
