// Links: a key fits its column as UTF-8; scheme, `www.`, the host's case, a default port, trailing slashes, share parameters
// and outer white space do not change it, and another path or parameter does.
#include "orders/link.hpp"
#include "base/text.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

bool one_of(char c, std::string_view more)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || more.contains(c);
}

std::string only(std::string_view text, std::string_view more, std::size_t most)
{
    std::string out;
    for (char c : text)
        if (one_of(c, more) && out.size() < most) out += c;
    return out;
}

std::string upper(std::string text)
{
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

// A link made of the input's parts, and what a person would call the same one.
void check_spellings(std::string_view input)
{
    auto host = "shop" + lowered(only(first_line(input), "-", 30)) + ".example";
    auto path = "/" + only(first_line(input), "-_.@%", 50);
    auto query = "?v=" + only(first_line(input), "-_", 50);
    auto key = orders::link_key("https://" + host + path + query);
    auto same = [&](const std::string& other) { must(orders::link_key(other) == key, other); };
    must(key == host + (path == "/" ? "" : path) + query, key);
    same("http://" + host + path + query);
    same("HTTPS://WWW." + upper(host) + path + query);
    same("//" + host + path + query);
    same(host + path + query);
    same("https://" + host + ":443" + path + query);
    same("http://" + host + ":80" + path + "///" + query);
    same("\t https://" + host + path + query + "&utm_source=x&igsh=y&fbclid=\n");
    same("https://" + host + path + "?si=1&" + query.substr(1));
    must(orders::link_key("https://" + host + path + "x" + query) != key, key);
    must(orders::link_key("https://" + host + path + query + "x") != key, key);
    must(orders::link_key("https://x" + host + path + query) != key, key);
}

}  // namespace

void one_input(std::string_view input)
{
    auto key = orders::link_key(input);
    must(valid_utf8(key) && code_points(key) <= orders::max_link_key_code_points, input);
    must(orders::link_key(" \n" + std::string(input) + "\r\n") == key, input);
    if (trimmed(input).starts_with('@')) must(key == lowered(key), input);
    check_spellings(input);
}

}  // namespace smg::fuzz
