#include "base/crypto.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/random.hpp"

namespace smg {
namespace {

constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

void need_sodium()
{
    if (sodium_init() < 0) throw std::runtime_error("libsodium has no source of randomness");
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Whole or not at all: a process that dies in between leaves no empty key behind. Leaves a key that is there already.
Result<void> make_key_file(const std::string& path)
{
    if (::access(path.c_str(), F_OK) == 0) return {};
    auto draft = fmt::format("{}.{}", path, random_uuid());
    int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0) return fail(Code::failed, fmt::format("cannot make the master key file {}: {}", path, std::strerror(errno)));
    auto key = base64url(random_bytes(key_bytes)) + "\n";
    bool kept = ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(fd) == 0;
    ::close(fd);
    kept = kept && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
    int problem = errno;
    ::unlink(draft.c_str());
    if (!kept) return fail(Code::failed, fmt::format("cannot write the master key to {}: {}", path, std::strerror(problem)));
    return {};
}

}  // namespace

std::string hex(std::string_view raw)
{
    std::string out(raw.size() * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), bytes(raw), raw.size());
    out.pop_back();
    return out;
}

std::string base64url(std::string_view raw)
{
    std::string out(sodium_base64_encoded_len(raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes(raw), raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out.resize(std::strlen(out.c_str()));
    return out;
}

std::optional<std::string> from_base64url(std::string_view text)
{
    // libsodium takes the byte 0xFF for `_`.
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x7F; })) return std::nullopt;
    std::string out(text.size(), '\0');
    std::size_t length = 0;
    if (sodium_base642bin(bytes(out), out.size(), text.data(), text.size(), nullptr, &length, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return std::nullopt;
    out.resize(length);
    return out;
}

std::string sha256_hex(std::string_view data)
{
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(bytes(digest), bytes(data), data.size());
    return hex(digest);
}

std::string hmac_sha256(std::string_view key, std::string_view data)
{
    std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes(data), data.size());
    crypto_auth_hmacsha256_final(&state, bytes(digest));
    return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

MasterKey::MasterKey(std::string key) : bytes_(std::move(key)), id_(sha256_hex("smgcrm-key-id" + bytes_).substr(0, 8)) {}

MasterKey MasterKey::random() { return MasterKey(random_bytes(key_bytes)); }

Result<MasterKey> MasterKey::load_or_create(const std::filesystem::path& file)
{
    need_sodium();
    auto path = file.string();
    if (auto made = make_key_file(path); !made) return fail(made.error());
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(Code::failed, fmt::format("cannot read the master key {}: {}", path, std::strerror(errno)));
    std::string text(256, '\0');
    auto length = ::read(fd, text.data(), text.size());
    ::close(fd);
    text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    auto key = from_base64url(text);
    if (!key || key->size() != key_bytes)
        return fail(Code::failed,
                    fmt::format("{} is not a master key of this program; restore it from where it is kept", path));
    return MasterKey(std::move(*key));
}

std::string MasterKey::seal(const Secret& plain, std::string_view place) const
{
    auto nonce = random_bytes(nonce_bytes);
    std::string box(plain.reveal().size() + tag_bytes, '\0');
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(box), nullptr, bytes(plain.reveal()), plain.reveal().size(),
                                               bytes(place), place.size(), nullptr, bytes(nonce), bytes(bytes_));
    return fmt::format("v1.{}.{}", id_, base64url(nonce + box));
}

std::optional<Secret> MasterKey::open(std::string_view sealed, std::string_view place) const
{
    auto prefix = fmt::format("v1.{}.", id_);
    if (!sealed.starts_with(prefix)) return std::nullopt;
    auto raw = from_base64url(sealed.substr(prefix.size()));
    if (!raw || raw->size() < nonce_bytes + tag_bytes) return std::nullopt;
    std::string_view nonce(raw->data(), nonce_bytes), box(raw->data() + nonce_bytes, raw->size() - nonce_bytes);
    std::string plain(box.size() - tag_bytes, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), nullptr, nullptr, bytes(box), box.size(), bytes(place),
                                                   place.size(), bytes(nonce), bytes(bytes_)) != 0)
        return std::nullopt;
    return Secret(std::move(plain));
}

std::string random_bytes(std::size_t count)
{
    need_sodium();
    std::string out(count, '\0');
    randombytes_buf(out.data(), out.size());
    return out;
}

std::string random_token() { return base64url(random_bytes(32)); }

std::string random_uuid()
{
    auto raw = random_bytes(16);
    raw[6] = static_cast<char>((raw[6] & 0x0F) | 0x40);
    raw[8] = static_cast<char>((raw[8] & 0x3F) | 0x80);
    auto h = hex(raw);
    return fmt::format("{}-{}-{}-{}-{}", h.substr(0, 8), h.substr(8, 4), h.substr(12, 4), h.substr(16, 4), h.substr(20));
}

std::uint32_t random_below(std::uint32_t bound)
{
    need_sodium();
    return bound == 0 ? 0 : randombytes_uniform(bound);
}

}  // namespace smg
