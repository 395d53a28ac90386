#pragma once

#include <source_location>
#include <string>
#include <string_view>

// A fuzz target is one .cpp file of targets/ that defines one_input(). The sentence above it says what must hold; `must`
// ends the program when it does not, and the input that did it is kept.
namespace smg::fuzz {

/// Any bytes at all. Keeps nothing between two calls.
void one_input(std::string_view input);

/// Ends the program with the place and `about` when `holds` is false.
void must(bool holds, std::string_view about = {}, std::source_location where = std::source_location::current());

/// The text before the first line end, which is taken off `rest` with it: how an input says by which rules its remainder is
/// to be read, so that seeds can be written by hand.
std::string_view first_line(std::string_view& rest);

/// Visible in messages whatever the bytes are.
std::string shown(std::string_view bytes);

}  // namespace smg::fuzz
