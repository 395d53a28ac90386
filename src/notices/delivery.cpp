#include "notices/delivery.hpp"

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "notices/telegram_html.hpp"
#include "settings/settings.hpp"

namespace smg::notices {
namespace {

/// How much of a text is left when Telegram counted otherwise than we did.
constexpr std::size_t surely_short = max_message / 2;

void log_trouble(const Outgoing& message, const TelegramAnswer& answer)
{
    if (answer.verdict == Verdict::sent || answer.verdict == Verdict::wait) return;
    log::warning("notices: {} to chat {}: {}: {}", message.id, message.chat_id, word(answer.verdict), answer.detail);
}

}  // namespace

Delivery::Delivery(db::Database& db, const Clock& clock, const settings::Settings& settings, SendTelegram send,
                   const Limits& limits)
    : db_(db), clock_(clock), settings_(settings), send_(std::move(send)), limits_(limits)
{
}

jobs::Kind Delivery::kind()
{
    jobs::Kind kind;
    kind.name = deliver_job;
    kind.concurrency = 1;
    kind.work = [this](jobs::Job job) { return work(std::move(job)); };
    return kind;
}

Channel Delivery::channel() const
{
    return {!settings_.secret("telegram.token").empty(), settings_.list("telegram.chat_id"),
            static_cast<int>(settings_.integer("telegram.per_minute")), language_of(settings_)};
}

Async<jobs::Outcome> Delivery::work(jobs::Job)
{
    for (int sent = 0; sent < limits_.per_run; ++sent) {
        auto now = clock_.now();
        auto take = [this, now, to = channel()](db::Tx& tx) { return take_next(tx, now, to, limits_); };
        auto next = co_await db_.write(std::move(take));
        if (!next.message && !next.later) co_return jobs::Done{};
        if (!next.message) co_return jobs::Park{"waits for its turn", *next.later};

        auto answer = co_await send(*next.message);
        log_trouble(*next.message, answer);
        auto after = clock_.now();
        auto write = [this, after, message = *next.message, answer](db::Tx& tx) {
            return record(tx, after, message, answer, limits_);
        };
        auto pause = co_await db_.write(std::move(write));
        if (pause) co_return jobs::Park{answer.detail, *pause};
    }
    co_return jobs::Park{"others come first", clock_.now()};
}

Async<TelegramAnswer> Delivery::send(Outgoing message)
{
    TelegramMessage text{message.chat_id, cut_html(message.html, max_message), true};
    auto answer = co_await send_(std::move(text));
    if (answer.verdict != Verdict::bad_markup && answer.verdict != Verdict::too_long) co_return answer;
    // Better plain and short than not at all: neither was sent.
    auto room = answer.verdict == Verdict::too_long ? surely_short : max_message;
    TelegramMessage plain{message.chat_id, plain_of(cut_html(message.html, room)), false};
    co_return co_await send_(std::move(plain));
}

}  // namespace smg::notices
