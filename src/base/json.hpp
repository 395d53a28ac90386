#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/words.hpp"

namespace smg::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// Strict JSON: UTF-8, at most 32 levels, no key twice in one object, nothing after the value. A number that is not an
/// integer of 64 bits is kept as a string of exactly its characters, so that an amount never becomes a double.
Result<value> parse(std::string_view text);

std::string text_of(const value& json);

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_enum_v<T>;

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

/// Calls `f(name, member pointer)` for each described member in order.
template <Described T, class F>
void each_member(F&& f)
{
    boost::mp11::mp_for_each<members_of<T>>([&](auto member) { f(std::string_view(member.name), member.pointer); });
}

// ---- C++ to JSON

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_id : std::false_type {};
template <class T>
struct is_id<Id<T>> : std::true_type {};

template <class T>
value from(const T& in)
{
    if constexpr (std::is_same_v<T, value> || std::is_same_v<T, object> || std::is_same_v<T, array>) return value(in);
    else if constexpr (std::is_same_v<T, bool>) return value(in);
    else if constexpr (std::is_integral_v<T>) return value(static_cast<std::int64_t>(in));
    else if constexpr (std::is_convertible_v<T, std::string_view>) return value(std::string_view(in));
    else if constexpr (std::is_same_v<T, Money>) return value(in.text());
    else if constexpr (std::is_same_v<T, Time>) return value(iso(in));
    else if constexpr (is_id<T>::value) return value(in.value);
    else if constexpr (Worded<T>) return value(word(in));
    else if constexpr (is_optional<T>::value) return in ? from(*in) : value(nullptr);
    else if constexpr (is_vector<T>::value) {
        array out;
        for (const auto& item : in) out.push_back(from(item));
        return out;
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        object out;
        for (const auto& [key, item] : in) out[key] = item;
        return out;
    } else {
        static_assert(Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        object out;
        each_member<T>([&](std::string_view name, auto pointer) { out[name] = from(in.*pointer); });
        return out;
    }
}

// ---- JSON to C++

enum class Extra { ignored, refused };  // members that the struct does not have

std::optional<std::int64_t> as_integer(const value& in);
std::optional<std::string> as_text(const value& in);
std::optional<bool> as_boolean(const value& in);

/// Why a value does not fit its field, in Laravel's words; `:attribute` stands for the field's name.
template <class T>
std::optional<std::string> read(const value& in, T& out);

/// Fills a described struct. A missing member that is no std::optional is an error, null counts as missing. Numbers may come
/// as strings and the other way round, since HTML forms know only strings. Unreadable members are listed in `fields`.
template <Described T>
Result<T> to(const value& in, Extra extra = Extra::ignored);

/// The 422 of Laravel: `message` is the first field's and how many more there are.
Error invalid_fields(std::vector<FieldError> fields);

/// `:attribute` replaced by the field's name with spaces, as Laravel shows it.
std::string about(std::string_view field, std::string message);

template <class T>
std::optional<std::string> read(const value& in, T& out)
{
    if constexpr (std::is_same_v<T, value>) {
        out = in;
    } else if constexpr (std::is_same_v<T, bool>) {
        auto read_value = as_boolean(in);
        if (!read_value) return "The :attribute field must be true or false.";
        out = *read_value;
    } else if constexpr (std::is_integral_v<T>) {
        auto number = as_integer(in);
        if (!number || *number < std::numeric_limits<T>::min() || *number > std::numeric_limits<T>::max())
            return "The :attribute field must be an integer.";
        out = static_cast<T>(*number);
    } else if constexpr (is_id<T>::value) {
        auto number = as_integer(in);
        if (!number || *number < 1) return "The :attribute field must be a positive integer.";
        out.value = *number;
    } else if constexpr (std::is_same_v<T, std::string>) {
        auto text = as_text(in);
        if (!text) return "The :attribute field must be a string.";
        out = std::move(*text);
    } else if constexpr (std::is_same_v<T, Money>) {
        auto text = as_text(in);
        auto money = text ? Money::parse(*text) : std::nullopt;
        if (!money) return "The :attribute field must be a decimal number with at most 8 decimals.";
        out = *money;
    } else if constexpr (std::is_same_v<T, Time>) {
        auto text = as_text(in);
        auto time = text ? parse_date(*text, "UTC") : std::nullopt;
        if (!time) return "The :attribute field must be a valid date.";
        out = *time;
    } else if constexpr (Worded<T>) {
        auto text = as_text(in);
        auto found = text ? from_word<T>(*text) : std::nullopt;
        if (!found) return "The selected :attribute is invalid.";
        out = *found;
    } else if constexpr (is_optional<T>::value) {
        typename T::value_type inner{};
        if (auto problem = read(in, inner)) return problem;
        out = std::move(inner);
    } else if constexpr (is_vector<T>::value) {
        if (!in.is_array()) return "The :attribute field must be an array.";
        for (const auto& item : in.get_array()) {
            typename T::value_type inner{};
            if (auto problem = read(item, inner)) return problem;
            out.push_back(std::move(inner));
        }
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        if (!in.is_object()) return "The :attribute field must be an object.";
        for (const auto& [key, item] : in.get_object()) {
            auto text = as_text(item);
            if (!text) return "The :attribute field must hold strings.";
            out[std::string(key)] = *text;
        }
    } else {
        auto inner = to<T>(in);
        if (!inner) return inner.error().message;
        out = std::move(*inner);
    }
    return std::nullopt;
}

template <Described T>
Result<T> to(const value& in, Extra extra)
{
    if (!in.is_object()) return fail(Code::invalid, "The body must be a JSON object.");
    const auto& object_in = in.get_object();
    T out{};
    std::vector<FieldError> problems;
    std::size_t known = 0;
    each_member<T>([&](std::string_view name, auto pointer) {
        auto& member = out.*pointer;
        auto found = object_in.if_contains(name);
        if (found) ++known;
        if (!found || found->is_null()) {
            if constexpr (!is_optional<std::remove_cvref_t<decltype(member)>>::value)
                problems.push_back({std::string(name), about(name, "The :attribute field is required.")});
            return;
        }
        if (auto problem = read(*found, member)) problems.push_back({std::string(name), about(name, *problem)});
    });
    if (extra == Extra::refused && known < object_in.size())
        for (const auto& [key, ignored] : object_in) {
            bool described = false;
            each_member<T>([&](std::string_view name, auto) { described = described || name == std::string_view(key); });
            if (!described) problems.push_back({std::string(key), about(key, "The :attribute field is not known here.")});
        }
    if (!problems.empty()) return fail(invalid_fields(std::move(problems)));
    return out;
}

}  // namespace smg::json
