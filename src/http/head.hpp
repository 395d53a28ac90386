#pragma once

#include <cstddef>
#include <expected>
#include <string_view>

#include "http/message.hpp"

namespace smg::http {

/// Why a request is not answered by a handler; the connection ends after it.
struct Refusal {
    int status = 400;
    std::string_view message;
};

/// The part of a request before its body.
struct Head {
    Request request;  // without body, peer and local
    bool http_1_0 = false;
    bool keep_alive = true;
    bool chunked = false;
    bool expects_continue = false;
    std::size_t content_length = 0;

    bool has_body() const { return chunked || content_length > 0; }
};

/// Where the header ends: the number of bytes including its empty line, 0 while more is to come. `seen` is what former calls
/// have looked at. Refuses control characters and line ends that are not CRLF as soon as they come.
std::expected<std::size_t, Refusal> head_end(std::string_view bytes, std::size_t& seen);

/// Stricter than Beast before 1.92: whatever two servers in a row could read in two ways is
/// refused, so that no request can be smuggled behind another.
std::expected<Head, Refusal> parse_head(std::string_view bytes);

}  // namespace smg::http
