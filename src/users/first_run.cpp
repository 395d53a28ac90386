#include "users/first_run.hpp"

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "users/user_store.hpp"

namespace smg::users {

Async<bool> FirstRun::needed()
{
    auto look = [](db::Tx& tx) { return is_empty(tx); };
    co_return co_await db_.read(std::move(look));
}

Async<std::optional<Secret>> FirstRun::begin()
{
    if (!co_await needed()) co_return std::nullopt;
    Secret token(random_token());
    token_hash_ = sha256_hex(token.reveal());
    co_return token;
}

bool FirstRun::opens(std::string_view token) const
{
    return !token_hash_.empty() && equal_in_constant_time(sha256_hex(token), token_hash_);
}

}  // namespace smg::users
