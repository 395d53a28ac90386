#pragma once

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>

#include "db/testing.hpp"
#include "notices/delivery.hpp"
#include "notices/notice_store.hpp"
#include "settings/settings.hpp"

// For tests only: the delivery of notices with a Telegram that answers as scripted.
namespace smg::notices {

struct SentRow {
    State state = State::queued;
    std::optional<std::string> chat_id;
    int tries = 0;
    Time run_at;
    std::optional<std::string> error;
    std::string body;
};
BOOST_DESCRIBE_STRUCT(SentRow, (), (state, chat_id, tries, run_at, error, body))

/// What crashed in the middle of a call leaves a row behind and no answer.
struct Crash {};

class DeliveryFixture : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        settings_.emplace(db(), key_);
        set("telegram.token", "123:secret");
        set("telegram.chat_id", "1");
        set("telegram.language", "en");
        set("telegram.per_minute", "1000");
    }

    void set(std::string_view key, const std::string& value)
    {
        db().write_now([&](db::Tx& tx) { return settings::change(tx, key_, clock.now(), key, value, "test"); }).value();
        settings_->reload();
    }

    void add(const std::string& subject, Level level = Level::warning)
    {
        NewNotice notice;
        notice.level = level;
        notice.dedup_key = subject;
        notice.values = {{"subject", subject}};
        db().write_now([&](db::Tx& tx) { return raise(tx, clock.now(), Language::en, notice); });
    }

    /// One run of the job; nothing when it crashed.
    std::optional<jobs::Outcome> run()
    {
        Delivery delivery(db(), clock, *settings_, [this](TelegramMessage message) { return telegram(std::move(message)); });
        std::optional<jobs::Outcome> outcome;
        auto working = [&]() -> Async<void> {
            jobs::Job job;
            outcome = co_await delivery.work(job);
        };
        bool ended = false;
        boost::asio::co_spawn(io, working, [&](std::exception_ptr) { ended = true; });
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        io.restart();
        while (!ended && std::chrono::steady_clock::now() < deadline) io.run_one_for(std::chrono::milliseconds(10));
        return outcome;
    }

    /// Until nothing is queued, the time going on as the job asks; the last outcome is Done.
    void run_to_the_end()
    {
        for (int i = 0; i < 300; ++i) {
            auto outcome = run();
            if (!outcome) continue;
            if (std::holds_alternative<jobs::Done>(*outcome)) return;
            auto until = std::get<jobs::Park>(*outcome).until;
            if (until > clock.now()) clock.advance(until - clock.now());
        }
        FAIL() << "does not come to an end";
    }

    Time parked()
    {
        auto outcome = run();
        return outcome && std::holds_alternative<jobs::Park>(*outcome) ? std::get<jobs::Park>(*outcome).until : Time{};
    }

    Async<TelegramAnswer> telegram(TelegramMessage message)
    {
        got.push_back(message);
        at.push_back(clock.now());
        // Committed before the call, and by nobody else's hand.
        sending_rows = std::max(sending_rows, rows("WHERE state = 'sending'").size());
        if (script.empty()) co_return TelegramAnswer{Verdict::sent};
        auto answer = script.front();
        script.erase(script.begin());
        if (!answer) throw Crash{};
        co_return *answer;
    }

    std::vector<SentRow> rows(std::string where = "")
    {
        return db().read_now([&](db::Tx& tx) { return tx.select<SentRow>("FROM notices " + where + " ORDER BY id"); });
    }

    void change_settings(std::string_view key, const std::string& value)
    {
        set(key, value);
        db().write_now([&](db::Tx& tx) -> Result<void> { return settings_changed(tx, clock.now()), Result<void>{}; });
    }

    std::vector<std::string> states()
    {
        std::vector<std::string> out;
        for (const auto& row : rows()) out.emplace_back(word(row.state));
        return out;
    }

    std::vector<std::string> chats_called()
    {
        std::vector<std::string> out;
        for (const auto& message : got) out.push_back(message.chat_id);
        return out;
    }

    boost::asio::io_context io;
    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    MasterKey key_ = MasterKey::random();
    std::optional<settings::Settings> settings_;
    std::vector<std::optional<TelegramAnswer>> script;  // empty: everything is sent; no answer: a crash
    std::vector<TelegramMessage> got;
    std::vector<Time> at;
    std::size_t sending_rows = 0;
};

}  // namespace smg::notices
