#include "app/wording.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "embedded/words.hpp"

namespace smg {
namespace {

constexpr std::size_t largest = 2 * 1024 * 1024;  // of a body: one order with its history, and never a page of them

// Members whose text the program wrote itself. What a supplier or a person said is in others, and is left alone.
constexpr auto spoken = std::to_array<std::string_view>(
    {"message", "detail", "reason_text", "problem", "suspicion_reasons", "description", "last_error"});

bool is_spoken(std::string_view key) { return std::ranges::find(spoken, key) != spoken.end(); }

// Below `errors` every text is the program's.
void say(const http::Catalogue& catalogue, json::value& value, bool here)
{
    if (value.is_string()) {
        if (here) value = catalogue.say(value.get_string());
    } else if (value.is_array()) {
        for (auto& one : value.get_array()) say(catalogue, one, here);
    } else if (value.is_object()) {
        for (auto& [key, member] : value.get_object()) say(catalogue, member, here || key == "errors" || is_spoken(key));
    }
}

bool has_words(std::string_view path, int status)
{
    constexpr auto of_the_program = std::to_array<std::string_view>(
        {"/api/v1/orders/", "/api/v1/batches", "/api/v1/order-", "/api/v1/settings", "/api/v1/jobs", "/api/v1/system"});
    if (status >= 400) return path.starts_with("/api/");
    return std::ranges::any_of(of_the_program, [&](auto prefix) { return path.starts_with(prefix); });
}

}  // namespace

http::Catalogue ukrainian()
{
    std::string sentences;
    std::string_view names;
    for (const auto& file : embedded::words()) {
        if (file.path == "field_names.uk.txt") names = file.bytes;
        else sentences.append(file.bytes).append("\n");
    }
    return {sentences, names};
}

void say_in_ukrainian(const http::Catalogue& catalogue, std::string_view path, http::Response& response)
{
    if (!has_words(path, response.status) || response.content_type != "application/json") return;
    if (response.body.empty() || response.body.size() > largest) return;
    auto body = json::parse(response.body);
    if (!body) return;
    say(catalogue, *body, false);
    response.body = json::text_of(*body);
}

}  // namespace smg
