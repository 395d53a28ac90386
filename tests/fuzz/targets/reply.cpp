// Replies to `add`: accepted only for a whole JSON object with one order number, a status that accepts and nothing that says
// no; refused only for a known text alone in its object, or at the edge where the supplier's rules allow it; the key is
// shown nowhere, and one byte more or less makes no acceptance.
#include <algorithm>
#include <charconv>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/loose_json.hpp"
#include "suppliers/loose_json.hpp"
#include "suppliers/reply.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

using suppliers::Reason;
using suppliers::Verdict;

constexpr std::string_view key = "5ecret0f0ur5";

bool is_order_number(const json::value& in)
{
    auto text = json::as_text(in);
    return text && !text->empty() && text->size() <= 20 && text->front() != '0' &&
           std::ranges::all_of(*text, [](char c) { return c >= '0' && c <= '9'; });
}

// Every member of the object and, where the flavour wraps, of its `data`.
std::vector<std::pair<std::string, const json::value*>> members(const json::object& object, bool smartpanel)
{
    std::vector<std::pair<std::string, const json::value*>> out;
    for (const auto& [name, value] : object) {
        out.emplace_back(name, &value);
        if (!smartpanel || std::string_view(name) != "data" || !value.is_object()) continue;
        for (const auto& [inner, wrapped] : value.get_object()) out.emplace_back(inner, &wrapped);
    }
    return out;
}

// The names in the outermost object, counted on the text: two readers take a name that comes twice for different things.
bool has_name_twice(std::string_view body)
{
    std::set<std::string> names;
    int depth = 0;
    for (std::size_t at = 0; at < body.size(); ++at) {
        if (body[at] == '{' || body[at] == '[') ++depth;
        if (body[at] == '}' || body[at] == ']') --depth;
        if (body[at] != '"') continue;
        auto begin = at++;
        while (at < body.size() && body[at] != '"') at += body[at] == '\\' ? 2 : 1;
        auto next = std::min(body.find_first_not_of(" \t\r\n", at + 1), body.size() - 1);
        if (depth != 1 || body[next] != ':') continue;
        auto name = json::parse(body.substr(begin, at + 1 - begin));
        must(name && name->is_string(), body);
        if (!names.insert(std::string(name->get_string())).second) return true;
    }
    return false;
}

void check_accepted(const net::HttpReply& reply, const Verdict& verdict, bool smartpanel)
{
    must(reply.status == 200 || reply.status == 201, reply.body);
    auto body = trimmed(reply.body);
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    auto json = json::parse(trimmed(body));
    must(json && json->is_object() && !has_name_twice(body), reply.body);
    bool found = false;
    for (const auto& [name, value] : members(json->get_object(), smartpanel)) {
        auto word = lowered(name);
        bool number = name == "order" || (smartpanel && name == "order_id");
        if (number) {
            must(is_order_number(*value) && json::as_text(*value) == verdict.supplier_order_id, reply.body);
            found = true;
        }
        must(word != "error" && word != "errors", reply.body);
        bool envelope = word == "status" || word == "success";
        must(!envelope || !value->is_bool() || value->get_bool(), reply.body);
        auto text = json::as_text(*value).value_or("");
        must(!envelope || (text != "0" && text != "false" && text != "error" && text != "fail" && text != "failed"),
             reply.body);
    }
    must(found, reply.body);
}

void check_rejected(const net::HttpReply& reply, const Verdict& verdict, const suppliers::ReplyRules& rules)
{
    must(verdict.supplier_order_id.empty() && reply.status < 500, reply.body);
    if (verdict.reason == Reason::edge) {
        must(rules.edge_rejects && !json::parse(reply.body), reply.body);
        return;
    }
    auto json = json::parse(without_mark(reply.body));
    if (!json) {
        must(rules.edge_rejects && reply.status == 429 && verdict.reason == Reason::rate_limit, reply.body);
        return;
    }
    must(json->is_object() && verdict.reason != Reason::none, reply.body);
    for (const auto& [name, value] : members(json->get_object(), rules.flavor == suppliers::Flavor::smartpanel))
        must(!lowered(name).contains("order") && lowered(name) != "id", reply.body);
}

// What a broken line or a hostile proxy makes of an accepted reply proves nothing.
void check_spoiled(net::HttpReply reply, const suppliers::ReplyRules& rules)
{
    auto lost = [&](const net::HttpReply& spoiled) {
        must(suppliers::classify(spoiled, rules).kind == Verdict::Kind::unknown, spoiled.body);
    };
    auto whole = std::string(trimmed(reply.body));
    reply.body = whole.substr(0, whole.size() - 1);
    lost(reply);
    reply.body = whole + "x";
    lost(reply);
    reply.body = "<br />Warning" + whole;
    lost(reply);
    reply.body = whole + whole;
    lost(reply);
    reply.body = whole;
    reply.status = 502;
    lost(reply);
}

net::HttpResult result_from(std::string_view words, std::string_view body)
{
    if (words.contains('f')) {
        net::HttpFailure failure{net::Failure::timeout, words.contains('t'), std::string(body)};
        if (words.contains('a')) failure.kind = net::Failure::refused_address;
        return std::unexpected(std::move(failure));
    }
    net::HttpReply reply;
    std::from_chars(words.data(), words.data() + words.size(), reply.status);
    reply.body = body;
    return reply;
}

}  // namespace

// First line: the status, then letters for the rules. The rest is the body.
void one_input(std::string_view input)
{
    auto words = first_line(input);
    suppliers::ReplyRules rules;
    bool smartpanel = words.contains('s');
    if (smartpanel) rules.flavor = suppliers::Flavor::smartpanel;
    rules.edge_rejects = words.contains('e');
    if (words.contains('c'))
        rules.classified = [](std::string_view text) {
            must(!text.contains(key), text);
            return text.starts_with("no") ? std::optional(Reason::other) : std::nullopt;
        };
    rules.key = Secret(std::string(key));
    auto result = result_from(words, input);
    auto verdict = suppliers::classify(result, rules);

    must(!verdict.text.contains(key) || !result, verdict.text);
    must(valid_utf8(verdict.text) || !result, verdict.text);
    must((verdict.kind == Verdict::Kind::accepted) == !verdict.supplier_order_id.empty(), input);
    if (!result) {
        must(verdict.kind == Verdict::Kind::unknown && (!result.error().sent || verdict.reason == Reason::none), input);
    } else if (verdict.kind == Verdict::Kind::accepted) {
        check_accepted(*result, verdict, smartpanel);
        check_spoiled(*result, rules);
    } else if (verdict.kind == Verdict::Kind::rejected) {
        check_rejected(*result, verdict, rules);
    }
}

}  // namespace smg::fuzz
