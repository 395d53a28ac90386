#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smg {

/// Without leading and trailing ASCII white space.
std::string_view trimmed(std::string_view text);

/// ASCII letters in lower case; other bytes as they are.
std::string lowered(std::string_view text);

bool valid_utf8(std::string_view text);

/// How many code points valid UTF-8 holds: what VARCHAR(n) counts.
std::size_t code_points(std::string_view text);

/// At most `bytes` bytes, never cutting a code point in two; what is not UTF-8 is replaced by U+FFFD.
std::string cut(std::string_view text, std::size_t bytes);

/// Non-empty trimmed lines of a text with \n, \r\n or \r line ends.
std::vector<std::string> lines_of(std::string_view text);

}  // namespace smg
