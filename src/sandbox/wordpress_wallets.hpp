#pragma once

#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/money.hpp"
#include "sandbox/fields.hpp"

namespace smg::sandbox {

/// An error in WordPress's form.
RawReply wordpress_error(int status, std::string_view code, std::string_view message, json::object more = {});

/// The wallets of a shop's users, and every change of them once for each operation id.
class Wallets {
public:
    Wallets(const Clock& clock, std::string currency);

    /// GET get-user-balance/
    RawReply find(const Fields& asked) const;
    /// POST set-user-balance/
    RawReply change(const Fields& asked);

    json::array ledger() const { return ledger_; }
    /// As they were at the beginning.
    void reset();
    void set(std::int64_t user, Money balance);

private:
    struct User {
        std::int64_t id = 0;
        std::string login, email, name;
        Money balance;
    };
    struct Decided {
        std::string asked;
        RawReply reply;
    };

    const User* user_in(const Fields& asked) const;
    json::object shown(const User& user) const;
    RawReply decide(User& user, const Fields& asked, Money amount);

    const Clock& clock_;
    const std::string currency_;
    std::map<std::int64_t, User> users_;
    std::map<std::string, Decided> decided_;  // by operation id
    json::array ledger_;
};

}  // namespace smg::sandbox
