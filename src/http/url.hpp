#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smg::http {

/// Percent-escapes decoded; nothing when an escape is bad or the result is not UTF-8. `plus_is_space` in forms and queries.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

/// A request's path decoded; nothing when it does not begin with `/`, has control characters, `.` or `..` segments, or an
/// escaped `/`, which would be read as another path behind a proxy than before it.
std::optional<std::string> decoded_path(std::string_view raw);

}  // namespace smg::http
