#include "notices/delivery.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "db/testing.hpp"
#include "notices/notice_store.hpp"
#include "notices/telegram_chats.hpp"
#include "notices/telegram_html.hpp"
#include "settings/settings.hpp"

namespace smg::notices {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct Row {
    State state = State::queued;
    std::optional<std::string> chat_id;
    int tries = 0;
    Time run_at;
    std::optional<std::string> error;
    std::string body;
};
BOOST_DESCRIBE_STRUCT(Row, (), (state, chat_id, tries, run_at, error, body))

/// What crashed in the middle of a call leaves a row behind and no answer.
struct Crash {};

class DeliveryTest : public db::OnBothDatabases {
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
        auto deadline = std::chrono::steady_clock::now() + 30s;
        io.restart();
        while (!ended && std::chrono::steady_clock::now() < deadline) io.run_one_for(10ms);
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

    std::vector<Row> rows(std::string where = "")
    {
        return db().read_now([&](db::Tx& tx) { return tx.select<Row>("FROM notices " + where + " ORDER BY id"); });
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

INSTANTIATE_TEST_SUITE_P(databases, DeliveryTest, db::both_databases(), db::dialect_name);

TEST_P(DeliveryTest, sends_in_order_at_most_one_a_second)
{
    for (auto subject : {"one", "two", "three"}) add(subject);
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(3));
    EXPECT_THAT(got[0].text, HasSubstr("one"));
    EXPECT_THAT(got[2].text, HasSubstr("three"));
    EXPECT_GE(at[1] - at[0], 1s);
    EXPECT_GE(at[2] - at[1], 1s);
    EXPECT_THAT(states(), ElementsAre("sent", "sent", "sent"));
    EXPECT_EQ(sending_rows, 1u) << "each was committed as sending before its call";
}

TEST_P(DeliveryTest, without_a_token_or_a_chat_stays_silent)
{
    set("telegram.token", "");
    add("one");
    run_to_the_end();
    set("telegram.token", "123:secret");
    set("telegram.chat_id", "");
    add("two");
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("silent", "silent"));
    EXPECT_THAT(got, IsEmpty());
}

TEST_P(DeliveryTest, reaches_every_chat_and_is_listed_once)
{
    set("telegram.chat_id", "1, 2, 3");
    add("one");
    run_to_the_end();
    EXPECT_THAT(chats_called(), testing::UnorderedElementsAre("1", "2", "3"));
    EXPECT_THAT(db().read_now([](db::Tx& tx) { return list_notices(tx, 10); }), SizeIs(1));
}

TEST_P(DeliveryTest, a_reminder_reaches_every_chat_again)
{
    set("telegram.chat_id", "1, 2");
    add("one");
    run_to_the_end();
    clock.advance(1h);
    db().write_now([&](db::Tx& tx) { return remind_unseen(tx, clock.now(), Kind::decision_needed); });
    set("telegram.chat_id", "2, 3");
    run_to_the_end();
    EXPECT_THAT(chats_called(), testing::UnorderedElementsAre("1", "2", "2", "3"));
}

TEST_P(DeliveryTest, keeps_to_twenty_a_minute)
{
    for (int i = 0; i < 20; ++i) {
        add(std::to_string(i));
        run_to_the_end();
        clock.advance(1s);
    }
    add("last");
    EXPECT_EQ(parked(), at[0] + 60s);
    run_to_the_end();
    for (std::size_t i = 20; i < at.size(); ++i) EXPECT_GE(at[i] - at[i - 20], 60s);
    EXPECT_THAT(got, SizeIs(21));
}

TEST_P(DeliveryTest, more_than_a_minutes_worth_becomes_one_digest)
{
    set("telegram.per_minute", "5");
    for (int i = 0; i < 30; ++i) add("subject-" + std::to_string(i), i == 7 ? Level::alarm : Level::info);
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(1));
    EXPECT_THAT(got[0].text, HasSubstr("Notices: 30"));
    EXPECT_THAT(got[0].text, HasSubstr("subject-29"));
    EXPECT_THAT(rows("WHERE state = 'digested'"), SizeIs(30));
    EXPECT_THAT(rows("WHERE kind = 'digest' AND level = 'alarm' AND state = 'sent'"), SizeIs(1));
    EXPECT_THAT(db().read_now([](db::Tx& tx) { return list_notices(tx, 100); }), SizeIs(30))
        << "the list has them all, one by one";
}

TEST_P(DeliveryTest, just_a_minutes_worth_is_sent_singly)
{
    set("telegram.per_minute", "5");
    for (int i = 0; i < 5; ++i) add(std::to_string(i));
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(5));
}

TEST_P(DeliveryTest, a_lost_answer_is_repeated_once_and_marked)
{
    script = {TelegramAnswer{Verdict::unknown}};
    add("one");
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_THAT(got[0].text, Not(HasSubstr("possible repeat")));
    EXPECT_THAT(got[1].text, HasSubstr("possible repeat"));
    EXPECT_THAT(states(), ElementsAre("sent"));
}

TEST_P(DeliveryTest, lost_twice_is_not_repeated_a_second_time)
{
    script = {TelegramAnswer{Verdict::unknown}, TelegramAnswer{Verdict::unknown}};
    add("one");
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(2));
    EXPECT_THAT(states(), ElementsAre("dead"));
}

TEST_P(DeliveryTest, a_crash_in_the_middle_of_a_call_is_a_lost_answer)
{
    script = {std::nullopt};
    add("one");
    EXPECT_FALSE(run());
    EXPECT_THAT(states(), ElementsAre("sending"));
    EXPECT_EQ(parked(), clock.now() + Limits{}.lost_after) << "the call may still be under way";
    EXPECT_THAT(got, SizeIs(1));
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_THAT(got[1].text, HasSubstr("possible repeat"));
    EXPECT_THAT(states(), ElementsAre("sent"));
}

TEST_P(DeliveryTest, crashes_in_two_calls_are_enough)
{
    script = {std::nullopt, std::nullopt};
    add("one");
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(2));
    EXPECT_THAT(states(), ElementsAre("dead"));
}

TEST_P(DeliveryTest, obeys_retry_after_for_that_chat_only)
{
    set("telegram.chat_id", "1, 2");
    script = {TelegramAnswer{Verdict::wait, 34}};
    add("one");
    add("two");
    auto begin = clock.now();
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(5));
    for (std::size_t i = 1; i < got.size(); ++i)
        if (got[i].chat_id == got[0].chat_id) EXPECT_GE(at[i], begin + 34s);
        else EXPECT_LT(at[i], begin + 34s);
    for (const auto& message : got) EXPECT_THAT(message.text, Not(HasSubstr("possible repeat"))) << "it was not sent before";
}

TEST_P(DeliveryTest, follows_a_chat_that_moved_and_remembers)
{
    script = {TelegramAnswer{Verdict::moved, 0, "-1001"}};
    add("one");
    add("two");
    run_to_the_end();
    add("three");
    run_to_the_end();
    EXPECT_THAT(chats_called(), ElementsAre("1", "-1001", "-1001", "-1001"));
    EXPECT_THAT(states(), ElementsAre("sent", "sent", "sent"));
}

TEST_P(DeliveryTest, chats_that_moved_in_a_ring_do_not_hang_it)
{
    db().write_now([&](db::Tx& tx) -> Result<void> {
        chat_moved(tx, clock.now(), "1", "2");
        chat_moved(tx, clock.now(), "2", "1");
        return {};
    });
    add("one");
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("sent"));
}

TEST_P(DeliveryTest, a_dead_chat_is_not_tried_again_until_a_person_revives_it)
{
    script = {TelegramAnswer{Verdict::dead_chat, 0, {}, "Forbidden: bot was kicked"}};
    add("one");
    add("two");
    run_to_the_end();
    add("three");
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(1));
    EXPECT_THAT(states(), ElementsAre("dead", "dead", "dead"));
    for (const auto& row : rows()) EXPECT_EQ(row.error, "Forbidden: bot was kicked");
    db().write_now([&](db::Tx& tx) -> Result<void> { return revive_chat(tx, clock.now(), "1"), Result<void>{}; });
    add("four");
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(2));
}

TEST_P(DeliveryTest, a_bad_token_loses_neither_the_chat_nor_the_notice)
{
    script = {TelegramAnswer{Verdict::bad_token, 0, {}, "Unauthorized"}};
    add("one");
    EXPECT_EQ(parked(), clock.now() + Limits{}.bad_token_delay);
    EXPECT_THAT(states(), ElementsAre("queued"));
    db().write_now([&](db::Tx& tx) -> Result<void> { return deliver_now(tx, clock.now()), Result<void>{}; });
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("sent"));
    EXPECT_THAT(got.back().text, Not(HasSubstr("possible repeat")));
}

TEST_P(DeliveryTest, what_telegram_cannot_read_goes_as_plain_text)
{
    script = {TelegramAnswer{Verdict::bad_markup}};
    add("a < b");
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_TRUE(got[0].html);
    EXPECT_FALSE(got[1].html);
    EXPECT_THAT(got[1].text, HasSubstr("a < b"));
    EXPECT_THAT(states(), ElementsAre("sent"));
}

TEST_P(DeliveryTest, what_is_too_long_goes_shorter)
{
    script = {TelegramAnswer{Verdict::too_long}};
    add(std::string(9000, 'x'));
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_LE(telegram_length(got[0].text), max_message);
    EXPECT_LE(telegram_length(got[1].text), max_message / 2);
    EXPECT_THAT(states(), ElementsAre("sent"));
}

TEST_P(DeliveryTest, what_is_refused_for_good_does_not_hold_up_the_rest)
{
    script = {TelegramAnswer{Verdict::refused, 0, {}, "message text is empty"}};
    add("one");
    add("two");
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("dead", "sent"));
}

TEST_P(DeliveryTest, waits_longer_and_longer_while_telegram_is_out_of_reach_and_marks_no_repeat)
{
    script.assign(10, TelegramAnswer{Verdict::not_sent, 0, {}, "cannot connect"});
    add("one");
    run_to_the_end();
    ASSERT_THAT(at, SizeIs(11));
    EXPECT_EQ(at[1] - at[0], 5s);
    EXPECT_GT(at[10] - at[9], at[5] - at[4]);
    EXPECT_THAT(states(), ElementsAre("sent"));
    EXPECT_THAT(got.back().text, Not(HasSubstr("possible repeat")));
}

TEST_P(DeliveryTest, gives_up_after_a_day_out_of_reach)
{
    script.assign(1000, TelegramAnswer{Verdict::not_sent, 0, {}, "cannot connect"});
    add("one");
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("dead"));
    EXPECT_THAT(*rows()[0].error, HasSubstr("cannot connect"));
    EXPECT_GE(at.back() - at.front(), 24h);
}

TEST_P(DeliveryTest, a_late_answer_does_not_overwrite_what_another_worker_did)
{
    add("one");
    Channel channel{true, {"1"}, 1000, Language::en};
    auto taken = db().write_now([&](db::Tx& tx) { return take_next(tx, clock.now(), channel, {}); });
    ASSERT_TRUE(taken.message);
    clock.advance(Limits{}.lost_after);
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("sent"));
    db().write_now([&](db::Tx& tx) { return record(tx, clock.now(), *taken.message, {Verdict::refused}, {}); });
    EXPECT_THAT(states(), ElementsAre("sent"));
}

}  // namespace
}  // namespace smg::notices
