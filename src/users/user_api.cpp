#include "users/user_api.hpp"

#include <fmt/core.h>

#include "http/bind.hpp"
#include "users/access.hpp"
#include "users/second_factor.hpp"

namespace smg::users {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

json::object shown(db::Tx& tx, const User& user)
{
    auto access = access_of(tx, user.id);
    json::object out;
    out["id"] = user.id.value;
    out["name"] = user.name;
    out["email"] = user.email;
    out["role"] = word(user.role);
    out["is_active"] = user.is_active;
    out["edits_wallets"] = user.edits_wallets;
    out["locale"] = user.locale;
    out["totp_enabled"] = user.totp_secret.has_value();
    out["last_seen_at"] = json::from(user.last_seen_at);
    out["created_at"] = json::from(user.created_at);
    out["site_ids"] = json::from(access.sites);
    out["site_group_ids"] = json::from(access.groups);
    out["managed_site_ids"] = json::from(managed_sites(user.managed_sites.value_or("")));
    out["all_sites"] = user.role == http::Role::admin;
    return out;
}

json::object shown(const PeopleDesk& desk, const ResetLink& link)
{
    json::object out;
    out["url"] = fmt::format("{}/reset#{}", desk.base_url, link.token.reveal());
    out["expires_at"] = iso(link.expires_at);
    return out;
}

void note(db::Tx& tx, const PeopleDesk& desk, const Caller& caller, std::string_view action, UserId subject,
          std::string_view detail = {})
{
    audit::note(tx, desk.clock.now(), audit::actor_of(caller), action, fmt::format("user {}", subject.value), detail);
}

std::unexpected<Error> nobody() { return fail(Code::not_found, "There is no such user."); }

// Another's e-mail is told at the field; that the last administrator must stay is not the field's fault.
std::unexpected<Error> at_the_field(Error error, bool email_given)
{
    if (error.code == Code::conflict && email_given && error.message.contains("e-mail"))
        return fail_field("email", "The email has already been taken.");
    return fail(std::move(error));
}

// GET /api/v1/users
Async<Result<json::object>> list(PeopleDesk& desk)
{
    auto look = [](db::Tx& tx) {
        json::array rows;
        for (const auto& user : all_users(tx)) rows.push_back(shown(tx, user));
        return http::data_of(std::move(rows));
    };
    co_return co_await desk.db.read(std::move(look));
}

struct Add {
    std::string name, email, role;
    std::optional<std::string> password;
    std::optional<std::vector<SiteId>> site_ids;
    std::optional<std::vector<std::int64_t>> site_group_ids;
};
BOOST_DESCRIBE_STRUCT(Add, (), (name, email, role, password, site_ids, site_group_ids))

// POST /api/v1/users: without a password a link comes back by which the person sets one.
Async<Result<http::Reply<json::object>>> add(PeopleDesk& desk, Caller caller, Add in)
{
    std::string password_hash;
    if (in.password) {
        auto hash = co_await desk.passwords.hash(Secret(*in.password));
        if (!hash) co_return fail(hash.error());
        password_hash = std::move(*hash);
    }
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto now = desk.clock.now();
        auto id = add_user(tx, now, {in.email, in.name, in.role, password_hash});
        if (!id) return at_the_field(id.error(), true);
        if (auto given = give_access(tx, now, *id, in.site_ids, in.site_group_ids); !given) return fail(given.error());
        note(tx, desk, caller, "user.add", *id, in.role);
        auto out = shown(tx, *find_user(tx, *id));
        if (!in.password) out["reset_link"] = shown(desk, issue_reset_link(tx, now, *id));
        return http::Reply<json::object>{http::data_of(std::move(out)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct Edit {
    UserId id;
    std::optional<std::string> name, email, role;
    std::optional<bool> is_active, edits_wallets;
    std::optional<std::vector<SiteId>> site_ids;
    std::optional<std::vector<std::int64_t>> site_group_ids;
};
BOOST_DESCRIBE_STRUCT(Edit, (), (id, name, email, role, is_active, edits_wallets, site_ids, site_group_ids))

// What the audit log says of a change, e.g. `role user → manager, sites`.
std::string difference(const User& before, const User& after, const Edit& in)
{
    std::string text;
    auto add_words = [&](std::string words) { text += (text.empty() ? "" : ", ") + std::move(words); };
    if (before.role != after.role) add_words(fmt::format("role {} → {}", word(before.role), word(after.role)));
    if (before.edits_wallets != after.edits_wallets)
        add_words(after.edits_wallets ? "may change wallets" : "may not change wallets");
    if (before.is_active != after.is_active) add_words(after.is_active ? "switched on" : "switched off");
    if (before.email != after.email) add_words("e-mail");
    if (before.name != after.name) add_words("name");
    if (in.site_ids || in.site_group_ids) add_words("sites");
    return text;
}

// PATCH /api/v1/users/{id}: acts on the person's next request.
Async<Result<json::object>> change(PeopleDesk& desk, Caller caller, Edit in)
{
    auto write = [&](db::Tx& tx) -> Result<json::object> {
        auto now = desk.clock.now();
        auto user = find_user(tx, in.id);
        if (!user) return nobody();
        auto changed = change_user(tx, now, *user,
                                   {.name = in.name,
                                    .email = in.email,
                                    .role = in.role,
                                    .is_active = in.is_active,
                                    .edits_wallets = in.edits_wallets});
        if (!changed) return at_the_field(changed.error(), in.email.has_value());
        if (auto given = give_access(tx, now, in.id, in.site_ids, in.site_group_ids); !given) return fail(given.error());
        if (!changed->is_active) end_other_sessions(tx, now, in.id, std::nullopt);
        if (auto detail = difference(*user, *changed, in); !detail.empty())
            note(tx, desk, caller, "user.change", in.id, detail);
        return http::data_of(shown(tx, *find_user(tx, in.id)));
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneUser {
    UserId id;
};
BOOST_DESCRIBE_STRUCT(OneUser, (), (id))

// POST /api/v1/users/{id}/reset-links: earlier links of the person are good for nothing from now on.
Async<Result<http::Reply<json::object>>> add_link(PeopleDesk& desk, Caller caller, OneUser in)
{
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        if (!find_user(tx, in.id)) return nobody();
        note(tx, desk, caller, "user.reset_link", in.id);
        return http::Reply<json::object>{http::data_of(shown(desk, issue_reset_link(tx, desk.clock.now(), in.id))), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

// DELETE /api/v1/users/{id}/totp: for one who has lost both the app and the codes.
Async<Result<void>> end_totp(PeopleDesk& desk, Caller caller, OneUser in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!find_user(tx, in.id)) return nobody();
        remove_totp(tx, in.id);
        note(tx, desk, caller, "user.totp_off", in.id);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// DELETE /api/v1/users/{id}/sessions
Async<Result<void>> end_sessions(PeopleDesk& desk, Caller caller, OneUser in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!find_user(tx, in.id)) return nobody();
        end_other_sessions(tx, desk.clock.now(), in.id, std::nullopt);
        note(tx, desk, caller, "user.sessions_ended", in.id);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ShownUser {
    UserId id;
    std::string name, email;
    http::Role role = http::Role::user;
    bool is_active = true, edits_wallets = false;
    std::string locale;
    bool totp_enabled = false;
    std::optional<Time> last_seen_at, created_at;
    std::vector<SiteId> site_ids;
    std::vector<std::int64_t> site_group_ids;
    std::vector<SiteId> managed_site_ids;
    bool all_sites = false;
};
BOOST_DESCRIBE_STRUCT(ShownUser, (),
                      (id, name, email, role, is_active, edits_wallets, locale, totp_enabled, last_seen_at, created_at,
                       site_ids, site_group_ids, managed_site_ids, all_sites))

struct ShownLink {
    std::string url;
    Time expires_at;
};
BOOST_DESCRIBE_STRUCT(ShownLink, (), (url, expires_at))

struct AddedUser : ShownUser {
    std::optional<ShownLink> reset_link;
};
BOOST_DESCRIBE_STRUCT(AddedUser, (ShownUser), (reset_link))

}  // namespace

http::Routes user_routes(PeopleDesk& desk)
{
    return {
        {Method::GET, "/api/v1/users", Access::admin, http::bind<list>(desk),
         http::about("All people with their role and the sites that they see").gives<List<ShownUser>>()},
        {Method::POST, "/api/v1/users", Access::admin, http::bind<add>(desk),
         http::about("Adds a person")
             .more("Without a password the answer has a link by which the person sets one.")
             .gives<Data<AddedUser>>(201)
             .example(R"({"name":"Ann","email":"ann@example.com","role":"manager","site_ids":[]})")},
        {Method::PATCH, "/api/v1/users/{id}", Access::admin, http::bind<change>(desk),
         http::about("Changes a person")
             .more("It acts on their next request; who is switched off is signed out everywhere.")
             .gives<Data<ShownUser>>()
             .example(R"({"role":"user"})")},
        {Method::POST, "/api/v1/users/{id}/reset-links", Access::admin, http::bind<add_link>(desk),
         http::about("Makes a link by which a person sets a new password")
             .more("Earlier links of the person are good for nothing from now on.")
             .gives<Data<ShownLink>>(201)},
        {Method::DELETE, "/api/v1/users/{id}/totp", Access::admin, http::bind<end_totp>(desk),
         http::about("Removes the second factor of who has lost both the app and the codes")},
        {Method::DELETE, "/api/v1/users/{id}/sessions", Access::admin, http::bind<end_sessions>(desk),
         http::about("Signs a person out of all browsers")},
    };
}

}  // namespace smg::users
