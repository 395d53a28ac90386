#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "sandbox/raw_server.hpp"

namespace smg::sandbox {

struct TelegramOptions {
    Duration latency{0};
    std::string scenario = "ok";
};

/// A message that reached its chat.
struct TelegramMessage {
    std::string chat_id;
    std::string text;  // as it was sent, with its tags
    std::string parse_mode;
    Time time;
};
BOOST_DESCRIBE_STRUCT(TelegramMessage, (), (chat_id, text, parse_mode, time))

/// A way in which the Bot API refuses, and the chat that always gets it.
struct TelegramScenario {
    std::string_view name;
    std::string_view chat_id;  // this chat gets it whatever `--scenario` says; empty = none does
    std::string_view help;
};

std::span<const TelegramScenario> telegram_scenarios();

/// The Bot API's sendMessage and getMe at `/bot<token>/…`; a token without a colon is wrong. `GET /log` lists what reached
/// its chat, `GET /scenarios`, `POST /reset`, `POST /control` with `scenario`, `latency_ms`. No I/O and no thread of its
/// own.
class TelegramSimulator {
public:
    /// Throws when there is no such scenario.
    TelegramSimulator(const Clock& clock, TelegramOptions options);

    RawReply handle(const RawRequest& request);
    const std::vector<TelegramMessage>& log() const { return log_; }

private:
    RawReply send_message(const http::Request& request);
    RawReply deliver(TelegramMessage message);
    RawReply refused_by(std::string_view scenario, const TelegramMessage& message);
    RawReply control(const http::Request& request);

    const Clock& clock_;
    TelegramOptions options_;
    std::vector<TelegramMessage> log_;
    std::int64_t asked_ = 0;  // calls of sendMessage
};

}  // namespace smg::sandbox
