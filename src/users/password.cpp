#include "users/password.hpp"

#include <crypt.h>
#include <sodium.h>

#include <memory>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace smg::users {
namespace {

constexpr std::size_t shortest = 8, longest = 128;  // characters
constexpr auto operations = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr auto memory = crypto_pwhash_MEMLIMIT_INTERACTIVE;

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
    const auto& text = password.reveal();
    auto length = code_points(text);
    if (!valid_utf8(text) || length < shortest || length > longest)
        return fail_field("password", "The password must have 8 to 128 characters.");
    std::string hash(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(hash.data(), text.data(), text.size(), operations, memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("not enough memory to hash a password");
    hash.resize(hash.find('\0'));
    return hash;
}

bool is_password(const Secret& password, const std::string& hash)
{
    const auto& text = password.reveal();
    if (is_laravels(hash)) return is_laravel_password(text, hash);
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
