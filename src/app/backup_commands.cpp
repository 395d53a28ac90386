#include "app/backup_commands.hpp"

#include <iostream>
#include <memory>

#include "app/backup.hpp"
#include "app/check.hpp"
#include "app/control.hpp"
#include "app/data_home.hpp"
#include "app/doctor.hpp"
#include "app/given.hpp"
#include "app/restore.hpp"
#include "base/clock.hpp"

namespace smg {
namespace {

struct Asked {
    Given given;
    std::string file;
    bool force = false, passphrase = false;
};

void add_options(CLI::App& command, const std::shared_ptr<Asked>& asked, const std::string& file_flag,
                 const std::string& file_help, const std::string& force_help)
{
    add_configuration(command, std::shared_ptr<Given>(asked, &asked->given), false);
    command.add_option(file_flag, asked->file, file_help)->required();
    command.add_flag("--force", asked->force, force_help);
}

std::optional<Secret> passphrase_of(const Asked& asked)
{
    if (!asked.passphrase) return std::nullopt;
    return Secret(from_standard_input());
}

int print(const Result<std::string>& result, std::ostream& out)
{
    if (!result) return failure(result.error().message);
    out << *result << '\n';
    return 0;
}

int run_check(const Given& given)
{
    auto config = configuration(given);
    auto found = config ? check(*config) : Result<Findings>(fail(config.error()));
    if (!found) return failure(found.error().message);
    for (const auto& line : *found) std::cout << line << '\n';
    if (found->empty()) std::cout << "nothing is wrong\n";
    return found->empty() ? 0 : 1;
}

Result<std::string> report_on(const Config& config)
{
    SystemClock clock;
    auto lock = DirectoryLock::try_lock(config.data);
    if (!lock) return fail(lock.error());
    if (!*lock) {
        if (auto answer = ask_server(config.control_socket(), "doctor", {})) return std::move(*answer);
        return report_of(
            examine_without_database(config, clock, "a process holds the data directory and answers no command"));
    }
    auto home = DataHome::open(config, clock, std::move(**lock));
    if (!home) return report_of(examine_without_database(config, clock, home.error().message));
    return report_of(examine(config, clock, *home->db));
}

int run_doctor(const Given& given)
{
    auto config = configuration(given);
    auto report = config ? report_on(*config) : Result<std::string>(fail(config.error()));
    if (!report) return failure(report.error().message);
    std::cout << *report << '\n';
    return is_bad(*report) ? 1 : 0;
}

}  // namespace

void add_backup(CLI::App& app, int& code)
{
    auto command = app.add_subcommand("backup", "Writes the whole database into one file, also while the server runs");
    auto asked = std::make_shared<Asked>();
    add_options(*command, asked, "--to", "The file; - for standard output", "Replace a file that is there");
    command->add_flag("--passphrase-stdin", asked->passphrase,
                      "Carry the master key, sealed under a passphrase read from standard input");
    command->callback([asked, &code] {
        auto config = configuration(asked->given);
        if (!config) {
            code = failure(config.error().message);
            return;
        }
        SystemClock clock;
        auto done = backup_to(*config, clock, {asked->file, passphrase_of(*asked), asked->force});
        code = print(done, asked->file == "-" ? std::cerr : std::cout);
    });
}

void add_restore(CLI::App& app, int& code)
{
    auto command =
        app.add_subcommand("restore", "Makes the database anew from a backup; what looks unsent waits for a person");
    auto asked = std::make_shared<Asked>();
    add_options(*command, asked, "--from", "The file that `smgcrm backup` wrote",
                "Replace a database that holds something; it is kept beside");
    command->add_flag("--passphrase-stdin", asked->passphrase,
                      "Take the master key from the backup, opened with the passphrase read from standard input");
    command->callback([asked, &code] {
        auto config = configuration(asked->given);
        if (!config) {
            code = failure(config.error().message);
            return;
        }
        SystemClock clock;
        code = print(restore_from(*config, clock, {asked->file, passphrase_of(*asked), asked->force}), std::cout);
    });
}

void add_check(CLI::App& app, int& code)
{
    auto command = app.add_subcommand("check", "Looks for damage and contradictions in the data; changes nothing");
    auto given = std::make_shared<Given>();
    add_configuration(*command, given, false);
    command->callback([given, &code] { code = run_check(*given); });
}

void add_doctor(CLI::App& app, int& code)
{
    auto command =
        app.add_subcommand("doctor", "Looks whether this machine and its settings let the program keep its promises");
    auto given = std::make_shared<Given>();
    add_configuration(*command, given, false);
    command->callback([given, &code] { code = run_doctor(*given); });
}

}  // namespace smg
