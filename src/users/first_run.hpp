#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/secret.hpp"
#include "db/database.hpp"

namespace smg::users {

/// Who may make the first account: whoever reads the link that the program prints when there is none. Its token is made anew
/// at each start, and is of no use once there is an account.
class FirstRun {
public:
    explicit FirstRun(db::Database& db) : db_(db) {}

    /// The token to print, when there is no account yet.
    Async<std::optional<Secret>> begin();

    Async<bool> needed();
    bool opens(std::string_view token) const;

private:
    db::Database& db_;
    std::string token_hash_;
};

}  // namespace smg::users
