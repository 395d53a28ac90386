#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smg::test {

/// The number of the order that this reply to `add` plainly says was made; nothing otherwise. Written from the rule alone,
/// with a reader of JSON of its own: shares no line with what it judges.
std::optional<std::string> plainly_accepted(int status, std::string_view body, bool smartpanel);

}  // namespace smg::test
