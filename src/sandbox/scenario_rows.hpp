#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sandbox/payloads.hpp"
#include "sandbox/scenarios.hpp"
#include "sandbox/spoilers.hpp"

// The parts of the table of scenarios, and what their rows are written with. For scenarios….cpp alone.
namespace smg::sandbox {

std::span<const Scenario> wire_scenarios();     // below HTTP: connections, framing, encodings
std::span<const Scenario> status_scenarios();   // HTTP around a reply that cannot be used
std::span<const Scenario> reply_scenarios();    // JSON in reply to `add`: good, refused, unacceptable
std::span<const Scenario> reading_scenarios();  // replies to status, services and balance

namespace rows {

using A = Answer;
using Q = const Asked;
using Spoil = void (*)(Answer&, const Asked&);

constexpr Scenario every(std::string_view name, Takes takes, std::string_view help, Spoil spoil, std::string_view text = {})
{
    return {.name = name, .takes = takes, .spoil = spoil, .help = help, .text = text};
}

constexpr Scenario add(std::string_view name, Takes takes, std::string_view help, Spoil spoil, std::string_view text = {})
{
    return {.name = name, .stage = Stage::add, .takes = takes, .spoil = spoil, .help = help, .text = text};
}

constexpr Scenario ends(std::string_view name, End end, std::string_view help)
{
    return {.name = name, .stage = Stage::add, .end = end, .help = help};
}

/// An `add` that makes the order and answers with exactly this body, `#` being its number.
constexpr Scenario body(std::string_view name, std::string_view text, std::string_view help)
{
    return add(name, Takes::yes, help, writes, text);
}

/// The same, and no order is made.
constexpr Scenario refusal(std::string_view name, std::string_view text, std::string_view help)
{
    return add(name, Takes::no, help, writes, text);
}

constexpr Scenario reading(Stage stage, std::string_view name, std::string_view help, Spoil spoil)
{
    return {.name = name, .stage = stage, .spoil = spoil, .help = help};
}

}  // namespace rows
}  // namespace smg::sandbox
