#pragma once

#include <string>
#include <string_view>

namespace smg::products {

/// Latin and Cyrillic letters in lower case, alike on both databases, whose own idea of that differs.
std::string folded(std::string_view text);

/// A pattern for `LIKE … ESCAPE '!'` that finds the text anywhere.
std::string anywhere(std::string_view text);

}  // namespace smg::products
