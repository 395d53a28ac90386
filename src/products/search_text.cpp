#include "products/search_text.hpp"

#include "base/text.hpp"

namespace smg::products {
namespace {

// Of a Cyrillic letter, which is two bytes of UTF-8; others stay as they are.
unsigned lower(unsigned letter)
{
    if (letter >= 0x410 && letter <= 0x42F) return letter + 0x20;
    if (letter >= 0x400 && letter <= 0x40F) return letter + 0x50;
    return letter == 0x490 ? 0x491 : letter;
}

}  // namespace

std::string folded(std::string_view text)
{
    auto out = lowered(text);
    for (std::size_t i = 0; i + 1 < out.size(); ++i) {
        auto first = static_cast<unsigned char>(out[i]), second = static_cast<unsigned char>(out[i + 1]);
        if (first < 0xD0 || first > 0xD2) continue;
        auto letter = lower((first & 0x1Fu) << 6 | (second & 0x3Fu));
        out[i] = static_cast<char>(0xC0u | letter >> 6);
        out[++i] = static_cast<char>(0x80u | (letter & 0x3Fu));
    }
    return out;
}

}  // namespace smg::products
