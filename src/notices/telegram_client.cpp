#include "notices/telegram_client.hpp"

#include <fmt/core.h>
#include <boost/describe/class.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.hpp"
#include "base/text.hpp"
#include "settings/settings.hpp"

namespace smg::notices {
namespace {

constexpr int longest_wait_s = 24 * 3600;
constexpr std::size_t longest_detail = 300;
constexpr std::size_t longest_reply = 256 * 1024;

struct Parameters {
    std::optional<int> retry_after;
    std::optional<std::string> migrate_to_chat_id;
};
BOOST_DESCRIBE_STRUCT(Parameters, (), (retry_after, migrate_to_chat_id))

struct Reply {
    bool ok = false;
    std::optional<int> error_code;
    std::optional<std::string> description;
    std::optional<Parameters> parameters;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (ok, error_code, description, parameters))

struct Known {
    int code;
    std::string_view part;  // of the description in lower case; empty: any
    Verdict verdict;
};

// The first row that fits.
constexpr auto known = std::to_array<Known>({
    {401, "", Verdict::bad_token},
    {404, "", Verdict::bad_token},  // the Bot API knows no such bot, or the address is another server's
    {403, "", Verdict::dead_chat},
    {400, "can't parse entities", Verdict::bad_markup},
    {400, "unsupported start tag", Verdict::bad_markup},
    {400, "message is too long", Verdict::too_long},
    {400, "chat not found", Verdict::dead_chat},
    {400, "user not found", Verdict::dead_chat},
    {400, "peer_id_invalid", Verdict::dead_chat},
    {400, "chat_id is empty", Verdict::dead_chat},
    {400, "group chat was deactivated", Verdict::dead_chat},
    {400, "not enough rights", Verdict::dead_chat},
    {400, "have no rights", Verdict::dead_chat},
    {400, "chat_write_forbidden", Verdict::dead_chat},
    {400, "", Verdict::refused},
});

std::string without(const std::string& text, const Secret& token)
{
    std::string out = text;
    if (token.empty()) return out;
    for (auto at = out.find(token.reveal()); at != std::string::npos; at = out.find(token.reveal()))
        out.replace(at, token.reveal().size(), "…");
    return out;
}

Verdict verdict_of(int code, const std::string& description)
{
    if (code >= 500) return Verdict::unknown;
    auto words = lowered(description);
    auto row = std::ranges::find_if(
        known, [&](const Known& one) { return one.code == code && words.find(one.part) != std::string::npos; });
    return row == known.end() ? Verdict::refused : row->verdict;
}

TelegramAnswer of_reply(int status, const Reply& reply)
{
    if (reply.ok) return {status == 200 ? Verdict::sent : Verdict::unknown};
    auto code = reply.error_code.value_or(status);
    auto description = reply.description.value_or("");
    auto parameters = reply.parameters.value_or(Parameters{});
    if (parameters.migrate_to_chat_id) return {Verdict::moved, 0, *parameters.migrate_to_chat_id, description};
    if (code == 429 || parameters.retry_after)
        return {Verdict::wait, std::clamp(parameters.retry_after.value_or(1), 1, longest_wait_s), {}, description};
    return {verdict_of(code, description), 0, {}, description};
}

TelegramAnswer of_unreadable(const net::HttpReply& reply)
{
    auto detail = fmt::format("HTTP {} without the Bot API's JSON", reply.status);
    if (reply.status == 429) return {Verdict::wait, std::clamp(reply.retry_after_s, 1, longest_wait_s), {}, detail};
    if (reply.status == 401 || reply.status == 404) return {Verdict::bad_token, 0, {}, detail};
    return {Verdict::unknown, 0, {}, detail};
}

}  // namespace

TelegramAnswer classify(const net::HttpResult& result, const Secret& token)
{
    TelegramAnswer answer;
    if (!result) {
        answer = {result.error().sent ? Verdict::unknown : Verdict::not_sent, 0, {}, result.error().message};
    } else {
        auto json = json::parse(result->body);
        auto reply = json ? json::to<Reply>(*json) : Result<Reply>(fail(Code::invalid, ""));
        answer = reply ? of_reply(result->status, *reply) : of_unreadable(*result);
    }
    answer.detail = cut(without(answer.detail, token), longest_detail);
    return answer;
}

Async<TelegramAnswer> TelegramClient::send(TelegramMessage message)
{
    auto token = settings_.secret("telegram.token");
    auto base = settings_.text("telegram.api_url");
    while (base.ends_with('/')) base.pop_back();

    json::object body;
    body["chat_id"] = message.chat_id;
    body["text"] = message.text;
    if (message.html) body["parse_mode"] = "HTML";
    body["disable_web_page_preview"] = true;

    net::HttpRequest request;
    request.url = fmt::format("{}/bot{}/sendMessage", base, token.reveal());
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json::text_of(body);
    request.timeout = telegram_timeout;
    request.max_body = longest_reply;
    request.allow_private = settings_.flag("telegram.allow_private");
    auto result = co_await http_.perform(std::move(request));
    co_return classify(result, token);
}

}  // namespace smg::notices
