#pragma once

#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

// JSON of programs that are not ours: with a byte order mark, or with what PHP had to say before it.
namespace smg {

/// Without a UTF-8 byte order mark and outer white space.
std::string_view without_mark(std::string_view body);

/// JSON, also with a mark or with PHP warnings printed before it.
Result<json::value> loose_parse(std::string_view body);

}  // namespace smg
