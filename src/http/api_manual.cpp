#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "http/openapi.hpp"

namespace smg::http {
namespace {

using Out = std::back_insert_iterator<std::string>;

std::string_view text(const json::value& value) { return std::string_view(value.as_string()); }

std::string anchor_of(std::string_view reference) { return std::string(reference.substr(reference.rfind('/') + 1)); }

// A heading's address, as GitHub makes it.
std::string slug(std::string_view heading)
{
    std::string made;
    for (char c : heading) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-')
            made += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (c == ' ') made += '-';
    }
    return made;
}

// `integer`, `string or null`, `[orders.Order](#…)`, `list of …`, `one of a, b`.
std::string type_of(const json::object& schema)
{
    if (auto reference = schema.if_contains("$ref")) {
        auto name = anchor_of(text(*reference));
        return fmt::format("[{}](#{})", name, slug(name));
    }
    if (auto any = schema.if_contains("anyOf")) return type_of(any->as_array().front().as_object()) + " or null";
    if (auto words = schema.if_contains("enum")) {
        std::string list;
        bool nullable = false;
        for (const auto& one : words->as_array()) {
            if (one.is_null()) nullable = true;
            else list += fmt::format("{}`{}`", list.empty() ? "" : ", ", text(one));
        }
        return list + (nullable ? " or null" : "");
    }
    auto type = schema.if_contains("type");
    if (!type) return "any";
    bool nullable = type->is_array();
    auto name = std::string(nullable ? text(type->as_array().front()) : text(*type));
    if (auto items = schema.if_contains("items")) name = "list of " + type_of(items->as_object());
    else if (auto of = schema.if_contains("additionalProperties"); of && of->is_object())
        name = "map of " + type_of(of->as_object());
    else if (auto format = schema.if_contains("format")) name = text(*format);
    else if (schema.contains("pattern")) name = "decimal";
    return name + (nullable ? " or null" : "");
}

void fields(Out out, const json::object& schema)
{
    auto properties = schema.if_contains("properties");
    if (!properties || properties->as_object().empty()) {
        fmt::format_to(out, "{}\n\n", type_of(schema));
        return;
    }
    auto required = schema.if_contains("required");
    for (const auto& [name, one] : properties->as_object()) {
        bool must = required && std::ranges::find(required->as_array(), json::value(name)) != required->as_array().end();
        fmt::format_to(out, "- `{}`{}: {}\n", std::string_view(name), must ? "" : " (optional)", type_of(one.as_object()));
    }
    fmt::format_to(out, "\n");
}

void parameters(Out out, const json::object& operation)
{
    auto all = operation.if_contains("parameters");
    if (!all) return;
    fmt::format_to(out, "Parameters:\n\n");
    for (const auto& value : all->as_array()) {
        const auto& one = value.as_object();
        fmt::format_to(out, "- `{}` in {}{}: {}\n", text(one.at("name")), text(one.at("in")),
                       one.at("required").as_bool() ? "" : " (optional)", type_of(one.at("schema").as_object()));
    }
    fmt::format_to(out, "\n");
}

void body(Out out, const json::object& operation)
{
    auto found = operation.if_contains("requestBody");
    if (!found) return;
    const auto& content = found->as_object().at("content").as_object().at("application/json").as_object();
    fmt::format_to(out, "Body:\n\n");
    fields(out, content.at("schema").as_object());
    if (auto example = content.if_contains("example")) fmt::format_to(out, "```json\n{}\n```\n\n", json::text_of(*example));
}

void answers(Out out, const json::object& operation)
{
    std::string errors;
    for (const auto& [status, value] : operation.at("responses").as_object()) {
        const auto& response = value.as_object();
        if (status == "default") continue;
        if (response.contains("$ref")) {
            errors += fmt::format("{}{}", errors.empty() ? "" : ", ", std::string_view(status));
            continue;
        }
        fmt::format_to(out, "Answer {}", std::string_view(status));
        auto content = response.if_contains("content");
        if (!content) {
            fmt::format_to(out, ", empty.\n\n");
            continue;
        }
        const auto& [type, media] = *content->as_object().begin();
        if (std::string_view(type) != "application/json") {
            fmt::format_to(out, ": `{}`.\n\n", std::string_view(type));
            continue;
        }
        fmt::format_to(out, ":\n\n");
        fields(out, media.as_object().at("schema").as_object());
    }
    fmt::format_to(out, "Errors: {}.\n\n", errors);
}

std::string upper(std::string_view method)
{
    std::string made(method);
    std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return made;
}

void operation_of(Out out, std::string_view path, std::string_view method, const json::object& operation)
{
    fmt::format_to(out, "### {} {}\n\n{}\n\n{}\n\n", upper(method), path, text(operation.at("summary")),
                   text(operation.at("description")));
    parameters(out, operation);
    body(out, operation);
    answers(out, operation);
}

}  // namespace

std::string api_manual(const json::object& document)
{
    std::string page;
    Out out(page);
    const auto& info = document.at("info").as_object();
    fmt::format_to(
        out,
        "# HTTP API\n\nWritten by `smgcrm openapi --markdown`; change the route table, not this page. The running "
        "program shows the same at `/api/docs`, and as OpenAPI 3.1 at `/api/openapi.json`.\n\n{}\n\n",
        text(info.at("description")));
    for (const auto& tag : document.at("tags").as_array()) {
        auto name = text(tag.as_object().at("name"));
        fmt::format_to(out, "## {}\n\n{}\n\n", name, text(tag.as_object().at("description")));
        for (const auto& [path, item] : document.at("paths").as_object())
            for (const auto& [method, operation] : item.as_object())
                if (text(operation.as_object().at("tags").as_array().front()) == name)
                    operation_of(out, path, method, operation.as_object());
    }
    fmt::format_to(out, "## What the answers hold\n\n");
    for (const auto& [name, schema] : document.at("components").as_object().at("schemas").as_object()) {
        fmt::format_to(out, "### {}\n\n", std::string_view(name));
        fields(out, schema.as_object());
    }
    page.pop_back();
    return page;
}

}  // namespace smg::http
