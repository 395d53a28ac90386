#pragma once

#include <atomic>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/blocking_pool.hpp"

namespace smg::users {

/// argon2id with libsodium's interactive cost (64 MiB), as its own `$argon2id$…` string; takes about 90 ms, so never on an
/// I/O thread. Fails when the password has not 8 to 128 characters, or is one of those that stolen lists hold most. The same
/// letters are the same password however they were typed (Unicode's NFC).
Result<std::string> hash_password(const Secret& password);

/// Whether the password is the one that was hashed: by us, or by Laravel (`$2y$`). Takes as long as hashing.
bool is_password(const Secret& password, const std::string& hash);

/// Whether the hash is of a kind or a cost that hash_password() does not make any more.
bool is_outdated(const std::string& hash);

/// Passwords are hashed two at a time, since each takes 64 MiB: a hundred people who sign in at once wait for each other.
class PasswordDesk {
public:
    PasswordDesk() = default;

    Async<Result<std::string>> hash(Secret password);

    /// One verification, whoever is asked about: an empty hash, for someone who is not there, takes as long as any other.
    Async<bool> verify(Secret password, std::string hash);

    /// How many verifications there were; tests count them.
    std::int64_t verified() const { return verified_; }

private:
    static constexpr std::size_t at_once = 2;
    std::atomic<std::int64_t> verified_ = 0;
    net::BlockingPool threads_{at_once};
};

}  // namespace smg::users
