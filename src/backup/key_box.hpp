#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace smg::backup {

constexpr std::size_t shortest_passphrase = 10;  // characters

/// A secret under a passphrase: argon2id makes the key, XChaCha20-Poly1305 seals. All but the numbers is base64url.
struct SealedKey {
    std::int64_t operations = 0, memory_bytes = 0;  // what argon2id was given
    std::string salt, nonce, box;
};
BOOST_DESCRIBE_STRUCT(SealedKey, (), (operations, memory_bytes, salt, nonce, box))

/// `place` is authenticated and must be the same again. Fails when the passphrase is too short, or memory does not suffice.
Result<SealedKey> seal_under(const Secret& passphrase, const Secret& plain, std::string_view place);

/// Fails in words when the passphrase is another one or the box was changed.
Result<Secret> open_under(const Secret& passphrase, const SealedKey& sealed, std::string_view place);

}  // namespace smg::backup
