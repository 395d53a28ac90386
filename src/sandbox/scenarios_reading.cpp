#include "sandbox/scenario_rows.hpp"

namespace smg::sandbox {
namespace {

using namespace rows;

constexpr std::size_t many_services = 10'000, long_name = 1 << 20;
constexpr Duration slow_by = std::chrono::seconds(3);

constexpr Scenario status(std::string_view name, std::string_view help, Spoil spoil)
{
    return reading(Stage::status, name, help, spoil);
}

constexpr Scenario services(std::string_view name, std::string_view help, Spoil spoil)
{
    return reading(Stage::services, name, help, spoil);
}

constexpr Scenario balance(std::string_view name, std::string_view help, Spoil spoil)
{
    return reading(Stage::balance, name, help, spoil);
}

constexpr Scenario statuses[] = {
    status("status_hang", "Takes orders, and never says how they are.", [](A& a, Q&) { a.reply.ending = Ending::hang; }),
    status("status_slow", "Says how orders are three seconds later.", [](A& a, Q&) { a.reply.delay += slow_by; }),
    status("positional_status", "Bulk statuses as a list without ids.", [](A& a, Q&) { drop_ids(a); }),
    status("bare_string_errors", "An error in bulk as a bare string.", [](A& a, Q&) { bare_errors(a); }),
    status("missing_ids", "The first of the ids is left out.", [](A& a, Q&) { drop_first(a); }),
    status("stranger_in_status", "The status of an order that nobody asked about.", [](A& a, Q&) { add_stranger(a); }),
    status("no_statuses", "An empty object.", [](A& a, Q&) { a.json = json::object(); }),
    status("status_spellings", "Known words in other spellings.", [](A& a, Q&) { spell_otherwise(a); }),
    status("unknown_word", "A status nobody has heard of.", [](A& a, Q&) { say_status(a, "On hold"); }),
    status("status_null", "The status null.", [](A& a, Q&) { say(a, "status", nullptr); }),
    status("status_number", "A status that is a number.", [](A& a, Q&) { say(a, "status", 3); }),
    status("status_object", "A status that is an object.", [](A& a, Q&) { say(a, "status", json::object{{"id", 3}}); }),
    status("partial_over_quantity", "Partial with more remaining than ordered.",
           [](A& a, Q&) { say_remains(a, "Partial", "999999999"); }),
    status("completed_with_remains", "Completed, and yet 5 remain.", [](A& a, Q&) { say_remains(a, "Completed", "5"); }),
    status("canceled_after_completed", "What was Completed is Canceled.", [](A& a, Q&) { cancel_completed(a); }),
    status("negative_remains", "Twelve too many delivered.", [](A& a, Q&) { say_remains(a, "Completed", "-12"); }),
    status("unknown_remains", "Remains: Unknown.", [](A& a, Q&) { say_remains(a, "In progress", "Unknown"); }),
    status("huge_remains", "Remains: 1e99.", [](A& a, Q&) { say_remains(a, "In progress", "1e99"); }),
    status("charge_negative", "A charge below zero.", [](A& a, Q&) { say(a, "charge", "-0.9"); }),
    status("charge_with_comma", "A charge with a comma.", [](A& a, Q&) { say(a, "charge", "0,90"); }),
    status("charge_huge", "A charge of 1e30.", [](A& a, Q&) { say(a, "charge", "1e30"); }),
    status("null_status_fields", "No start count, no remains, no charge.", [](A& a, Q&) { say_nothing_known(a); }),
};

constexpr Scenario catalogues[] = {
    services("no_services", "An object in place of no list.",
             [](A& a, Q&) { a.json = json::object{{"status", "success"}, {"data", "Empty Data"}}; }),
    services("many_services", "10,000 services.", [](A& a, Q&) { fill_up(a, many_services); }),
    services("rates_times_100", "Everything a hundred times as dear.", [](A& a, Q&) { multiply_rates(a, 100); }),
    services("rates_zero", "Everything free.", [](A& a, Q&) { multiply_rates(a, 0); }),
    services("rate_negative", "A rate below zero.", [](A& a, Q&) { say_of_first(a, "rate", "-0.90"); }),
    services("rate_huge", "A rate of 1e99.", [](A& a, Q&) { say_of_first(a, "rate", "1e99"); }),
    services("rate_in_words", "A rate that is no number.", [](A& a, Q&) { say_of_first(a, "rate", "ask us"); }),
    services("service_vanished", "The first service is gone; it returns with the scenario `ok`.",
             [](A& a, Q&) { drop_first(a); }),
    services("types_lower_case", "custom_comments in place of Custom Comments.", [](A& a, Q&) { lower_types(a); }),
    services("type_changed", "The first service is of another type.",
             [](A& a, Q&) { say_of_first(a, "type", "Custom Comments"); }),
    services("type_unknown", "The first service is of a type nobody has heard of.",
             [](A& a, Q&) { say_of_first(a, "type", "Teleport"); }),
    services("min_over_max", "The least is more than the most.", [](A& a, Q&) { say_of_first(a, "min", "100000000"); }),
    services("name_null", "A service without a name.", [](A& a, Q&) { say_of_first(a, "name", nullptr); }),
    services("name_long", "A name of a megabyte.",
             [](A& a, Q&) { say_of_first(a, "name", json::value(repeated("x", long_name))); }),
    services("name_marked_up", "A name with markup in it.",
             [](A& a, Q&) { say_of_first(a, "name", "<img src=x onerror=alert(1)>=cmd|' /C calc'!A0"); }),
    services("service_twice", "Two services of one number.", [](A& a, Q&) { say_of_first(a, "service", 102); }),
};

constexpr Scenario balances[] = {
    balance("balance_hang", "Takes orders, and never says what is left.", [](A& a, Q&) { a.reply.ending = Ending::hang; }),
    balance("balance_number", "A balance that is a number with a point.", [](A& a, Q&) { a.write(R"({"balance":12.3})"); }),
    balance("balance_zero", "Nothing left.", [](A& a, Q&) { say(a, "balance", "0"); }),
    balance("balance_negative", "Less than nothing left.", [](A& a, Q&) { say(a, "balance", "-5.25"); }),
    balance("balance_null", "A balance of null.", [](A& a, Q&) { say(a, "balance", nullptr); }),
    balance("balance_in_words", "A balance that is no number.", [](A& a, Q&) { say(a, "balance", "unlimited"); }),
    balance("balance_with_comma", "A balance with a comma.", [](A& a, Q&) { say(a, "balance", "1,000.50"); }),
    balance("balance_huge", "A balance of 1e99.", [](A& a, Q&) { say(a, "balance", "1e99"); }),
    balance("balance_missing", "A currency alone.", [](A& a, Q&) { a.write(R"({"currency":"USD"})"); }),
    balance("currency_changed", "The same balance in another currency.", [](A& a, Q&) { say(a, "currency", "UZS"); }),
    balance("currency_long", "A currency that is a sentence.",
            [](A& a, Q&) { say(a, "currency", "United States dollars and cents"); }),
};

std::vector<Scenario> whole()
{
    std::vector<Scenario> table;
    for (std::span<const Scenario> part :
         {std::span<const Scenario>(statuses), std::span<const Scenario>(catalogues), std::span<const Scenario>(balances)})
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

}  // namespace

std::span<const Scenario> reading_scenarios()
{
    static const auto table = whole();
    return table;
}

}  // namespace smg::sandbox
