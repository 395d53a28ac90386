#include "notices/delivery_testing.hpp"

namespace smg::notices {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class DeliveryTest : public DeliveryFixture {};

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

}  // namespace
}  // namespace smg::notices
