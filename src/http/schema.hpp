#pragma once

#include <map>
#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

#include "base/json.hpp"

namespace smg::http {

/// `{"data":T}`, `{"data":[T]}` and `{"data":[T],"meta":…}`, for the API reference.
template <class T>
struct Data {};
template <class T>
struct List {};
template <class T, class Meta>
struct Paged {};

/// One of two shapes, where who asks decides.
template <class A, class B>
struct Either {};

/// What stands beside a page of rows: `next_cursor` is null on the last one.
struct Cursor {
    std::optional<std::int64_t> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Cursor, (), (next_cursor))

/// JSON Schema (2020-12, the dialect of OpenAPI 3.1) of what json::from() writes and json::to() reads. A described struct is
/// gathered once, under its name, and referred to.
class Schemas {
public:
    template <class T>
    json::object of()
    {
        if constexpr (std::is_same_v<T, json::value>) return {};
        else if constexpr (std::is_same_v<T, json::object>) return {{"type", "object"}};
        else if constexpr (std::is_same_v<T, json::array>) return {{"type", "array"}, {"items", json::object()}};
        else if constexpr (std::is_same_v<T, bool>) return {{"type", "boolean"}};
        else if constexpr (std::is_integral_v<T>) return {{"type", "integer"}};
        else if constexpr (std::is_convertible_v<T, std::string_view>) return {{"type", "string"}};
        else if constexpr (std::is_same_v<T, Money>) return {{"type", "string"}, {"pattern", money_pattern}};
        else if constexpr (std::is_same_v<T, Time>) return {{"type", "string"}, {"format", "date-time"}};
        else if constexpr (json::is_id<T>::value) return {{"type", "integer"}, {"minimum", 1}};
        else if constexpr (Worded<T>) return words_of<T>();
        else if constexpr (json::is_optional<T>::value) return or_null(of<typename T::value_type>());
        else if constexpr (json::is_vector<T>::value) return list_of(of<typename T::value_type>());
        else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) return map_of({{"type", "string"}});
        else return wrapped(static_cast<const T*>(nullptr));
    }

    /// The struct itself, not a reference: a request's fields.
    template <json::Described T>
    json::object fields_of()
    {
        json::object properties;
        json::array required;
        json::each_member<T>([&](std::string_view name, auto pointer) {
            if (left_out<T>(name)) return;
            using Member = std::remove_cvref_t<decltype(std::declval<T&>().*pointer)>;
            properties[name] = of<Member>();
            if constexpr (!json::is_optional<Member>::value) required.emplace_back(name);
        });
        return object_of(std::move(properties), std::move(required));
    }

    const json::object& named() const { return named_; }

private:
    static constexpr std::string_view money_pattern = R"(^-?\d+(\.\d{1,8})?$)";

    template <class T>
    static json::object words_of()
    {
        json::array words;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto one) { words.emplace_back(one.name); });
        return {{"type", "string"}, {"enum", std::move(words)}};
    }

    template <class T>
    json::object wrapped(const Data<T>*)
    {
        return object_of({{"data", of<T>()}}, {"data"});
    }
    template <class T>
    json::object wrapped(const List<T>*)
    {
        return object_of({{"data", list_of(of<T>())}}, {"data"});
    }
    template <class T, class Meta>
    json::object wrapped(const Paged<T, Meta>*)
    {
        return object_of({{"data", list_of(of<T>())}, {"meta", of<Meta>()}}, {"data", "meta"});
    }
    template <class A, class B>
    json::object wrapped(const Either<A, B>*)
    {
        return {{"anyOf", json::array{of<A>(), of<B>()}}};
    }
    template <json::Described T>
    json::object wrapped(const T*)
    {
        auto name = name_of(spelled<T>(), typeid(T));
        if (!named_.contains(name)) {
            named_[name] = nullptr;  // a struct that holds itself ends here
            auto schema = fields_of<T>();
            named_[name] = std::move(schema);
        }
        return {{"$ref", "#/components/schemas/" + name}};
    }

    // Members that a struct has and its JSON has not.
    template <class T>
    static bool left_out(std::string_view name)
    {
        if constexpr (requires { T::left_out; }) {
            for (std::string_view one : T::left_out)
                if (one == name) return true;
        }
        return false;
    }

    template <class T>
    static constexpr std::string_view spelled()
    {
        return __PRETTY_FUNCTION__;
    }

    static json::object or_null(json::object schema);
    static json::object list_of(json::object item) { return {{"type", "array"}, {"items", std::move(item)}}; }
    static json::object map_of(json::object item) { return {{"type", "object"}, {"additionalProperties", std::move(item)}}; }
    static json::object object_of(json::object properties, json::array required);

    /// `webhooks.Webhook` for smg::webhooks::Webhook; throws std::logic_error when two types would share a name.
    std::string name_of(std::string_view spelled, std::type_index type);

    json::object named_;
    std::map<std::string, std::type_index> types_;
};

}  // namespace smg::http
