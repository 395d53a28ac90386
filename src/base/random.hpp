#pragma once

#include <cstdint>
#include <string>

namespace smg {

/// 256 random bits as base64url without padding: 43 characters.
std::string random_token();

/// As many random bytes.
std::string random_bytes(std::size_t count);

/// A random UUID (version 4): the name of a boot, a node, a request.
std::string random_uuid();

/// Evenly spread over 0 … bound-1; `bound` of 0 gives 0.
std::uint32_t random_below(std::uint32_t bound);

}  // namespace smg
