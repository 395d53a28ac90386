#pragma once

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

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
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto one) {
        if (text == one.name) found = one.value;
    });
    return found;
}

}  // namespace smg
