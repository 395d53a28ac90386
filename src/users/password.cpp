#include "users/password.hpp"

#include <crypt.h>
#include <glib.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "embedded/common_passwords.hpp"

namespace smg::users {
namespace {

constexpr std::size_t shortest = 8, longest = 128;  // characters
constexpr auto operations = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr auto memory = crypto_pwhash_MEMLIMIT_INTERACTIVE;

// Half-width, composed or in pieces: a phone and a desk may write the same letter differently.
std::string normalized(const std::string& text)
{
    std::unique_ptr<char, decltype(&g_free)> form(
        g_utf8_normalize(text.data(), static_cast<gssize>(text.size()), G_NORMALIZE_NFC), g_free);
    return form ? std::string(form.get()) : text;
}

// The first line that is not before `text`, by halves.
bool has_line(std::string_view lines, std::string_view text)
{
    while (!lines.empty()) {
        auto begin = lines.rfind('\n', lines.size() / 2);
        begin = begin == std::string_view::npos ? 0 : begin + 1;
        auto line = lines.substr(begin, lines.find('\n', begin) - begin);
        if (line == text) return true;
        if (text < line) lines = lines.substr(0, begin);
        else lines.remove_prefix(std::min(lines.size(), begin + line.size() + 1));
    }
    return false;
}

bool is_common(const std::string& text) { return has_line(embedded::common_passwords().front().bytes, lowered(text)); }

bool is_laravels(const std::string& hash)
{
    return hash.starts_with("$2y$") || hash.starts_with("$2a$") || hash.starts_with("$2b$");
}

bool is_laravel_password(const std::string& password, const std::string& hash)
{
    auto place = std::make_unique<crypt_data>();  // 32 KiB
    auto made = crypt_r(password.c_str(), hash.c_str(), place.get());
    return made && equal_in_constant_time(made, hash);
}

// What an unknown person's password is compared with, at the same cost: random bytes, so that no password fits.
const std::string nobodys_hash =
    "$argon2id$v=19$m=65536,t=2,p=1$EL6GVRQXZyu6PzwVcZYzaQ$CMXSCiczkpFcWJpP64HM+/7R2uZxIKVd9dNkgvFtl2c";

}  // namespace

Result<std::string> hash_password(const Secret& password)
{
    auto text = normalized(password.reveal());
    auto length = code_points(text);
    if (!valid_utf8(text) || length < shortest || length > longest)
        return fail_field("password", "The password must have 8 to 128 characters.");
    if (is_common(text)) return fail_field("password", "This password is in lists of stolen ones: choose another.");
    std::string hash(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(hash.data(), text.data(), text.size(), operations, memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("not enough memory to hash a password");
    hash.resize(hash.find('\0'));
    return hash;
}

bool is_password(const Secret& password, const std::string& hash)
{
    if (is_laravels(hash)) return is_laravel_password(password.reveal(), hash);  // PHP knows no forms of letters
    auto text = normalized(password.reveal());
    const auto& compared = hash.empty() ? nobodys_hash : hash;
    bool same = crypto_pwhash_str_verify(compared.c_str(), text.data(), text.size()) == 0;
    return same && !hash.empty();
}

bool is_outdated(const std::string& hash)
{
    return is_laravels(hash) || crypto_pwhash_str_needs_rehash(hash.c_str(), operations, memory) != 0;
}

Async<Result<std::string>> PasswordDesk::hash(Secret password)
{
    auto work = [password = std::move(password)] { return hash_password(password); };
    co_return co_await threads_.run(std::move(work));
}

Async<bool> PasswordDesk::verify(Secret password, std::string hash)
{
    ++verified_;
    auto work = [password = std::move(password), hash = std::move(hash)] { return is_password(password, hash); };
    co_return co_await threads_.run(std::move(work));
}

}  // namespace smg::users
