#pragma once

#include <string>
#include <string_view>

namespace smg::orders {

inline constexpr std::size_t max_link_key_code_points = 191;  // orders.link_key, attempts.link_key

/// A link as it is compared, never as it is sent: without scheme, `www.`, a default port, trailing slashes and the
/// parameters that apps add when a link is shared; the host in lower case. `@name` stays a name, in lower case. Always valid
/// UTF-8 of at most 191 code points, so two very long links may share one key.
std::string link_key(std::string_view url);

}  // namespace smg::orders
