#include "notices/delivery_testing.hpp"
#include "notices/telegram_html.hpp"

namespace smg::notices {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class LostAnswer : public DeliveryFixture {};

INSTANTIATE_TEST_SUITE_P(databases, LostAnswer, db::both_databases(), db::dialect_name);

TEST_P(LostAnswer, a_lost_answer_is_repeated_once_and_marked)
{
    script = {TelegramAnswer{Verdict::unknown}};
    add("one");
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_THAT(got[0].text, Not(HasSubstr("possible repeat")));
    EXPECT_THAT(got[1].text, HasSubstr("possible repeat"));
    EXPECT_THAT(states(), ElementsAre("sent"));
}

TEST_P(LostAnswer, lost_twice_is_not_repeated_a_second_time)
{
    script = {TelegramAnswer{Verdict::unknown}, TelegramAnswer{Verdict::unknown}};
    add("one");
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(2));
    EXPECT_THAT(states(), ElementsAre("dead"));
}

TEST_P(LostAnswer, a_crash_in_the_middle_of_a_call_is_a_lost_answer)
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

TEST_P(LostAnswer, crashes_in_two_calls_are_enough)
{
    script = {std::nullopt, std::nullopt};
    add("one");
    run_to_the_end();
    EXPECT_THAT(got, SizeIs(2));
    EXPECT_THAT(states(), ElementsAre("dead"));
}

TEST_P(LostAnswer, what_telegram_cannot_read_goes_as_plain_text)
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

TEST_P(LostAnswer, what_is_too_long_goes_shorter)
{
    script = {TelegramAnswer{Verdict::too_long}};
    add(std::string(9000, 'x'));
    run_to_the_end();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_LE(telegram_length(got[0].text), max_message);
    EXPECT_LE(telegram_length(got[1].text), max_message / 2);
    EXPECT_THAT(states(), ElementsAre("sent"));
}

TEST_P(LostAnswer, what_is_refused_for_good_does_not_hold_up_the_rest)
{
    script = {TelegramAnswer{Verdict::refused, 0, {}, "message text is empty"}};
    add("one");
    add("two");
    run_to_the_end();
    EXPECT_THAT(states(), ElementsAre("dead", "sent"));
}

TEST_P(LostAnswer, a_late_answer_does_not_overwrite_what_another_worker_did)
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
