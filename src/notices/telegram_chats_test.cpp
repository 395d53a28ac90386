#include "notices/telegram_chats.hpp"
#include "notices/delivery_testing.hpp"

namespace smg::notices {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class ChatTest : public DeliveryFixture {
protected:
    const TelegramAnswer kicked{Verdict::dead_chat, 0, {}, "Forbidden: bot was kicked"};
};

INSTANTIATE_TEST_SUITE_P(databases, ChatTest, db::both_databases(), db::dialect_name);

TEST_P(ChatTest, follows_a_chat_that_moved_and_remembers)
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

TEST_P(ChatTest, chats_that_moved_in_a_ring_do_not_hang_it)
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

TEST_P(ChatTest, a_dead_one_dies_alone_and_its_notices_reach_the_other)
{
    set("telegram.chat_id", "1, 2");
    script = {kicked};
    add("one");
    run_to_the_end();
    add("two");
    run_to_the_end();
    EXPECT_THAT(chats_called(), ElementsAre("1", "2", "2"));
    EXPECT_THAT(rows("WHERE chat_id = '1'"), SizeIs(1));
    EXPECT_EQ(rows("WHERE chat_id = '1'")[0].error, "Forbidden: bot was kicked");
}

TEST_P(ChatTest, a_dead_one_is_tried_again_by_the_next_notice_after_an_hour)
{
    set("telegram.chat_id", "1, 2");
    script = {kicked};
    add("one");
    run_to_the_end();
    clock.advance(59min);
    add("two");
    run_to_the_end();
    EXPECT_THAT(chats_called(), ElementsAre("1", "2", "2"));

    clock.advance(2min);
    script = {kicked};
    add("three");
    run_to_the_end();
    EXPECT_THAT(chats_called(), ElementsAre("1", "2", "2", "1", "2")) << "it still refuses";
    add("four");
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(6)) << "and is left alone for another hour";

    clock.advance(61min);
    add("five");
    add("six");
    run_to_the_end();
    EXPECT_THAT(std::vector(got.begin() + 6, got.end()), SizeIs(4)) << "it was let in again, and gets both";
}

TEST_P(ChatTest, the_last_one_is_tried_until_it_lets_the_bot_in)
{
    script.assign(20, kicked);  // chat_id was set before the bot was added
    add("one");
    add("two");
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("sent", "sent"));
    ASSERT_THAT(at, SizeIs(22));
    EXPECT_EQ(at[1] - at[0], 5s);
    for (std::size_t i = 2; i <= 20; ++i) EXPECT_GE(at[i] - at[i - 1], 5s) << "one try for them all, longer and longer";
    EXPECT_GT(at[20] - at[19], at[10] - at[9]);
    for (const auto& message : got) EXPECT_THAT(message.text, Not(HasSubstr("possible repeat")));
}

TEST_P(ChatTest, new_notices_do_not_hurry_the_last_one)
{
    script.assign(1000, kicked);
    add("one");
    for (int i = 0; i < 10; ++i) clock.advance(std::max(parked() - clock.now(), Duration{}));
    auto until = parked();
    auto calls = got.size();
    add("two");
    EXPECT_EQ(parked(), until);
    EXPECT_THAT(got, SizeIs(calls));
}

TEST_P(ChatTest, the_last_one_too_is_given_up_after_a_day)
{
    script.assign(1000, kicked);
    add("one");
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("dead"));
    EXPECT_EQ(rows()[0].error, "Forbidden: bot was kicked");
    EXPECT_GE(at.back() - at.front(), 24h);
    EXPECT_LT(got.size(), 200u) << "the pause grew to ten minutes";
}

TEST_P(ChatTest, all_dead_wait_for_the_last_that_died_and_lose_nothing)
{
    set("telegram.chat_id", "1, 2");
    script = {kicked};
    add("one");
    run_to_the_end();
    clock.advance(1min);
    script.assign(3, kicked);
    add("two");
    clock.advance(parked() - clock.now());
    EXPECT_THAT(rows("WHERE state = 'queued'"), SizeIs(1));
    add("three");
    run_to_the_end();
    EXPECT_THAT(rows("WHERE state = 'sent'"), SizeIs(3));
    EXPECT_THAT(chats_called(), ElementsAre("1", "2", "2", "2", "2", "2", "2"));
}

TEST_P(ChatTest, what_waits_for_the_last_goes_to_the_first_that_lives_again)
{
    set("telegram.chat_id", "1, 2");
    script = {kicked};
    add("one");
    run_to_the_end();
    clock.advance(1min);
    script = {kicked};
    add("two");
    run();
    clock.advance(61min);
    script = {TelegramAnswer{Verdict::sent}, kicked};
    add("three");
    run_to_the_end();
    EXPECT_THAT(chats_called(), ElementsAre("1", "2", "2", "1", "2", "1"));
    EXPECT_THAT(got.back().text, HasSubstr("two"));
    EXPECT_THAT(rows("WHERE state = 'sent'"), SizeIs(3)) << "each notice by one chat";
}

TEST_P(ChatTest, two_that_die_in_the_same_moment_lose_nothing)
{
    set("telegram.chat_id", "1, 2");
    script = {kicked, kicked};
    add("one");
    run_to_the_end();
    EXPECT_THAT(chats_called(), ElementsAre("1", "2", "2"));
    EXPECT_THAT(states(), ElementsAre("dead", "sent"));
}

TEST_P(ChatTest, what_waits_for_a_wrong_one_goes_to_the_right_one_as_soon_as_it_is_set)
{
    script = {kicked};
    add("one");
    add("two");
    EXPECT_GT(parked(), clock.now());
    change_settings("telegram.chat_id", "7");
    run_to_the_end();
    EXPECT_THAT(chats_called(), ElementsAre("1", "7", "7"));
    EXPECT_THAT(states(), ElementsAre("sent", "sent"));
}

TEST_P(ChatTest, changed_settings_revive_it_at_once)
{
    set("telegram.chat_id", "1, 2");
    script = {kicked};
    add("one");
    run_to_the_end();
    change_settings("telegram.chat_id", "2, 1");
    add("two");
    run_to_the_end();
    EXPECT_THAT(chats_called(), testing::UnorderedElementsAre("1", "2", "1", "2"));
}

}  // namespace
}  // namespace smg::notices
