#include "base/loose_json.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace smg {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view php_words[] = {"warning", "notice", "deprecated"};
constexpr int max_starts = 16;  // brackets of a warning that may be mistaken for the JSON's

bool warns(std::string_view text)
{
    auto small = lowered(text);
    return std::ranges::any_of(php_words, [&](auto word) { return small.find(word) != std::string::npos; });
}

}  // namespace

std::string_view without_mark(std::string_view body)
{
    body = trimmed(body);
    if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
    return trimmed(body);
}

Result<json::value> loose_parse(std::string_view body)
{
    body = without_mark(body);
    auto json = json::parse(body);
    if (json) return json;
    auto at = body.find_first_of("{[");
    for (int tries = 0; tries < max_starts && at != std::string_view::npos; ++tries, at = body.find_first_of("{[", at + 1)) {
        if (!warns(body.substr(0, at))) continue;
        if (auto rest = json::parse(body.substr(at))) return rest;
    }
    return json;
}

}  // namespace smg
