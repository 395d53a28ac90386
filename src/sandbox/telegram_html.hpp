#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace smg::sandbox {

/// The length in UTF-16 code units that Telegram counts: of the text without its tags, entities read.
/// The error is what Telegram says after `Bad Request: can't parse entities: `. Stricter than Telegram in one point: an `&`
/// that begins no entity is an error, since it shows that someone forgot to escape.
std::expected<std::size_t, std::string> telegram_length(std::string_view html);

/// UTF-16 code units of plain text.
std::size_t utf16_length(std::string_view text);

}  // namespace smg::sandbox
