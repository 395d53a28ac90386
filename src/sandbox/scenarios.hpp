#pragma once

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smg::sandbox {

struct Answer;  // sandbox/spoilers.hpp
struct Asked;

enum class Stage { every, add, status, services, balance };
BOOST_DESCRIBE_ENUM(Stage, every, add, status, services, balance)

/// Whether an `add` makes an order, which the client may not be able to see.
enum class Takes { yes, no, not_first, not_while_active };
BOOST_DESCRIBE_ENUM(Takes, yes, no, not_first, not_while_active)

/// How the order that was made ends.
enum class End { completed, partial, canceled, refunded, never };
BOOST_DESCRIBE_ENUM(End, completed, partial, canceled, refunded, never)

/// One way in which a supplier answers badly.
struct Scenario {
    std::string_view name;
    Stage stage = Stage::every;
    Takes takes = Takes::yes;
    End end = End::completed;
    void (*spoil)(Answer&, const Asked&) = nullptr;  // of an `add` that makes an order after all: not called
    std::string_view help;
    std::string_view text = {};  // what `spoil` makes of it
    int service = 0;             // an `add` for this service gets it, whatever `--scenario` says; 0 = none does

    constexpr Scenario of_service(int number) const
    {
        Scenario copy = *this;
        copy.service = number;
        return copy;
    }
};

/// The whole table; `ok` is its first row.
std::span<const Scenario> scenarios();
const Scenario* find_scenario(std::string_view name);
const Scenario* scenario_of_service(std::int64_t service);

/// All of them for people to read: name, stage, whether an `add` makes an order, help; one a line.
std::string list_of_scenarios();
/// Their names alone, in lines of a terminal's width.
std::string names_of_scenarios();

}  // namespace smg::sandbox
