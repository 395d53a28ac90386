#include "backup/key_box.hpp"

#include <fmt/core.h>
#include <sodium.h>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace smg::backup {
namespace {

// 64 MiB and a quarter of a second: it must also open on a small machine. What a file may ask for is bounded too.
constexpr std::int64_t operations = 4, memory_bytes = 64 * 1024 * 1024;
constexpr std::int64_t most_operations = 32, most_memory_bytes = 1024 * 1024 * 1024;

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string random_bytes(std::size_t count)
{
    std::string out(count, '\0');
    randombytes_buf(out.data(), out.size());
    return out;
}

std::string decoded(const std::string& text)
{
    std::string out(text.size(), '\0');
    std::size_t length = 0;
    if (sodium_base642bin(bytes(out), out.size(), text.data(), text.size(), nullptr, &length, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        length = 0;
    out.resize(length);
    return out;
}

Result<std::string> stretched(const Secret& passphrase, std::string_view salt, std::int64_t ops, std::int64_t memory)
{
    std::string key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES, '\0');
    if (crypto_pwhash(bytes(key), key.size(), passphrase.reveal().data(), passphrase.reveal().size(), bytes(salt),
                      static_cast<unsigned long long>(ops), static_cast<std::size_t>(memory),
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(Code::failed, fmt::format("not enough memory for the passphrase: it takes {} MiB", memory >> 20));
    return key;
}

}  // namespace

Result<SealedKey> seal_under(const Secret& passphrase, const Secret& plain, std::string_view place)
{
    if (sodium_init() < 0) return fail(Code::failed, "libsodium has no source of randomness");
    if (!valid_utf8(passphrase.reveal()) || code_points(passphrase.reveal()) < shortest_passphrase)
        return fail(Code::invalid, fmt::format("the passphrase must have at least {} characters", shortest_passphrase));
    auto salt = random_bytes(crypto_pwhash_SALTBYTES), nonce = random_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    auto key = stretched(passphrase, salt, operations, memory_bytes);
    if (!key) return fail(key.error());
    std::string box(plain.reveal().size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(box), nullptr, bytes(plain.reveal()), plain.reveal().size(),
                                               bytes(place), place.size(), nullptr, bytes(nonce), bytes(*key));
    return SealedKey{operations, memory_bytes, base64url(salt), base64url(nonce), base64url(box)};
}

Result<Secret> open_under(const Secret& passphrase, const SealedKey& sealed, std::string_view place)
{
    if (sodium_init() < 0) return fail(Code::failed, "libsodium has no source of randomness");
    auto salt = decoded(sealed.salt), nonce = decoded(sealed.nonce), box = decoded(sealed.box);
    bool sound = salt.size() == crypto_pwhash_SALTBYTES && nonce.size() == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
                 box.size() >= crypto_aead_xchacha20poly1305_ietf_ABYTES && sealed.operations >= 1 &&
                 sealed.operations <= most_operations &&
                 sealed.memory_bytes >= static_cast<std::int64_t>(crypto_pwhash_MEMLIMIT_MIN) &&
                 sealed.memory_bytes <= most_memory_bytes;
    if (!sound) return fail(Code::failed, "the sealed master key is damaged");
    auto key = stretched(passphrase, salt, sealed.operations, sealed.memory_bytes);
    if (!key) return fail(key.error());
    std::string plain(box.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), nullptr, nullptr, bytes(box), box.size(), bytes(place),
                                                   place.size(), bytes(nonce), bytes(*key)) != 0)
        return fail(Code::invalid, "this is not the passphrase under which the master key was sealed");
    return Secret(std::move(plain));
}

}  // namespace smg::backup
