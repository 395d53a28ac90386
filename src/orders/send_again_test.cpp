#include <gmock/gmock.h>

#include "orders/decisions.hpp"
#include "orders/order_view.hpp"
#include "orders/testing.hpp"

// What may be with the supplier already is sent a second time only when a person, or two, have said so at the right time.
namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

class SendAgain : public Decisions {};
INSTANTIATE_TEST_SUITE_P(databases, SendAgain, db::both_databases(), db::dialect_name);

TEST_P(SendAgain, waits_until_the_first_request_can_be_under_way_no_more)
{
    auto made = add_in(Phase::uncertain, "1");
    auto decision = about(made, DecisionKind::send_again);
    decision.confirm.reset();
    EXPECT_EQ(decide_by(person("Olena"), decision).error().fields.at(0).field, "confirm");
    decision.confirm = false;
    EXPECT_EQ(decide_by(person("Olena"), decision).error().fields.at(0).field, "confirm");
    decision.confirm = true;
    now += settings().seconds("sending.safe_wait_s") - 1s;
    auto early = decide_by(person("Olena"), decision);
    EXPECT_EQ(early.error().code, Code::conflict);
    EXPECT_THAT(early.error().message, HasSubstr("in 1 s"));
    now += 1s;
    EXPECT_TRUE(decide_by(person("Olena"), decision));
    EXPECT_EQ(attempts(made.id).at(0).state, AttemptState::resolved_absent);
}

TEST_P(SendAgain, waits_for_the_proof_that_a_lost_sender_is_dead)
{
    auto sent = begin(add("1").id);
    write([&](db::Tx& tx) { return record_lost(tx, now, sent, settings()); });
    now += 1h;
    sender_gone = false;
    EXPECT_EQ(decide_on(order(sent.order_id), DecisionKind::send_again).error().code, Code::conflict);
    sender_gone = true;
    EXPECT_TRUE(decide_on(order(sent.order_id), DecisionKind::send_again));
}

TEST_P(SendAgain, a_large_amount_takes_two_people)
{
    set("sending.second_person_above", "12.49");
    auto made = add_in(Phase::uncertain, "1");
    now += 1h;
    for (int i = 0; i < 2; ++i) {
        auto asked = decide_by(person("Olena"), about(order(made.id), DecisionKind::send_again));
        ASSERT_TRUE(asked);
        EXPECT_EQ(asked->phase, Phase::uncertain);
    }
    EXPECT_THAT(history(made.id), Contains("send_again_asked"));
    auto shown_to = [&](const http::Caller& caller) {
        return read([&](db::Tx& tx) { return with_history(tx, order(made.id), caller).at("send_again_asked"); });
    };
    EXPECT_EQ(shown_to(person("Petro")).at("actor").as_string(), "Olena");
    EXPECT_FALSE(shown_to(person("Petro")).at("own").as_bool());
    EXPECT_TRUE(shown_to(person("Olena")).at("own").as_bool());
    auto second = decide_by(person("Petro"), about(order(made.id), DecisionKind::send_again));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->phase, Phase::launching);
    EXPECT_TRUE(shown_to(person("Petro")).is_null());
    // Control: at the limit itself one person is enough.
    set("sending.second_person_above", "12.50");
    auto small = add_in(Phase::uncertain, "2");
    now += 1h;
    EXPECT_EQ(decide_on(small, DecisionKind::send_again)->phase, Phase::launching);
}

TEST_P(SendAgain, two_names_of_one_account_are_one_person)
{
    set("sending.second_person_above", "12.49");
    auto made = add_in(Phase::uncertain, "1");
    now += 1h;
    auto olena = person("Olena"), renamed = olena, token = olena, other_token = olena;
    renamed.name = "Olena's phone";
    ASSERT_TRUE(decide_by(olena, about(made, DecisionKind::send_again)));
    EXPECT_EQ(decide_by(renamed, about(order(made.id), DecisionKind::send_again))->phase, Phase::uncertain);
    // Two tokens that belong to no account count as two, though they have one name.
    auto second = add_in(Phase::uncertain, "2");
    now += 1h;
    token.user = other_token.user = UserId{};
    token.token = 1, other_token.token = 2;
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(decide_by(token, about(order(second.id), DecisionKind::send_again))->phase, Phase::uncertain);
    EXPECT_EQ(decide_by(other_token, about(order(second.id), DecisionKind::send_again))->phase, Phase::launching);
}

TEST_P(SendAgain, two_people_are_asked_for_each_time_anew)
{
    set("sending.second_person_above", "12.49");
    auto made = add_in(Phase::uncertain, "1");
    now += 1h;
    for (const auto* name : {"Olena", "Petro"})
        ASSERT_TRUE(decide_by(person(name), about(order(made.id), DecisionKind::send_again)));
    end(begin(made.id), unknown());  // and it was lost once more
    now += 1h;
    auto alone = decide_by(person("Petro"), about(order(made.id), DecisionKind::send_again));
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->phase, Phase::uncertain) << "what Olena agreed to was the first time";
}

}  // namespace
}  // namespace smg::orders
