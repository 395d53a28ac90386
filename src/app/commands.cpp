#include "app/commands.hpp"

#include <fmt/core.h>

#include <array>

#include "app/data_home.hpp"
#include "audit/audit_log.hpp"
#include "base/text.hpp"
#include "http/caller.hpp"
#include "notices/notice_store.hpp"
#include "orders/reconcile.hpp"
#include "settings/settings.hpp"
#include "sites/site_store.hpp"
#include "sites/token_store.hpp"
#include "suppliers/provider_store.hpp"
#include "users/password.hpp"
#include "users/user_store.hpp"

namespace smg {
namespace {

constexpr std::string_view actor = "command line";
constexpr std::size_t longest_name = 255;

void note(db::Tx& tx, Time now, std::string_view action, const std::string& subject)
{
    audit::note(tx, now, {"command", std::string(actor)}, action, subject);
}

struct SiteAdd {
    std::string url, name, currency;
    bool allow_private = false;
};
BOOST_DESCRIBE_STRUCT(SiteAdd, (), (url, name, currency, allow_private))

Result<std::string> site_add(CommandDesk desk, SiteAdd in)
{
    return desk.db.write_now([&](db::Tx& tx) -> Result<std::string> {
        auto now = desk.clock.now();
        auto site = sites::add_site(tx, now, {in.url, in.name, in.currency, in.allow_private});
        if (!site) return fail(site.error());
        auto token = sites::issue_site_token(tx, desk.master, now, site->id, "made with the site");
        note(tx, now, "site.add", fmt::format("site {}", site->id.value));
        return fmt::format(R"({{"id":{},"token":"{}"}})", site->id.value, token.reveal());
    });
}

struct SupplierAdd {
    std::string supplier_id, name, url, key, flavor;
    bool allow_private = false;
};
BOOST_DESCRIBE_STRUCT(SupplierAdd, (), (supplier_id, name, url, key, flavor, allow_private))

Result<std::string> supplier_add(CommandDesk desk, SupplierAdd in)
{
    auto flavor = suppliers::flavor_of(in.flavor);
    if (!flavor) return fail(flavor.error());
    return desk.db.write_now([&](db::Tx& tx) -> Result<std::string> {
        auto now = desk.clock.now();
        auto provider = suppliers::add_provider(
            tx, desk.master, now, {in.supplier_id, in.name, in.url, Secret(in.key), *flavor, in.allow_private});
        if (!provider) return fail(provider.error());
        note(tx, now, "supplier.add", fmt::format("supplier {}", provider->id.value));
        return fmt::format(R"({{"id":{}}})", provider->id.value);
    });
}

struct UserAdd {
    std::string email, name, role, password;
};
BOOST_DESCRIBE_STRUCT(UserAdd, (), (email, name, role, password))

Result<std::string> user_add(CommandDesk desk, UserAdd in)
{
    auto hash = users::hash_password(Secret(in.password));
    if (!hash) return fail(hash.error());
    return desk.db.write_now([&](db::Tx& tx) -> Result<std::string> {
        auto now = desk.clock.now();
        auto user = users::add_user(tx, now, {in.email, in.name, in.role, *hash});
        if (!user) return fail(user.error());
        note(tx, now, "user.add", fmt::format("user {}", user->value));
        return fmt::format(R"({{"id":{}}})", user->value);
    });
}

struct TokenAdd {
    std::string role, name;
};
BOOST_DESCRIBE_STRUCT(TokenAdd, (), (role, name))

Result<std::string> token_add(CommandDesk desk, TokenAdd in)
{
    if (!from_word<http::Role>(in.role)) return fail_field("role", "the role must be admin, manager or user");
    if (in.name.empty()) return fail_field("name", "a token needs a name, so that its use can be told apart");
    if (code_points(in.name) > longest_name)
        return fail_field("name", "the name of a token must have at most 255 characters");
    return desk.db.write_now([&](db::Tx& tx) -> Result<std::string> {
        auto now = desk.clock.now();
        auto token = sites::issue_role_token(tx, now, in.role, in.name);
        note(tx, now, "token.add", fmt::format("{} token {}", in.role, in.name));
        return fmt::format(R"({{"token":"{}"}})", token.reveal());
    });
}

struct SettingGet {
    std::string key;
};
BOOST_DESCRIBE_STRUCT(SettingGet, (), (key))

Result<std::string> setting_get(CommandDesk desk, SettingGet in)
{
    return desk.db.read_now([&](db::Tx& tx) { return settings::shown(tx, desk.master, in.key); });
}

struct SettingSet {
    std::map<std::string, std::string> values;  // by key
};
BOOST_DESCRIBE_STRUCT(SettingSet, (), (values))

// All of them or none.
Result<std::string> setting_set(CommandDesk desk, SettingSet in)
{
    return desk.db.write_now([&](db::Tx& tx) -> Result<std::string> {
        auto now = desk.clock.now();
        for (const auto& [key, value] : in.values) {
            auto changed = settings::change(tx, desk.master, now, key, value, std::string(actor));
            if (!changed) return fail(changed.error());
            if (key.starts_with("telegram."))
                notices::settings_changed(tx, now);  // what could not be delivered has a new chance
            note(tx, now, "setting.set", key);
        }
        return std::string();
    });
}

struct MigrateStatus {};
BOOST_DESCRIBE_STRUCT(MigrateStatus, (), ())

Result<std::string> migrate_status(CommandDesk desk, MigrateStatus)
{
    auto states = db::migration_states(desk.db, embedded_migrations(desk.db.dialect()));
    if (!states) return fail(states.error());
    std::string out;
    for (const auto& state : *states)
        out += fmt::format("{}{} {}/{}", out.empty() ? "" : "\n", state.name, state.done, state.total);
    return out;
}

struct JournalStatus {};
BOOST_DESCRIBE_STRUCT(JournalStatus, (), ())

Result<std::string> journal_status(CommandDesk desk, JournalStatus)
{
    settings::Settings settings(desk.db, desk.master);
    return json::text_of(json::from(orders::journal_status({desk.db, desk.clock, settings, desk.journal, desk.node_id})));
}

struct AcceptDamage {};
BOOST_DESCRIBE_STRUCT(AcceptDamage, (), ())

Result<std::string> journal_accept_damage(CommandDesk desk, AcceptDamage)
{
    settings::Settings settings(desk.db, desk.master);
    settings.reload();
    auto done = orders::accept_damage({desk.db, desk.clock, settings, desk.journal, desk.node_id});
    if (!done) return done;
    auto noted = desk.db.write_now([&](db::Tx& tx) -> Result<void> {
        note(tx, desk.clock.now(), "journal.accept_damage", desk.journal.string());
        return {};
    });
    if (!noted) return fail(noted.error());
    return done;
}

template <class In>
Result<std::string> called(Result<std::string> (*command)(CommandDesk, In), CommandDesk desk, const json::object& options)
{
    auto in = json::to<In>(options, json::Extra::refused);
    if (!in) return fail(in.error());
    return command(desk, std::move(*in));
}

template <auto Command>
Result<std::string> run(CommandDesk desk, const json::object& options)
{
    return called(Command, desk, options);
}

struct Row {
    std::string_view name;
    Result<std::string> (*run)(CommandDesk, const json::object&);
};

constexpr auto rows = std::to_array<Row>({
    {"site add", run<site_add>},
    {"supplier add", run<supplier_add>},
    {"user add", run<user_add>},
    {"token add", run<token_add>},
    {"setting get", run<setting_get>},
    {"setting set", run<setting_set>},
    {"migrate", run<migrate_status>},
    {"journal status", run<journal_status>},
    {accept_damage_command, run<journal_accept_damage>},
});

}  // namespace

Result<std::string> run_command(CommandDesk desk, std::string_view name, const json::object& options)
{
    for (const auto& row : rows)
        if (row.name == name) return row.run(desk, options);
    if (name == routes_command) return fail(Code::failed, "start the server first: the table is that of a running program");
    return fail(Code::not_found, fmt::format("this version knows no command `{}`", name));
}

}  // namespace smg
