#include "http/openapi.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>

#include "http/path.hpp"

namespace smg::http {
namespace {

json::object reference(std::string_view kind, std::string_view name)
{
    return {{"$ref", fmt::format("#/components/{}/{}", kind, name)}};
}

json::object json_of(json::object schema) { return {{"application/json", json::object{{"schema", std::move(schema)}}}}; }

std::string_view bare(std::string_view segment) { return segment.substr(1, segment.size() - 2); }

std::string_view chapter_of(std::string_view path, const ApiInfo& info)
{
    constexpr std::string_view versioned = "/api/v1/";
    auto rest = path.starts_with(versioned) ? path.substr(versioned.size() - 1) : path;
    auto part = segments_of(rest).front();
    for (const auto& chapter : info.chapters)
        if (std::ranges::find(chapter.parts, part) != chapter.parts.end()) return chapter.name;
    throw std::logic_error(fmt::format("{} is in no chapter of the API reference", path));
}

// `getOrdersIdRelated`: from method and path, so that it never changes while they do not.
std::string operation_id(const Route& route)
{
    constexpr std::string_view versioned = "/api/v1";
    auto path = route.path.starts_with(versioned) ? route.path.substr(versioned.size()) : route.path;
    std::string id;
    for (char c : word(route.method)) id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    bool upper = false;
    for (char c : path) {
        bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (letter) id += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        upper = !letter;
    }
    return id;
}

// Who may, as the security schemes that OpenAPI knows.
json::array security_of(Access access)
{
    json::array ways;
    auto add = [&](std::string_view scheme) { ways.push_back(json::object{{scheme, json::array()}}); };
    if (access == Access::site || access == Access::site_or_user) add("siteToken");
    if (access != Access::anyone && access != Access::site) {
        add("personalToken");
        add("session");
    }
    return ways;
}

std::string_view who_may(Access access)
{
    switch (access) {
        case Access::anyone: return "Anyone.";
        case Access::site: return "A shop, with its token.";
        case Access::site_or_user: return "A shop, with its token, or any person; each sees the orders that are theirs.";
        case Access::user: return "Any person.";
        case Access::manager: return "A manager or an admin.";
        case Access::admin: return "An admin.";
        case Access::loopback_or_admin: return "The machine itself, or an admin.";
    }
    return "";
}

bool has_body(Method method) { return method == Method::POST || method == Method::PATCH || method == Method::PUT; }

bool is_required(const json::object& fields, std::string_view name)
{
    auto required = fields.if_contains("required");
    return required && std::ranges::find(required->get_array(), json::value(name)) != required->get_array().end();
}

json::object parameter(std::string_view name, std::string_view place, bool required, json::value schema)
{
    return {{"name", name}, {"in", place}, {"required", required}, {"schema", std::move(schema)}};
}

// Fields of the input by where they are read: the path's names, then the body or the query.
class Input {
public:
    Input(const Route& route, Schemas& schemas)
    {
        if (route.about.in) fields_ = route.about.in(schemas);
        auto& properties = fields_["properties"];
        if (!properties.is_object()) properties = json::object();
        for (auto segment : segments_of(route.path))
            if (is_name(segment)) take_from_path(bare(segment));
        if (!has_body(route.method)) take_from_query();
        if (route.about.takes_idempotency_key) {
            auto key = parameter("Idempotency-Key", "header", false, {{"type", "string"}, {"maxLength", 255}});
            key["description"] = "A repeat under the same key gets the first answer, and nothing is done twice.";
            parameters.push_back(std::move(key));
        }
    }

    json::array parameters;

    /// What is left for the body; nothing when there is none.
    std::optional<json::object> body() const
    {
        if (fields_.at("properties").get_object().empty()) return std::nullopt;
        auto schema = fields_;
        schema["type"] = "object";
        if (auto required = schema.if_contains("required"); required && required->get_array().empty())
            schema.erase("required");
        return schema;
    }

private:
    void take_from_path(std::string_view name)
    {
        auto& properties = fields_["properties"].get_object();
        auto found = properties.if_contains(name);
        parameters.push_back(parameter(name, "path", true, found ? *found : json::value{{"type", "string"}}));
        forget(name);
    }

    void take_from_query()
    {
        auto properties = fields_["properties"].get_object();
        for (const auto& [name, schema] : properties) {
            parameters.push_back(parameter(name, "query", is_required(fields_, name), schema));
            forget(name);
        }
    }

    void forget(std::string_view name)
    {
        fields_["properties"].get_object().stable_erase(name);
        auto required = fields_.if_contains("required");
        if (!required) return;
        auto& names = required->get_array();
        names.erase(std::remove(names.begin(), names.end(), json::value(name)), names.end());
    }

    json::object fields_;
};

json::object request_body(const Route& route, json::object schema)
{
    auto content = json_of(std::move(schema));
    if (!route.about.sample.empty()) {
        auto example = json::parse(route.about.sample);
        if (!example) throw std::logic_error(fmt::format("the example of {} is no JSON", route.path));
        content["application/json"].get_object()["example"] = std::move(*example);
    }
    return {{"required", true}, {"content", std::move(content)}};
}

json::object responses_of(const Route& route, const Input& input, Schemas& schemas)
{
    const auto& about = route.about;
    json::object success{{"description", about.status == 204 ? "Done." : about.status == 201 ? "Made." : "The answer."}};
    if (!about.content_type.empty())
        success["content"] = json::object{{about.content_type, json::object{{"schema", {{"type", "string"}}}}}};
    else if (about.status != 204)
        success["content"] = json_of(about.out ? about.out(schemas) : json::object{{"type", "object"}});
    json::object all{{std::to_string(about.status), std::move(success)}};
    if (about.other)
        all[std::to_string(about.other_status)] =
            json::object{{"description", "The answer."}, {"content", json_of(about.other(schemas))}};
    auto add = [&](std::string_view status, std::string_view name) { all[status] = reference("responses", name); };
    if (route.access != Access::anyone) add("401", "Unauthenticated");
    if (route.access != Access::anyone && route.access != Access::site_or_user) add("403", "Forbidden");
    if (route.path.contains('{')) add("404", "NotFound");
    if (has_body(route.method) || route.method == Method::DELETE) add("409", "Conflict");
    if (!input.parameters.empty() || input.body()) add("422", "Invalid");
    add("429", "TooMany");
    add("503", "Unavailable");
    add("default", "Other");
    return all;
}

json::object operation(const Route& route, const ApiInfo& info, Schemas& schemas)
{
    Input input(route, schemas);
    json::object one;
    one["operationId"] = operation_id(route);
    one["summary"] = route.about.summary;
    one["description"] =
        fmt::format("{}{}Who may: {}", route.about.detail, route.about.detail.empty() ? "" : "\n\n", who_may(route.access));
    one["tags"] = json::array{chapter_of(route.path, info)};
    one["security"] = security_of(route.access);
    one["responses"] = responses_of(route, input, schemas);
    if (auto body = input.body(); body && has_body(route.method)) one["requestBody"] = request_body(route, std::move(*body));
    if (!input.parameters.empty()) one["parameters"] = std::move(input.parameters);
    return one;
}

json::object error_response(std::string_view description, std::string_view schema)
{
    return {{"description", description}, {"content", json_of(reference("schemas", schema))}};
}

json::object errors()
{
    auto limited = error_response("Too many requests of this token.", "Error");
    limited["headers"] =
        json::object{{"Retry-After", {{"description", "Seconds to wait."}, {"schema", {{"type", "integer"}}}}}};
    return {
        {"Unauthenticated", error_response("Nobody is signed in, or the token is not valid.", "Error")},
        {"Forbidden", error_response("The caller's role does not allow it.", "Error")},
        {"NotFound", error_response("There is no such thing, or it is of a site that the caller does not see.", "Error")},
        {"Conflict", error_response("It cannot be done as things stand now; the message says why.", "Error")},
        {"Invalid", error_response("Fields that cannot be taken, each with why.", "ValidationError")},
        {"TooMany", std::move(limited)},
        {"Other", error_response("Whatever else went wrong; the message says what.", "Error")},
        {"Unavailable", error_response("The database does not answer: nothing was done, come again.", "Error")}};
}

json::object security_schemes(const ApiInfo& info)
{
    return {
        {"siteToken", {{"type", "http"}, {"scheme", "bearer"}, {"description", "The token of a shop (Settings, Sites)."}}},
        {"personalToken",
         {{"type", "http"}, {"scheme", "bearer"}, {"description", "A token that a person made in their profile."}}},
        {"session",
         {{"type", "apiKey"},
          {"in", "cookie"},
          {"name", info.session_cookie},
          {"description", "A signed-in browser; every change also carries the session's `csrf` as `X-CSRF-Token`."}}}};
}

json::object components(Schemas& schemas, const ApiInfo& info)
{
    auto named = schemas.named();
    std::map<std::string, json::value> sorted;
    for (const auto& [name, schema] : named) sorted.emplace(name, schema);
    named.clear();
    for (auto& [name, schema] : sorted) named[name] = std::move(schema);
    json::object message{{"message", {{"type", "string"}}}};
    named["Error"] = json::object{{"type", "object"}, {"properties", message}, {"required", json::array{"message"}}};
    auto with_fields = message;
    with_fields["errors"] =
        json::object{{"type", "object"}, {"additionalProperties", {{"type", "array"}, {"items", {{"type", "string"}}}}}};
    named["ValidationError"] = json::object{
        {"type", "object"}, {"properties", std::move(with_fields)}, {"required", json::array{"message", "errors"}}};
    return {{"securitySchemes", security_schemes(info)}, {"responses", errors()}, {"schemas", std::move(named)}};
}

}  // namespace

json::object openapi(const Routes& routes, const ApiInfo& info)
{
    Schemas schemas;
    std::map<std::string, json::object> paths;
    for (const auto& route : routes) {
        if (!route.about.listed) continue;
        auto method = operation_id(route).substr(0, word(route.method).size());
        paths[std::string(route.path)][method] = operation(route, info, schemas);
    }
    json::object document{{"openapi", "3.1.0"}}, sorted;
    document["info"] = json::object{{"title", info.title},
                                    {"version", info.version},
                                    {"description", info.words},
                                    {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}};
    document["servers"] = json::array{json::object{{"url", "/"}, {"description", "This installation"}}};
    json::array tags;
    for (const auto& chapter : info.chapters)
        tags.push_back(json::object{{"name", chapter.name}, {"description", chapter.words}});
    document["tags"] = std::move(tags);
    for (auto& [path, item] : paths) sorted[path] = std::move(item);
    document["paths"] = std::move(sorted);
    document["components"] = components(schemas, info);
    return document;
}

}  // namespace smg::http
