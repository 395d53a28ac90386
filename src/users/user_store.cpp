#include "users/user_store.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"

namespace smg::users {

Result<std::string> hash_password(const Secret& password)
{
    constexpr std::size_t shortest = 8, longest = 128;
    const auto& text = password.reveal();
    auto length = code_points(text);
    if (!valid_utf8(text) || length < shortest || length > longest)
        return fail_field("password", "The password must have 8 to 128 characters.");
    std::string hash(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(hash.data(), text.data(), text.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("not enough memory to hash a password");
    hash.resize(hash.find('\0'));
    return hash;
}

Result<UserId> add_user(db::Tx& tx, Time now, const NewUser& user)
{
    constexpr std::size_t longest = 255;
    auto email = lowered(trimmed(user.email));
    auto name = std::string(trimmed(user.name));
    auto at = email.find('@');
    if (!valid_utf8(email) || email.size() > longest || at == std::string::npos || at == 0 || at + 1 == email.size() ||
        email.find('@', at + 1) != std::string::npos ||
        std::ranges::any_of(email, [](unsigned char c) { return c <= ' ' || c == 0x7F; }))
        return fail_field("email", "The email must be a valid email address.");
    if (name.empty() || !valid_utf8(name) || code_points(name) > longest)
        return fail_field("name", "The name must have 1 to 255 characters.");
    if (user.role != "admin" && user.role != "manager" && user.role != "user")
        return fail_field("role", "The role must be admin, manager or user.");
    if (!tx.insert_new("INSERT INTO users (name, email, password, role, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                       name, email, user.password_hash, user.role, now, now))
        return fail(Code::conflict, "a user with the e-mail " + email + " is there already");
    return *tx.first<UserId>("SELECT id FROM users WHERE email = ?", email);
}

}  // namespace smg::users
