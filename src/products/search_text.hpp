#pragma once

#include <string>
#include <string_view>

namespace smg::products {

/// Latin and Cyrillic letters in lower case, alike on both databases, whose own idea of that differs.
std::string folded(std::string_view text);

}  // namespace smg::products
