#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace smg::http {

inline constexpr std::size_t max_parts = 200;
inline constexpr std::size_t max_part_header_bytes = 2048;

struct Part {
    std::string name;
    std::string_view content;
    bool file = false;
};

/// The boundary of a `multipart/form-data` content type; nothing when there is none that RFC 2046 allows.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// Calls `take` for each part in order; says what is wrong with the body, if anything. Strict: no preamble, every boundary
/// on a line of its own, the last one closed, at most `max_parts`.
std::optional<std::string_view> read_multipart(std::string_view body, std::string_view boundary,
                                               const std::function<void(Part)>& take);

}  // namespace smg::http
