#pragma once

#include <boost/describe/enum.hpp>

#include <functional>
#include <string>

#include "base/async.hpp"
#include "base/secret.hpp"
#include "net/http_client.hpp"

namespace smg::settings {
class Settings;
}

namespace smg::notices {

enum class Verdict {
    sent,
    wait,        // too many: not sent, again after `retry_after_s`
    moved,       // not sent, the chat is now `chat_id`
    dead_chat,   // nobody reads there, and it does not mend itself
    bad_token,   // says nothing of the chat
    bad_markup,  // not sent: the HTML is not to Telegram's taste
    too_long,
    refused,   // not sent, and never will be as it is
    not_sent,  // proved: the request did not leave, or Telegram says that it failed before
    unknown,   // it may have been sent
};
BOOST_DESCRIBE_ENUM(Verdict, sent, wait, moved, dead_chat, bad_token, bad_markup, too_long, refused, not_sent, unknown)

struct TelegramAnswer {
    Verdict verdict = Verdict::unknown;
    int retry_after_s = 0;
    std::string chat_id = {};  // of `moved`
    std::string detail = {};   // for people; never holds the token
};

struct TelegramMessage {
    std::string chat_id;
    std::string text;
    bool html = true;
};

/// The way to Telegram; tests have one of their own.
using SendTelegram = std::function<Async<TelegramAnswer>(TelegramMessage)>;

constexpr Duration telegram_timeout = std::chrono::seconds(15);  // of one call

/// What became of the message. The codes are coarse, so the description decides.
TelegramAnswer classify(const net::HttpResult& result, const Secret& token);

/// sendMessage of the Bot API as the settings telegram.* say.
class TelegramClient {
public:
    TelegramClient(net::HttpClient& http, const settings::Settings& settings) : http_(http), settings_(settings) {}
    Async<TelegramAnswer> send(TelegramMessage message);

private:
    net::HttpClient& http_;
    const settings::Settings& settings_;
};

}  // namespace smg::notices
