#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace smg::sites {

constexpr std::size_t largest_icon_bytes = 256 * 1024;
constexpr int largest_icon_side = 1024, icon_side = 128;  // pixels: as it comes, as it is kept

/// An uploaded picture made harmless: a PNG, JPEG or WebP by its first bytes, decoded whole and written anew as a PNG of at
/// most 128 pixels a side, so that nothing of the upload but its pixels is ever given to a browser. Fails with the field
/// `icon`.
Result<std::string> clean_icon(std::string_view bytes);

}  // namespace smg::sites
