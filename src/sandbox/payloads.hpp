#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Bodies that a supplier should never send and that real ones have sent.
namespace smg::sandbox {

/// What a CDN shows when the panel behind it is away.
std::string cloudflare_page(int status);

/// The page of a panel under repair.
std::string repair_page();

std::string gzip(std::string_view text);

/// Some kilobytes that become `megabytes` of spaces when they are unpacked.
std::string gzip_bomb(std::size_t megabytes);

/// Arrays within arrays.
std::string deep_nesting(std::size_t levels);

std::string repeated(std::string_view what, std::size_t times);

/// ASCII as UTF-16, the low byte first.
std::string utf16(std::string_view ascii);

}  // namespace smg::sandbox
