#include "http/schema.hpp"

#include <fmt/core.h>

#include <stdexcept>

namespace smg::http {

json::object Schemas::or_null(json::object schema)
{
    if (auto type = schema.if_contains("type"); type && type->is_string()) {
        *type = json::array{*type, "null"};
        if (auto words = schema.if_contains("enum")) words->as_array().emplace_back(nullptr);
        return schema;
    }
    if (schema.empty()) return schema;
    return {{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
}

json::object Schemas::object_of(json::object properties, json::array required)
{
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

// The compiler spells it `… [T = smg::webhooks::(anonymous namespace)::Edit]`.
std::string Schemas::name_of(std::string_view spelled, std::type_index type)
{
    auto from = spelled.rfind("T = ");
    auto whole = std::string(spelled.substr(from + 4, spelled.size() - from - 5));
    for (std::string_view away : {"(anonymous namespace)::", "smg::"})
        for (auto at = whole.find(away); at != std::string::npos; at = whole.find(away)) whole.erase(at, away.size());
    for (auto at = whole.find("::"); at != std::string::npos; at = whole.find("::")) whole.replace(at, 2, ".");
    auto [known, added] = types_.emplace(whole, type);
    if (!added && known->second != type) throw std::logic_error(fmt::format("two structs of the API are named {}", whole));
    return whole;
}

}  // namespace smg::http
