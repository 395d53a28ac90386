#include "sandbox/telegram.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "sandbox/fields.hpp"
#include "sandbox/payloads.hpp"
#include "sandbox/telegram_html.hpp"

namespace smg::sandbox {
namespace {

constexpr std::size_t max_units = 4096;
constexpr std::int64_t max_latency_ms = 3'600'000;
constexpr int retry_after_s = 1;
constexpr std::int64_t supergroup = -1'000'000'000'052;

constexpr auto table = std::to_array<TelegramScenario>({
    {"ok", "", "Delivers what is well formed."},
    {"retry_after", "1429", "429 with retry_after of one second to every second call, beginning with the first."},
    {"migrate", "-52", "400: the group became the supergroup -1000000000052; the new chat takes messages."},
    {"parse_error", "1400", "400: can't parse entities, whatever the text, unless it is sent without parse_mode."},
    {"too_long", "4096", "400: message is too long, whatever its length."},
    {"chat_not_found", "1404", "400: there is no such chat."},
    {"blocked", "1403", "403: the person has blocked the bot."},
    {"unauthorized", "", "401: the token is wrong."},
    {"html_502", "", "502 with a page."},
    {"hang", "", "Delivers and never answers."},
    {"reset_after", "", "Delivers and resets the connection."},
});

RawReply refusal(int code, const std::string& description, const json::object& parameters = {})
{
    json::object body{{"ok", false}, {"error_code", code}, {"description", description}};
    if (!parameters.empty()) body["parameters"] = parameters;
    return json_reply(body, code);
}

bool known(std::string_view scenario) { return std::ranges::find(table, scenario, &TelegramScenario::name) != table.end(); }

}  // namespace

std::span<const TelegramScenario> telegram_scenarios() { return table; }

TelegramSimulator::TelegramSimulator(const Clock& clock, TelegramOptions options)
    : clock_(clock), options_(std::move(options))
{
    if (!known(options_.scenario)) throw std::invalid_argument("there is no scenario `" + options_.scenario + "`");
}

RawReply TelegramSimulator::handle(const RawRequest& request)
{
    const auto& http = request.http;
    bool post = http.method == http::Method::POST;
    if (http.path == "/log" && !post) return json_reply(json::from(log_));
    if (http.path == "/scenarios" && !post) {
        json::array list;
        for (const auto& row : table) list.push_back({{"name", row.name}, {"chat_id", row.chat_id}, {"help", row.help}});
        return json_reply(list);
    }
    if (http.path == "/control" && post) return control(http);
    if (http.path == "/reset" && post) {
        log_.clear();
        asked_ = 0;
        return json_reply(json::object{{"ok", true}});
    }
    auto slash = http.path.find('/', 1);
    if (!http.path.starts_with("/bot") || slash == std::string::npos) return refusal(404, "Not Found");
    auto token = http.path.substr(4, slash - 4), method = http.path.substr(slash + 1);
    if (token.find(':') == std::string::npos) return refusal(401, "Unauthorized");
    if (method == "getMe")
        return json_reply(json::object{
            {"ok", true},
            {"result", json::object{{"id", 1}, {"is_bot", true}, {"first_name", "SMG"}, {"username", "smg_bot"}}}});
    if (method != "sendMessage") return refusal(404, "Not Found");
    auto reply = send_message(http);
    reply.delay += options_.latency;
    return reply;
}

RawReply TelegramSimulator::send_message(const http::Request& request)
{
    ++asked_;
    auto fields = read_fields(request);
    if (!fields) return refusal(400, "Bad Request: can't parse the request");
    TelegramMessage message{field(*fields, "chat_id"), field(*fields, "text"), field(*fields, "parse_mode"), clock_.now()};
    auto own = std::ranges::find(table, std::string_view(message.chat_id), &TelegramScenario::chat_id);
    auto scenario = message.chat_id.empty() || own == table.end() ? std::string_view(options_.scenario) : own->name;
    return refused_by(scenario, message);
}

RawReply TelegramSimulator::refused_by(std::string_view scenario, const TelegramMessage& message)
{
    if (scenario == "retry_after" && asked_ % 2 == 1)
        return refusal(429, fmt::format("Too Many Requests: retry after {}", retry_after_s),
                       {{"retry_after", retry_after_s}});
    if (scenario == "migrate" && message.chat_id != std::to_string(supergroup))
        return refusal(400, "Bad Request: group chat was upgraded to a supergroup chat",
                       {{"migrate_to_chat_id", supergroup}});
    if (scenario == "parse_error" && !message.parse_mode.empty())
        return refusal(400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0");
    if (scenario == "too_long") return refusal(400, "Bad Request: message is too long");
    if (scenario == "chat_not_found") return refusal(400, "Bad Request: chat not found");
    if (scenario == "blocked") return refusal(403, "Forbidden: bot was blocked by the user");
    if (scenario == "unauthorized") return refusal(401, "Unauthorized");
    if (scenario == "html_502") {
        RawReply reply;
        reply.status = 502;
        reply.content_type = "text/html";
        reply.body = cloudflare_page(502);
        return reply;
    }
    auto reply = deliver(message);
    if (scenario == "hang") reply.ending = Ending::hang;
    if (scenario == "reset_after") reply.ending = Ending::reset;
    return reply;
}

RawReply TelegramSimulator::deliver(TelegramMessage message)
{
    if (message.chat_id.empty()) return refusal(400, "Bad Request: chat_id is empty");
    bool html = message.parse_mode == "HTML";
    if (!html && !message.parse_mode.empty()) return refusal(400, "Bad Request: unsupported parse_mode");
    std::expected<std::size_t, std::string> units = utf16_length(message.text);
    if (html) units = telegram_length(message.text);
    if (!units) return refusal(400, "Bad Request: can't parse entities: " + units.error());
    if (*units == 0) return refusal(400, "Bad Request: message text is empty");
    if (*units > max_units) return refusal(400, "Bad Request: message is too long");
    log_.push_back(message);
    json::object chat{{"id", number(message.chat_id).value_or(0)}, {"type", "private"}};
    auto date = std::chrono::floor<std::chrono::seconds>(message.time).time_since_epoch().count();
    json::object result{
        {"message_id", static_cast<std::int64_t>(log_.size())}, {"chat", chat}, {"date", date}, {"text", message.text}};
    return json_reply(json::object{{"ok", true}, {"result", result}});
}

RawReply TelegramSimulator::control(const http::Request& request)
{
    auto fields = read_fields(request);
    auto latency =
        fields && fields->contains("latency_ms") ? number(field(*fields, "latency_ms")) : options_.latency.count();
    auto scenario = fields && fields->contains("scenario") ? field(*fields, "scenario") : options_.scenario;
    if (!fields || !latency || *latency < 0 || *latency > max_latency_ms || !known(scenario))
        return json_reply(json::object{{"error", "scenario must be one of GET /scenarios, latency_ms 0 to 3600000"}}, 422);
    options_ = {Duration(*latency), scenario};
    return json_reply(json::object{{"ok", true}, {"scenario", scenario}});
}

}  // namespace smg::sandbox
