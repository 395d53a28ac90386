#include "sandbox/scenarios.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/words.hpp"
#include "sandbox/scenario_rows.hpp"

namespace smg::sandbox {
namespace {

using rows::ends;

// Orders that end in other ways than completed.
constexpr Scenario orders_end[] = {
    ends("partial", End::partial, "The order ends Partial with a quarter remaining.").of_service(907),
    ends("canceled", End::canceled, "The order ends Canceled, its charge comes back.").of_service(908),
    ends("refunded", End::refunded, "The order ends Refunded.").of_service(921),
    ends("never_ends", End::never, "The order stays In progress for ever.").of_service(920),
};

std::vector<Scenario> whole_table()
{
    std::vector<Scenario> table{{.name = "ok", .help = "Answers as the documentation says."}};
    for (std::span<const Scenario> part : {std::span<const Scenario>(orders_end), wire_scenarios(), status_scenarios(),
                                           reply_scenarios(), reading_scenarios()})
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

}  // namespace

std::span<const Scenario> scenarios()
{
    static const auto table = whole_table();
    return table;
}

const Scenario* find_scenario(std::string_view name)
{
    auto found = std::ranges::find(scenarios(), name, &Scenario::name);
    return found == scenarios().end() ? nullptr : &*found;
}

const Scenario* scenario_of_service(std::int64_t service)
{
    auto found = std::ranges::find(scenarios(), service, [](const Scenario& row) { return std::int64_t{row.service}; });
    return service == 0 || found == scenarios().end() ? nullptr : &*found;
}

std::string list_of_scenarios()
{
    std::string list;
    for (const auto& row : scenarios())
        list += fmt::format("{:<24} {:<9} {:<17} {}\n", row.name, word(row.stage), word(row.takes), row.help);
    return list;
}

std::string names_of_scenarios()
{
    constexpr std::size_t width = 100;
    std::string list, line;
    for (const auto& row : scenarios()) {
        if (line.size() + row.name.size() > width) list += std::exchange(line, "") + "\n";
        line += fmt::format("  {}", row.name);
    }
    return list + line + "\n";
}

}  // namespace smg::sandbox
