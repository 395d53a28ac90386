#pragma once

#include <string>
#include <string_view>

// Text as Telegram's parse_mode HTML understands it. Everything here takes HTML that escaped() and the
// catalogue made: known tags, closed in order, and the entities that escaped() writes.
namespace smg::notices {

/// Of one message, in UTF-16 code units after entities are read.
constexpr std::size_t max_message = 4096;

/// Any text as it may stand between tags; what is not UTF-8 is replaced, control characters but \n and \t are dropped.
std::string escaped(std::string_view text);

/// What Telegram counts: UTF-16 code units, tags as nothing, an entity as its character.
std::size_t telegram_length(std::string_view html);

/// At most `units` long, ending in `…` when something was cut: never inside a tag, an entity or a surrogate pair, and what
/// was open is closed.
std::string cut_html(std::string_view html, std::size_t units);

/// The text without tags and entities, for a message that Telegram could not read as HTML.
std::string plain_of(std::string_view html);

}  // namespace smg::notices
