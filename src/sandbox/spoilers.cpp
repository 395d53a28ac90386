#include "sandbox/spoilers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/money.hpp"
#include "base/text.hpp"

namespace smg::sandbox {
namespace {

bool is_bulk(const json::value& json)
{
    return json.is_object() && !json.get_object().contains("status") && !json.get_object().contains("error");
}

template <class F>
void each_status(Answer& answer, F&& change)
{
    if (!answer.json.is_object()) return;
    auto& whole = answer.json.get_object();
    if (whole.contains("status")) return change(whole);
    for (auto& [id, one] : whole)
        if (one.is_object() && one.get_object().contains("status")) change(one.get_object());
}

template <class F>
void each_service(Answer& answer, F&& change)
{
    if (!answer.json.is_array()) return;
    for (auto& service : answer.json.get_array()) change(service.get_object());
}

void make_strings(json::value& value)
{
    if (value.is_object())
        for (auto& [key, inner] : value.get_object()) make_strings(inner);
    if (value.is_array())
        for (auto& inner : value.get_array()) make_strings(inner);
    if (value.is_int64()) value = std::to_string(value.get_int64());
}

bool is_number(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

void Answer::write(std::string body, std::string content_type)
{
    reply.body = std::move(body);
    reply.content_type = std::move(content_type);
    written = true;
}

void fails(Answer& answer, std::string_view text) { answer.json = json::object{{"error", text}}; }

void fails(Answer& answer, int status, std::string_view text)
{
    fails(answer, text);
    answer.reply.status = status;
}

void html(Answer& answer, int status, std::string page)
{
    answer.write(std::move(page), "text/html; charset=UTF-8");
    answer.reply.status = status;
}

void redirects(Answer& answer, int status, std::string to)
{
    html(answer, status, "");
    answer.reply.headers.emplace_back("Location", std::move(to));
}

void writes(Answer& answer, const Asked& asked)
{
    std::string body;
    for (char c : asked.text) {
        if (c == '#') body += std::to_string(asked.order);
        else body += c;
    }
    answer.write(std::move(body));
}

void goes_out(Answer& answer, std::string_view head, std::string_view body)
{
    answer.reply.bytes = fmt::format("{}\r\n\r\n{}", head, body);
}

void packed(Answer& answer, std::string body, std::string_view encoding)
{
    answer.write(std::move(body));
    answer.reply.headers.emplace_back("Content-Encoding", encoding);
}

void say_status(Answer& answer, std::string_view word)
{
    each_status(answer, [&](json::object& one) { one["status"] = word; });
}

void say_remains(Answer& answer, std::string_view status, std::string_view remains)
{
    each_status(answer, [&](json::object& one) {
        one["status"] = status;
        one["remains"] = remains;
    });
}

void say(Answer& answer, std::string_view member, const json::value& value)
{
    if (answer.json.is_object() && answer.json.get_object().contains(member)) answer.json.get_object()[member] = value;
    else each_status(answer, [&](json::object& one) { one[member] = value; });
}

void cancel_completed(Answer& answer)
{
    each_status(answer, [](json::object& one) {
        if (one["status"] == "Completed") one["status"] = "Canceled";
    });
}

void add_stranger(Answer& answer)
{
    if (!is_bulk(answer.json)) return;
    answer.json.get_object()["1"] = json::object{{"status", "Completed"}, {"charge", "9.00"}, {"remains", "0"}};
}

void say_nothing_known(Answer& answer)
{
    each_status(answer, [](json::object& one) { one["start_count"] = one["remains"] = one["charge"] = nullptr; });
}

void spell_otherwise(Answer& answer)
{
    struct Drift {
        std::string_view word, other;
    };
    constexpr auto drifts = std::to_array<Drift>({{"In progress", "IN_PROGRESS"},
                                                  {"Pending", "processing"},
                                                  {"Completed", "completed"},
                                                  {"Canceled", "Cancelled"},
                                                  {"Partial", "partial "}});
    each_status(answer, [&](json::object& one) {
        auto drift = std::ranges::find(drifts, std::string_view(one["status"].as_string()), &Drift::word);
        if (drift != drifts.end()) one["status"] = drift->other;
    });
}

void drop_ids(Answer& answer)
{
    if (!is_bulk(answer.json)) return;
    json::array list;
    for (auto& [id, one] : answer.json.get_object()) list.push_back(one);
    answer.json = std::move(list);
}

void drop_first(Answer& answer)
{
    if (answer.json.is_array() && !answer.json.get_array().empty())
        answer.json.get_array().erase(answer.json.get_array().begin());
    if (!is_bulk(answer.json) || answer.json.get_object().empty()) return;
    answer.json.get_object().erase(answer.json.get_object().begin());
}

void bare_errors(Answer& answer)
{
    if (!is_bulk(answer.json)) return;
    for (auto& [id, one] : answer.json.get_object())
        if (auto error = one.is_object() ? one.get_object().if_contains("error") : nullptr) one = json::value(*error);
}

void multiply_rates(Answer& answer, int by)
{
    each_service(answer, [&](json::object& one) {
        auto rate = Money::parse(std::string_view(one["rate"].as_string()));
        if (rate) one["rate"] = Money{rate->units * by}.text();
    });
}

void say_of_first(Answer& answer, std::string_view member, const json::value& value)
{
    if (!answer.json.is_array() || answer.json.get_array().empty()) return;
    answer.json.get_array().front().get_object()[member] = value;
}

void lower_types(Answer& answer)
{
    each_service(answer, [](json::object& one) {
        auto type = lowered(std::string_view(one["type"].as_string()));
        std::ranges::replace(type, ' ', '_');
        one["type"] = type;
    });
}

void fill_up(Answer& answer, std::size_t count)
{
    if (!answer.json.is_array() || answer.json.get_array().empty()) return;
    auto& list = answer.json.get_array();
    for (json::value one = list.front(); list.size() < count;) {
        one.get_object()["service"] = static_cast<std::int64_t>(100'000 + list.size());
        list.push_back(one);
    }
}

void to_floats(Answer& answer)
{
    constexpr std::string_view opening = ":\"";
    std::string out;
    auto in = answer.text();
    for (std::string_view rest = in; !rest.empty();) {
        auto at = rest.find(opening);
        auto end = at == std::string_view::npos ? at : rest.find('"', at + opening.size());
        if (end == std::string_view::npos) {
            out += rest;
            break;
        }
        auto text = rest.substr(at + opening.size(), end - at - opening.size());
        if (is_number(text)) out += fmt::format("{}:{}{}", rest.substr(0, at), text, text.contains('.') ? "" : ".0");
        else out += rest.substr(0, end + 1);
        rest.remove_prefix(end + 1);
    }
    answer.write(std::move(out));
}

void to_strings(Answer& answer) { make_strings(answer.json); }

void wrap_in_data(Answer& answer)
{
    json::value inner = answer.json;
    answer.json = json::object{{"status", "success"}, {"data", std::move(inner)}};
}

}  // namespace smg::sandbox
