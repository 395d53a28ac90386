#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smg::orders {

inline constexpr std::size_t max_email_bytes = 255;  // orders.client_email
inline constexpr std::size_t max_local_bytes = 64;   // RFC 5321 4.5.3.1.1

/// An address taken apart, in lower case. Both halves may hold UTF-8: `олена@пошта.укр`.
struct Email {
    std::string local;
    std::string domain;
};

/// Nothing when it is no address that a shop's customer could have: one `@`, a dotted domain, no quotes, no invisible
/// characters. White space around it is dropped.
std::optional<Email> parse_email(std::string_view text);

/// One key for all spellings of one mailbox: case, Gmail's dots, `+tag` and a provider's other domains, as far as the
/// provider documents them. What is no address is its own key in lower case.
std::string email_key(std::string_view text);

/// The domain in lower case; empty when it is no address.
std::string domain_of(std::string_view text);

/// The name before the `@` without the provider's `+tag`.
std::string untagged_local(const Email& email);

}  // namespace smg::orders
