#include "orders/email.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t max_label_bytes = 63;
constexpr std::size_t max_domain_bytes = 253;

struct Provider {
    std::string_view domain;
    std::string_view mailbox_domain;  // all domains under which the same mailbox is reached share it
    std::string_view ignored = "";    // characters of the name that make no difference
};

// Only what a provider documents: a guess would take two customers for one. All of these drop what follows a `+`.
constexpr auto providers = std::to_array<Provider>({
    {"gmail.com", "gmail.com", "."},
    {"googlemail.com", "gmail.com", "."},
    {"outlook.com", "outlook.com"},
    {"hotmail.com", "hotmail.com"},
    {"live.com", "live.com"},
    {"msn.com", "msn.com"},
    {"icloud.com", "icloud.com"},
    {"me.com", "icloud.com"},
    {"mac.com", "icloud.com"},
    {"proton.me", "proton.me", ".-_"},
    {"protonmail.com", "proton.me", ".-_"},
    {"protonmail.ch", "proton.me", ".-_"},
    {"pm.me", "proton.me", ".-_"},
    {"fastmail.com", "fastmail.com"},
    {"fastmail.fm", "fastmail.fm"},
    {"zohomail.com", "zohomail.com"},
    {"zohomail.eu", "zohomail.eu"},
    {"mailbox.org", "mailbox.org"},
    {"posteo.de", "posteo.de"},
});

const Provider* provider_of(std::string_view domain)
{
    auto found = std::ranges::find(providers, domain, &Provider::domain);
    return found == providers.end() ? nullptr : &*found;
}

bool letter_or_digit(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool beyond_ascii(unsigned char c) { return c >= 0x80; }

// Spaces and format characters of Unicode: they would make `gmail.com` another domain that looks the same.
bool has_invisible(std::string_view text)
{
    constexpr auto lone = std::to_array<std::string_view>({"\xC2\xAD", "\xE1\x9A\x80", "\xE3\x80\x80", "\xEF\xBB\xBF"});
    for (auto mark : lone)
        if (text.contains(mark)) return true;
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
        if (byte(0) == 0xC2 && byte(1) <= 0xA0) return true;  // U+0080 … U+00A0
        if (byte(0) != 0xE2) continue;
        bool u2000 = byte(1) == 0x80 && (byte(2) <= 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAF));
        if (u2000 || (byte(1) == 0x81 && byte(2) >= 0x9F && byte(2) <= 0xAF)) return true;
    }
    return false;
}

// А … Я, Ѐ … Џ and Ґ in lower case too: IDN domains of our customers are Cyrillic.
std::string lowered_cyrillic(std::string_view text)
{
    std::string out = lowered(text);
    for (std::size_t at = 0; at + 1 < out.size(); ++at) {
        auto first = static_cast<unsigned char>(out[at]), second = static_cast<unsigned char>(out[at + 1]);
        unsigned point = (first & 0x1Fu) << 6 | (second & 0x3Fu);
        if (first < 0xD0 || first > 0xD2) continue;
        if (point >= 0x410 && point <= 0x42F) point += 0x20;
        else if (point >= 0x400 && point <= 0x40F) point += 0x50;
        else if (point == 0x490) point += 1;
        out[at] = static_cast<char>(0xC0 | point >> 6);
        out[at + 1] = static_cast<char>(0x80 | (point & 0x3F));
        ++at;
    }
    return out;
}

bool valid_local(std::string_view local)
{
    constexpr std::string_view signs = "!#$%&'*+/=?^_`{|}~-.";
    if (local.empty() || local.size() > max_local_bytes) return false;
    if (local.starts_with('.') || local.ends_with('.') || local.contains("..")) return false;
    return std::ranges::all_of(local, [&](unsigned char c) {
        return letter_or_digit(c) || beyond_ascii(c) || signs.contains(static_cast<char>(c));
    });
}

bool valid_label(std::string_view label)
{
    if (label.empty() || label.size() > max_label_bytes || label.starts_with('-') || label.ends_with('-')) return false;
    return std::ranges::all_of(label, [](unsigned char c) { return letter_or_digit(c) || beyond_ascii(c) || c == '-'; });
}

bool valid_domain(std::string_view domain)
{
    if (domain.size() > max_domain_bytes || !domain.contains('.')) return false;
    std::string_view label, rest = domain;
    while (true) {
        auto dot = rest.find('.');
        label = rest.substr(0, dot);
        if (!valid_label(label)) return false;
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    // The last label is a top-level domain: two characters at least, and not a number as in 127.0.0.1.
    return label.size() >= 2 && !std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Email> parse_email(std::string_view text)
{
    text = trimmed(text);
    auto at = text.find('@');
    if (text.size() > max_email_bytes || at == std::string_view::npos || !valid_utf8(text) || has_invisible(text))
        return std::nullopt;
    Email email{lowered_cyrillic(text.substr(0, at)), lowered_cyrillic(text.substr(at + 1))};
    if (!valid_local(email.local) || !valid_domain(email.domain)) return std::nullopt;
    return email;
}

std::string untagged_local(const Email& email)
{
    if (!provider_of(email.domain)) return email.local;
    auto plus = email.local.find('+');
    return plus == 0 ? email.local : email.local.substr(0, plus);
}

std::string email_key(std::string_view text)
{
    auto email = parse_email(text);
    if (!email) return cut(lowered(trimmed(text)), max_email_bytes);
    auto provider = provider_of(email->domain);
    if (!provider) return email->local + "@" + email->domain;
    std::string local = untagged_local(*email);
    std::erase_if(local, [&](char c) { return provider->ignored.contains(c); });
    // A name of nothing but ignored characters is no mailbox there; it must not become everybody's key.
    if (local.empty()) local = untagged_local(*email);
    return local + "@" + std::string(provider->mailbox_domain);
}

std::string domain_of(std::string_view text)
{
    auto email = parse_email(text);
    return email ? email->domain : std::string();
}

}  // namespace smg::orders
