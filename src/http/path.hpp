#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace smg::http {

/// `orders`, `{id}` of `/orders/{id}`; one empty segment of `/`.
inline std::vector<std::string_view> segments_of(std::string_view path)
{
    std::vector<std::string_view> segments;
    for (std::size_t at = 1; at <= path.size();) {
        auto end = std::min(path.find('/', at), path.size());
        segments.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return segments;
}

/// Whether a segment of a route's path stands for any: `{id}`.
inline bool is_name(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

}  // namespace smg::http
