#include "app/given.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "base/log.hpp"
#include "base/words.hpp"

namespace smg {
namespace {

std::string flag_of(std::string_view key)
{
    std::string flag = "--" + std::string(key);
    std::ranges::replace(flag, '_', '-');
    return flag;
}

void add_row(CLI::App& command, const ConfigRow& row, const std::shared_ptr<Given>& given)
{
    std::string key(row.key);
    command.add_option_function<std::string>(
        flag_of(row.key), [given, key](const std::string& value) { given->values[key] = value; },
        fmt::format("{} [{}]", row.help, row.env));
}

}  // namespace

void add_configuration(CLI::App& command, const std::shared_ptr<Given>& given, bool all)
{
    command.add_option("--config", given->file, "TOML file; `smgcrm config` prints one with all keys");
    for (const auto& row : config_rows())
        if (all || row.key == "data" || row.key == "database") add_row(command, row, given);
}

Result<Config> configuration(const Given& given)
{
    auto config = load_config(given.values, given.file);
    if (!config) return config;
    log::Options options;
    options.level = from_word<log::Level>(config->log_level).value_or(log::Level::info);
    if (config->log_files) options.directory = (config->data / "logs").string();
    log::open(options);
    return config;
}

int failure(const std::string& message)
{
    std::cerr << "smgcrm: " << message << '\n';
    return 1;
}

std::string from_standard_input()
{
    std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return text;
}

}  // namespace smg
