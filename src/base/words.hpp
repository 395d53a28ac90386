#pragma once

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string_view>
#include <type_traits>

namespace smg {

/// An enum whose names are also its words in JSON, SQL and logs (BOOST_DESCRIBE_ENUM).
template <class E>
concept Worded = std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value;

template <Worded E>
std::string_view word(E value)
{
    return boost::describe::enum_to_string(value, "");
}

template <Worded E>
std::optional<E> from_word(std::string_view text)
{
    E value{};
    if (boost::describe::enum_from_string(text, value)) return value;
    return std::nullopt;
}

}  // namespace smg
