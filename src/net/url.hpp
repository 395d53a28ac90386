#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace smg::net {

/// An address that we may call: http or https, with a host, without credentials and fragment.
struct Url {
    std::string scheme;  // `http`, `https`
    std::string host;    // in lower case; IPv6 in brackets; numbers in dotted form, however they were spelled
    int port = 0;        // the scheme's own when none was given
    std::string path;    // at least `/`
    std::string query;   // without `?`
};

constexpr std::size_t max_url_bytes = 4096;

/// Reads a configured address as libcurl will; says in words what is wrong with it, without repeating it.
Result<Url> parse_url(std::string_view text);

/// `application/x-www-form-urlencoded`, in the order given.
std::string form_encoded(std::span<const std::pair<std::string, std::string>> fields);

}  // namespace smg::net
