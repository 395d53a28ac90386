#include "app/cli.hpp"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>

#include "app/backup_commands.hpp"
#include "app/commands.hpp"
#include "app/control.hpp"
#include "app/data_home.hpp"
#include "app/demo.hpp"
#include "app/given.hpp"
#include "app/reference.hpp"
#include "app/serve.hpp"
#include "app/simulate.hpp"
#include "app/version.hpp"
#include "base/failpoint.hpp"
#include "base/log.hpp"
#include "http/openapi.hpp"

namespace smg {
namespace {

/// Here when nobody else holds the directory, else by the server that does.
Result<std::string> run_where_the_data_is(const Config& config, std::string_view name, const json::object& options)
{
    auto lock = DirectoryLock::try_lock(config.data);
    if (!lock) return fail(lock.error());
    if (!*lock) {
        auto answer = ask_server(config.control_socket(), name, options);
        if (answer) return std::move(*answer);
        return fail(Code::failed,
                    fmt::format("another process uses {} but takes no commands at {}: wait until it is ready or has stopped",
                                config.data.string(), config.control_socket().string()));
    }
    SystemClock clock;
    auto home = DataHome::open(config, clock, std::move(**lock));
    if (!home) return fail(home.error());
    return run_command({*home->db, clock, home->master, config.journal_folder(), home->node_id}, name, options);
}

int print(const Result<std::string>& result)
{
    if (!result) return failure(result.error().message);
    if (!result->empty()) std::cout << *result << '\n';
    return 0;
}

int run_data_command(const Given& given, std::string_view name, const json::object& options)
{
    auto config = configuration(given);
    if (!config) return failure(config.error().message);
    return print(run_where_the_data_is(*config, name, options));
}

/// One command of the tables below while it is read.
struct Pending {
    std::shared_ptr<Given> given = std::make_shared<Given>();
    std::shared_ptr<json::object> options = std::make_shared<json::object>();
};

void text_option(CLI::App& command, Pending& pending, const std::string& flag, const std::string& key,
                 const std::string& help, bool required = true)
{
    auto options = pending.options;
    auto option = command.add_option_function<std::string>(
        flag, [options, key](const std::string& value) { (*options)[key] = value; }, help);
    if (required) option->required();
}

void flag_option(CLI::App& command, Pending& pending, const std::string& flag, const std::string& key,
                 const std::string& help)
{
    auto options = pending.options;
    (*options)[key] = false;
    command.add_flag_callback(flag, [options, key] { (*options)[key] = true; }, help);
}

/// A command that changes or reads data; `code` gets its exit code.
Pending data_command(CLI::App& parent, const std::string& word, const std::string& help, const std::string& name, int& code,
                     CLI::App*& command)
{
    command = parent.add_subcommand(word, help);
    Pending pending;
    add_configuration(*command, pending.given, false);
    command->callback([given = pending.given, options = pending.options, name, &code] {
        for (const char* secret : {"key", "password"})
            if (options->erase(std::string(secret) + "_stdin") > 0) (*options)[secret] = from_standard_input();
        code = run_data_command(*given, name, *options);
    });
    return pending;
}

void add_site(CLI::App& app, int& code)
{
    auto site = app.add_subcommand("site", "Shops")->require_subcommand(1);
    CLI::App* add = nullptr;
    auto pending = data_command(*site, "add", "Adds a shop; prints its id and its token, which is shown this once",
                                "site add", code, add);
    text_option(*add, pending, "--url", "url", "Address of the shop");
    text_option(*add, pending, "--name", "name", "Name as people see it");
    text_option(*add, pending, "--currency", "currency", "Code of its currency, e.g. UAH");
    flag_option(*add, pending, "--allow-private", "allow_private", "The shop may be at a private address");
}

void add_supplier(CLI::App& app, int& code)
{
    auto supplier = app.add_subcommand("supplier", "Suppliers")->require_subcommand(1);
    CLI::App* add = nullptr;
    auto pending =
        data_command(*supplier, "add", "Adds a supplier's API and maps a supplier id to it", "supplier add", code, add);
    text_option(*add, pending, "--supplier-id", "supplier_id", "The id by which the shops name the supplier");
    text_option(*add, pending, "--name", "name", "Name as people see it");
    text_option(*add, pending, "--url", "url", "Address of the API, e.g. https://supplier.example/api/v2");
    auto key = add->add_option_group("key")->require_option(1);
    auto options = pending.options;
    (*options)["flavor"] = "perfectpanel";
    key->add_option_function<std::string>(
        "--key", [options](const std::string& value) { (*options)["key"] = value; }, "The API key");
    key->add_flag_callback(
        "--key-stdin", [options] { (*options)["key_stdin"] = true; }, "Read the API key from standard input");
    text_option(*add, pending, "--flavor", "flavor", "Dialect of the API: perfectpanel or smartpanel", false);
    flag_option(*add, pending, "--allow-private", "allow_private", "The API may be at a private address");
}

void add_user(CLI::App& app, int& code)
{
    auto user = app.add_subcommand("user", "People")->require_subcommand(1);
    CLI::App* add = nullptr;
    auto pending = data_command(*user, "add", "Adds an account", "user add", code, add);
    text_option(*add, pending, "--email", "email", "E-mail to sign in with");
    text_option(*add, pending, "--name", "name", "Name as people see it");
    text_option(*add, pending, "--role", "role", "admin, manager or user");
    auto options = pending.options;
    add->add_flag_callback(
           "--password-stdin", [options] { (*options)["password_stdin"] = true; }, "Read the password from standard input")
        ->required();
}

void add_token(CLI::App& app, int& code)
{
    auto token = app.add_subcommand("token", "Tokens for the API")->require_subcommand(1);
    CLI::App* add = nullptr;
    auto pending = data_command(*token, "add", "Makes a token with the rights of a role on all sites; it is shown this once",
                                "token add", code, add);
    text_option(*add, pending, "--role", "role", "admin, manager or user");
    text_option(*add, pending, "--name", "name", "What it is for, as the history shows it");
}

/// `KEY VALUE` as often as wanted, or one KEY whose value comes from standard input.
json::object setting_values(const std::vector<std::string>& words, bool from_stdin)
{
    if (from_stdin ? words.size() != 1 : words.size() % 2 != 0)
        throw CLI::ValidationError("setting set", from_stdin ? "--stdin takes one KEY" : "a KEY without its VALUE");
    if (from_stdin) return {{words.front(), from_standard_input()}};
    json::object values;
    for (std::size_t i = 0; i < words.size(); i += 2) values[words[i]] = words[i + 1];
    return values;
}

void add_setting_set(CLI::App& setting, int& code)
{
    auto command = setting.add_subcommand("set", "Changes settings, all or none");
    auto given = std::make_shared<Given>();
    auto words = std::make_shared<std::vector<std::string>>();
    auto from_stdin = std::make_shared<bool>(false);
    add_configuration(*command, given, false);
    command->add_option("KEY VALUE", *words, "A setting and its new value; more of them may follow")->required();
    command->add_flag("--stdin", *from_stdin,
                      "Read the value of the one KEY from standard input: for secrets, since a command line shows in "
                      "process lists");
    command->callback([given, words, from_stdin, &code] {
        code = run_data_command(*given, "setting set", {{"values", setting_values(*words, *from_stdin)}});
    });
}

void add_setting(CLI::App& app, int& code)
{
    auto setting =
        app.add_subcommand("setting", "Settings that act at once; docs/configuration.md lists them")->require_subcommand(1);
    CLI::App* get = nullptr;
    auto reading = data_command(*setting, "get", "Prints the value in force", "setting get", code, get);
    text_option(*get, reading, "KEY", "key", "The setting");
    add_setting_set(*setting, code);
}

void add_routes(CLI::App& app, int& code)
{
    CLI::App* routes = nullptr;
    data_command(app, "routes", "Prints what the running server answers: method, path, who may", std::string(routes_command),
                 code, routes);
}

void add_openapi(CLI::App& app, int& code)
{
    auto openapi = app.add_subcommand("openapi", "Prints the HTTP API as an OpenAPI 3.1 document");
    auto markdown = std::make_shared<bool>(false);
    openapi->add_flag("--markdown", *markdown, "Print docs/api.md instead");
    openapi->callback([markdown, &code] {
        auto reference = whole_reference();
        if (!reference) {
            code = failure(reference.error().message);
            return;
        }
        std::cout << (*markdown ? http::api_manual(*reference) : json::text_of(*reference) + "\n");
    });
}

void add_journal(CLI::App& app, int& code)
{
    auto journal = app.add_subcommand("journal", "The send journal: what was written to suppliers")->require_subcommand(1);
    CLI::App* status = nullptr;
    data_command(*journal, "status", "Prints how many files there are, how many are open, and what is damaged",
                 "journal status", code, status);
    CLI::App* accept = nullptr;
    data_command(*journal, "accept-damage",
                 "Puts damaged files aside and holds for review whatever looks unsent, so that orders are sent again",
                 std::string(accept_damage_command), code, accept);
}

void add_migrate(CLI::App& app, int& code)
{
    auto migrate = app.add_subcommand("migrate", "Brings the database to this version, as every command does");
    auto given = std::make_shared<Given>();
    auto status = std::make_shared<bool>(false);
    add_configuration(*migrate, given, false);
    migrate->add_flag("--status", *status, "Print each migration with its statements done and in all");
    migrate->callback([given, status, &code] {
        auto config = configuration(*given);
        if (!config) {
            code = failure(config.error().message);
            return;
        }
        auto states = run_where_the_data_is(*config, "migrate", {});
        code = *status || !states ? print(states) : 0;
    });
}

void add_config(CLI::App& app)
{
    auto config = app.add_subcommand("config", "Prints a configuration file with all keys and their defaults");
    auto docs = std::make_shared<bool>(false);
    config->add_flag("--docs", *docs, "Print docs/configuration.md instead");
    config->callback([docs] { std::cout << (*docs ? configuration_manual() : sample_config()); });
}

void add_serve(CLI::App& app, int& code)
{
    auto serve_command = app.add_subcommand("serve", "Runs the program");
    auto given = std::make_shared<Given>();
    add_configuration(*serve_command, given, true);
    serve_command->callback([given, &code] {
        auto config = configuration(*given);
        auto ended = config ? serve(*config) : Result<void>(fail(config.error()));
        code = ended ? 0 : failure(ended.error().message);
    });
    auto demo_command =
        app.add_subcommand("demo", "Runs the program with simulated suppliers and shops, and orders on their way");
    auto demo_given = std::make_shared<Given>();
    add_configuration(*demo_command, demo_given, true);
    demo_command->callback([demo_given, &code] {
        auto ended = demo(demo_given->values, demo_given->file);
        code = ended ? 0 : failure(ended.error().message);
    });
}

}  // namespace

int run_command_line(int argc, char** argv)
{
    log::open({});
    if (auto armed = arm_failpoint(); !armed) return failure(armed.error().message);
    CLI::App app("SMG CRM: takes the orders of all your shops and follows each to its end", "smgcrm");
    app.require_subcommand(1);
    int code = 0;
    add_serve(app, code);
    add_migrate(app, code);
    add_site(app, code);
    add_supplier(app, code);
    add_user(app, code);
    add_token(app, code);
    add_setting(app, code);
    add_journal(app, code);
    add_routes(app, code);
    add_openapi(app, code);
    add_backup(app, code);
    add_restore(app, code);
    add_check(app, code);
    add_doctor(app, code);
    add_config(app);
    app.add_subcommand("version", "Prints the version")->callback([] { std::cout << "smgcrm " << version << '\n'; });
    add_simulate(app, code);
    try {
        app.parse(argc, argv);
        return code;
    } catch (const CLI::ParseError& e) {
        constexpr int usage = 2;
        return app.exit(e) == 0 ? 0 : usage;
    } catch (const std::exception& e) {
        return failure(e.what());
    }
}

}  // namespace smg
