#include "suppliers/key_mask.hpp"

#include <utility>
#include <vector>

#include "net/url.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t shortest_hidden_key = 4;
constexpr std::string_view mask = "***";

std::string replaced(std::string text, std::string_view what, std::string_view with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

}  // namespace

std::string without_key(std::string text, const Secret& key)
{
    const auto& plain = key.reveal();
    if (plain.size() < shortest_hidden_key) return text;
    const std::vector<std::pair<std::string, std::string>> form{{"", plain}};
    auto in_form = net::form_encoded(form).substr(1);  // behind the `=`
    auto in_json = replaced(plain, "/", "\\/");
    return replaced(replaced(replaced(std::move(text), plain, mask), in_form, mask), in_json, mask);
}

}  // namespace smg::suppliers
