#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/money.hpp"

// Panels write the same number as 12, "12", 12.0 and "12.00000001234": reading helpers for the calls that may be repeated.
namespace smg::suppliers {

/// `12`, `"12"`, `"12.00"`; nothing for `Unknown`, null and fractions.
std::optional<std::int64_t> loose_integer(const json::value* in);

/// Any decimal number, also `1.0e-5`, rounded half up to eight decimals.
std::optional<Money> loose_money(const json::value* in);

/// A text or a number as text, trimmed; empty for everything else and for nullptr.
std::string loose_text(const json::value* in);

/// `true`, `1`, `"1"`, `"true"`; false for everything else.
bool loose_flag(const json::value* in);

/// `error`, `failed`, `false`, `0` …: what the `status` or `success` of an envelope says when the call failed.
bool denies(const json::value& in);

/// The text of `error`, whether it is a text, an object with `message` or anything else; empty when there is none. Uncut:
/// who shows it hides the key in it first.
std::string given_error(const json::object& object);

/// The text of `message`, `msg` or `description`; empty when there is none.
std::string told_in(const json::object& object);

/// given_error(), or what stands beside a `status` or `success` that denies: why the whole call failed; empty when it did
/// not.
std::string error_in(const json::object& object);

}  // namespace smg::suppliers
