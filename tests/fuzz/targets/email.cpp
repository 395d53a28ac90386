// E-mail: an address has one key, which is its own key; case, white space, `+tag` and Gmail's dots do not change it; a key
// always fits its column as UTF-8.
#include <algorithm>

#include "base/text.hpp"
#include "orders/email.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

std::string upper(std::string text)
{
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

void check_address(std::string_view input, const orders::Email& email)
{
    auto key = orders::email_key(input);
    auto address = email.local + "@" + email.domain;
    auto same = [&](const std::string& other) { must(orders::email_key(other) == key, other); };

    same(key);
    same(address);
    same(upper(address));
    same(" \r\n" + std::string(input) + "\t");
    must(std::ranges::count(key, '@') == 1, key);
    must(orders::domain_of(input) == email.domain, input);

    bool tags = email.domain == "gmail.com" || email.domain == "outlook.com" || email.domain == "pm.me";
    bool room = email.local.size() + 4 <= orders::max_local_bytes && address.size() + 4 <= orders::max_email_bytes;
    if (tags && room && !email.local.contains('+')) same(email.local + "+tag@" + email.domain);
    bool dots = email.domain == "gmail.com" || email.domain == "googlemail.com";
    if (!dots) return;
    same(email.local + (email.domain == "gmail.com" ? "@googlemail.com" : "@gmail.com"));
    auto dotless = email.local.substr(0, email.local.find('+'));
    std::erase(dotless, '.');
    if (!dotless.empty()) same(dotless + "@gmail.com");
}

}  // namespace

void one_input(std::string_view input)
{
    auto key = orders::email_key(input);
    must(valid_utf8(key) && key.size() <= orders::max_email_bytes, input);
    auto email = orders::parse_email(input);
    must(email.has_value() == !orders::domain_of(input).empty(), input);
    if (email) check_address(input, *email);
}

}  // namespace smg::fuzz
