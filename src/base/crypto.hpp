#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace smg {

/// Lower-case hex of SHA-256.
std::string sha256_hex(std::string_view data);

/// Raw 32 bytes of HMAC-SHA256.
std::string hmac_sha256(std::string_view key, std::string_view data);

std::string hex(std::string_view bytes);
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);  // nothing when it is no base64url

/// The comparison takes the same time wherever the two differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// The key under which secrets rest in the database. It lives in a file of its own (0400), never in the database or a
/// backup.
class MasterKey {
public:
    /// Reads the file, or makes it when it is not there yet. Fails in words a person can act on.
    static Result<MasterKey> load_or_create(const std::filesystem::path& file);

    static MasterKey random();

    /// Eight hex digits that tell two keys apart without telling anything of them.
    const std::string& id() const { return id_; }

    /// XChaCha20-Poly1305 with a random nonce: `v1.<key id>.<base64url>`. `place` (`table|column|row id`) is authenticated,
    /// so that a blob copied into another row does not open.
    std::string seal(const Secret& plain, std::string_view place) const;

    /// Nothing when the blob was not made by this key for this place.
    std::optional<Secret> open(std::string_view sealed, std::string_view place) const;

    /// 32 bytes that nobody can tell without the key; another purpose gives others.
    std::string derived(std::string_view purpose) const { return hmac_sha256(bytes_, purpose); }

private:
    explicit MasterKey(std::string bytes);
    std::string bytes_;
    std::string id_;
};

}  // namespace smg
