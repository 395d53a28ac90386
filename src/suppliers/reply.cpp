#include "suppliers/reply.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/loose_json.hpp"
#include "base/text.hpp"
#include "suppliers/key_mask.hpp"
#include "suppliers/loose_json.hpp"

namespace smg::suppliers {
namespace {

using Kind = Verdict::Kind;

constexpr std::size_t max_text_bytes = 500;
constexpr std::size_t max_id_digits = 20;
constexpr std::size_t max_shown_word = 64;

constexpr int accepting_statuses[] = {200, 201};
constexpr int refusing_statuses[] = {200, 201, 400, 401, 403, 422, 429};
constexpr int edge_statuses[] = {401, 403, 404, 405, 429};

bool among(int status, std::span<const int> list) { return std::ranges::find(list, status) != list.end(); }

Verdict unknown(std::string text)
{
    Verdict verdict;
    verdict.text = std::move(text);
    return verdict;
}

Verdict rejected(Reason reason, std::string text) { return Verdict{Kind::rejected, {}, reason, std::move(text)}; }

Verdict from_failure(const net::HttpFailure& failure)
{
    Verdict verdict = unknown(failure.message);
    if (failure.sent) return verdict;
    switch (failure.kind) {
        case net::Failure::bad_url:
        case net::Failure::bad_request:
        case net::Failure::refused_address: verdict.reason = Reason::bad_address; break;
        case net::Failure::aborted: break;  // somebody else has the order now
        default: verdict.reason = Reason::unreachable;
    }
    return verdict;
}

// A supplier's number for an order: a positive integer, or a string of digits that is one.
std::optional<std::string> order_id(const json::value& in)
{
    auto id = json::as_text(in);
    if (!id || id->empty() || id->size() > max_id_digits || id->front() == '0') return std::nullopt;
    if (id->find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return id;
}

bool says_yes(const json::value& in)
{
    constexpr std::string_view words[] = {"success", "ok", "true", "1", "created"};
    if (in.is_bool()) return in.get_bool();
    auto text = json::as_text(in);
    return text && std::ranges::find(words, lowered(trimmed(*text))) != std::end(words);
}

// All that matters of an object and, where the flavour wraps, of its `data`.
struct Parts {
    std::vector<const json::value*> orders;   // under `order`
    std::vector<const json::value*> aliases;  // under `order_id`
    std::vector<const json::value*> errors;
    const json::value* data = nullptr;  // a wrapper that was not opened
    bool denies = false;                // `status` or `success` says no
    bool affirms = false;               // … or yes
    bool hints = false;                 // something else that may be an order
};

void read_member(Parts& parts, std::string_view key, const json::value& value)
{
    auto name = lowered(key);
    if (key == "order") parts.orders.push_back(&value);
    else if (key == "order_id") parts.aliases.push_back(&value);
    else if (key == "data") parts.data = &value;
    else if (name == "error" || name == "errors") parts.errors.push_back(&value);
    else if (name == "status" || name == "success") {
        parts.denies = parts.denies || denies(value);
        parts.affirms = parts.affirms || says_yes(value);
    } else if (name.find("order") != std::string::npos || name == "id" || name == "data") parts.hints = true;
}

Parts parts_of(const json::object& object, Flavor flavor)
{
    Parts parts;
    for (const auto& [key, value] : object) read_member(parts, key, value);
    if (flavor == Flavor::smartpanel && parts.data && parts.data->is_object()) {
        const auto& wrapped = std::exchange(parts.data, nullptr)->get_object();
        for (const auto& [key, value] : wrapped) read_member(parts, key, value);
    }
    return parts;
}

Verdict from_errors(const Parts& parts, int status, const ReplyRules& rules)
{
    const auto& error = *parts.errors.front();
    auto text = error.is_string() ? std::string(error.get_string()) : json::text_of(error);
    auto seen = without_key(text, rules.key);
    auto shown = cut(seen, max_text_bytes);
    bool alone = parts.orders.empty() && parts.aliases.empty() && parts.errors.size() == 1 && !parts.data && !parts.hints;
    if (!alone || parts.affirms) return unknown("The reply has an error and more than an error: " + shown);
    if (!error.is_string()) return unknown("The error is not a text: " + shown);
    if (!among(status, refusing_statuses)) return unknown(fmt::format("HTTP {} with the error: {}", status, shown));
    auto reason = known_reason(text);
    if (!reason && rules.classified) reason = rules.classified(seen);
    if (!reason || *reason == Reason::none) return unknown(shown.empty() ? "The error is empty." : shown);
    return rejected(*reason, shown);
}

Verdict from_orders(const Parts& parts, int status, const ReplyRules& rules)
{
    if (!among(status, accepting_statuses)) return unknown(fmt::format("HTTP {} with an order number.", status));
    if (parts.denies) return unknown("The reply has an order number and says that it failed.");
    if (parts.data) return unknown("The reply has an order number and something wrapped beside it.");
    std::optional<std::string> id;
    for (const auto* numbers : {&parts.orders, &parts.aliases})
        for (const auto* number : *numbers) {
            auto next = order_id(*number);
            if (!next || (id && *id != *next))
                return unknown("The order number is not one: " + cut(without_key(json::text_of(*number), rules.key), 64));
            id = std::move(next);
        }
    return Verdict{Kind::accepted, std::move(*id)};
}

Verdict without_json(const net::HttpReply& reply, std::string_view body, const ReplyRules& rules)
{
    bool looks_like_json = body.starts_with('{') || body.starts_with('[');
    bool mentions_order = lowered(body).find("\"order") != std::string::npos;
    if (rules.edge_rejects && among(reply.status, edge_statuses) && !looks_like_json && !mentions_order) {
        auto reason = reply.status == 429 ? Reason::rate_limit : Reason::edge;
        return rejected(reason, fmt::format("Turned away before the panel: HTTP {}.", reply.status));
    }
    if (body.empty()) return unknown(fmt::format("HTTP {} with an empty reply.", reply.status));
    return unknown(fmt::format("HTTP {} with a reply that is not JSON.", reply.status));
}

}  // namespace

Result<Flavor> flavor_of(std::string_view asked)
{
    if (auto flavor = from_word<Flavor>(asked)) return *flavor;
    std::string known;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Flavor>>(
        [&](auto one) { known += (known.empty() ? "" : ", ") + std::string(one.name); });
    return fail_field("flavor", fmt::format("There is no flavor `{}`; known are: {}.", cut(asked, max_shown_word), known));
}

Verdict classify(const net::HttpResult& result, const ReplyRules& rules)
{
    if (!result) return from_failure(result.error());
    auto body = without_mark(result->body);
    auto json = json::parse(body);
    if (!json) return without_json(*result, body, rules);
    if (!json->is_object()) return unknown(fmt::format("HTTP {} with a reply that is not a JSON object.", result->status));
    auto parts = parts_of(json->get_object(), rules.flavor);
    if (result->status >= 500)
        return unknown(fmt::format("HTTP {}: the panel or its proxy failed on the way.", result->status));
    if (!parts.errors.empty()) return from_errors(parts, result->status, rules);
    bool has_number = !parts.orders.empty() || (rules.flavor == Flavor::smartpanel && !parts.aliases.empty());
    if (has_number) return from_orders(parts, result->status, rules);
    return unknown(fmt::format("HTTP {} with neither an order number nor an error.", result->status));
}

}  // namespace smg::suppliers
