#include "users/user_store.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace smg::users {
namespace {

constexpr std::size_t longest = 255;

bool is_email(const std::string& email)
{
    auto at = email.find('@');
    return valid_utf8(email) && email.size() <= longest && at != std::string::npos && at != 0 && at + 1 != email.size() &&
           email.find('@', at + 1) == std::string::npos &&
           std::ranges::none_of(email, [](unsigned char c) { return c <= ' ' || c == 0x7F; });
}

bool is_name(const std::string& name) { return !name.empty() && valid_utf8(name) && code_points(name) <= longest; }

// All that is wrong with an account, of the fields that may be wrong.
std::vector<FieldError> problems(const User& user, const std::string& role)
{
    std::vector<FieldError> wrong;
    if (!is_email(user.email)) wrong.push_back({"email", "The email must be a valid email address."});
    if (!is_name(user.name)) wrong.push_back({"name", "The name must have 1 to 255 characters."});
    if (!from_word<http::Role>(role)) wrong.push_back({"role", "The role must be admin, manager or user."});
    if (user.locale != "uk" && user.locale != "en") wrong.push_back({"locale", "The locale must be uk or en."});
    if (!known_zone(user.time_zone)) wrong.push_back({"time_zone", "The time zone is not known."});
    if (user.theme != "system" && user.theme != "light" && user.theme != "dark")
        wrong.push_back({"theme", "The theme must be system, light or dark."});
    return wrong;
}

std::unexpected<Error> taken(const std::string& email)
{
    Error error{Code::conflict, "a user with the e-mail " + email + " is there already"};
    return fail(std::move(error));
}

bool is_last_admin(db::Tx& tx, const User& user)
{
    if (user.role != http::Role::admin || !user.is_active) return false;
    return *tx.first<std::int64_t>("SELECT COUNT(*) FROM users WHERE role = 'admin' AND is_active = 1 AND id <> ?",
                                   user.id) == 0;
}

}  // namespace

Result<UserId> add_user(db::Tx& tx, Time now, const NewUser& in)
{
    User user;
    user.email = lowered(trimmed(in.email));
    user.name = std::string(trimmed(in.name));
    if (auto wrong = problems(user, in.role); !wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    if (!tx.insert_new("INSERT INTO users (name, email, password, role, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                       user.name, user.email, in.password_hash, in.role, now, now))
        return taken(user.email);
    return *tx.first<UserId>("SELECT id FROM users WHERE email = ?", user.email);
}

std::optional<User> find_user(db::Tx& tx, UserId id) { return tx.find<User>("FROM users WHERE id = ?", id); }

std::optional<User> find_user_by_email(db::Tx& tx, std::string_view email)
{
    return tx.find<User>("FROM users WHERE email = ?", lowered(trimmed(email)));
}

std::vector<User> all_users(db::Tx& tx) { return tx.select<User>("FROM users ORDER BY id"); }

bool is_empty(db::Tx& tx) { return !tx.first<std::int64_t>("SELECT id FROM users LIMIT 1"); }

Result<User> change_user(db::Tx& tx, Time now, const User& user, const UserChange& change)
{
    auto changed = user;
    if (change.name) changed.name = std::string(trimmed(*change.name));
    if (change.email) changed.email = lowered(trimmed(*change.email));
    if (change.locale) changed.locale = *change.locale;
    if (change.time_zone) changed.time_zone = *change.time_zone;
    if (change.theme) changed.theme = *change.theme;
    changed.is_active = change.is_active.value_or(user.is_active);
    changed.edits_wallets = change.edits_wallets.value_or(user.edits_wallets);
    auto role = change.role.value_or(std::string(word(user.role)));
    if (auto wrong = problems(changed, role); !wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    changed.role = *from_word<http::Role>(role);
    bool stays = changed.is_active && changed.role == http::Role::admin;
    if (!stays && is_last_admin(tx, user))
        return fail(Code::conflict, "This is the last active administrator: make another one first.");
    if (changed.email != user.email && find_user_by_email(tx, changed.email)) return taken(changed.email);
    tx.execute(
        "UPDATE users SET name = ?, email = ?, role = ?, locale = ?, time_zone = ?, theme = ?, is_active = ?, edits_wallets "
        "= ?, updated_at = "
        "? "
        "WHERE id = ?",
        changed.name, changed.email, changed.role, changed.locale, changed.time_zone, changed.theme, changed.is_active,
        changed.edits_wallets, now, user.id);
    tx.announce({"users", user.id.value});
    return changed;
}

void set_password(db::Tx& tx, Time now, UserId id, const std::string& hash)
{
    tx.execute("UPDATE users SET password = ?, updated_at = ? WHERE id = ?", hash, now, id);
}

}  // namespace smg::users
