#include <gmock/gmock.h>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using suppliers::Reason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Outcome : public Orders {
protected:
    Attempt attempt(const Attempt& which)
    {
        return read([&](db::Tx& tx) { return find_attempt(tx, which.id).value(); });
    }

    suppliers::Provider supplier()
    {
        return read([&](db::Tx& tx) { return suppliers::find_provider(tx, provider).value(); });
    }

    // A person decides that the supplier has it not, and the order is on its way again.
    Attempt begin_again(const Attempt& first)
    {
        write([&](db::Tx& tx) -> Result<void> {
            move_attempt(tx, first, AttemptState::unknown, AttemptState::resolved_absent);
            move_order(tx, now, find_order(tx, first.order_id).value(), Move::absent, {}).value();
            return {};
        });
        return begin(first.order_id);
    }

    Attempt lose(const std::string& number)
    {
        auto lost = begin(add(number).id);
        end(lost, unknown());
        return lost;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, Outcome, db::both_databases(), db::dialect_name);

TEST_P(Outcome, accepted_is_executing_with_the_suppliers_number)
{
    auto sent = begin(add("1").id);
    auto made = end(sent, accepted("23501"));
    EXPECT_EQ(made.phase, Phase::executing);
    EXPECT_EQ(made.supplier_order_number, "23501");
    EXPECT_EQ(made.poll_at, now + settings().seconds("statuses.every_s"));
    EXPECT_EQ(made.answered_at, now);
    EXPECT_FALSE(made.reason);
    auto kept = attempt(sent);
    EXPECT_EQ(kept.state, AttemptState::accepted);
    EXPECT_EQ(kept.sending_at, now);
    EXPECT_EQ(kept.done_at, now);
    EXPECT_EQ(kept.http_status, 200);
    EXPECT_EQ(kept.body, R"({"order":23501})");
    EXPECT_EQ(kept.body_sha256, sha256_hex(R"({"order":23501})"));
    EXPECT_THAT(history(made.id), ElementsAre("received", "taken", "accepted"));
    EXPECT_EQ(events(made.id).back().actor_kind, "supplier");
    EXPECT_EQ(count("notices"), 0);
    EXPECT_EQ(supplier().answered_at, now);
}

TEST_P(Outcome, rejected_is_notaccepted_with_its_reason_and_a_notice)
{
    auto sent = begin(add("1").id);
    auto made = end(sent, rejected(Reason::bad_service, "Incorrect service ID"));
    EXPECT_EQ(made.phase, Phase::notaccepted);
    EXPECT_EQ(made.reason, "bad_service");
    EXPECT_EQ(made.reason_text, "Incorrect service ID");
    EXPECT_EQ(attempt(sent).state, AttemptState::rejected);
    EXPECT_EQ(count("notices WHERE kind = 'notaccepted'"), 1);
}

TEST_P(Outcome, unknown_is_uncertain_with_an_alarm_and_is_never_sent_by_itself)
{
    auto jobs_before = [&] { return count("jobs WHERE kind = 'order.send'"); };
    auto sent = begin(add("1").id);
    auto jobs = jobs_before();
    auto made = end(sent, unknown());
    EXPECT_EQ(made.phase, Phase::uncertain);
    EXPECT_EQ(made.reason_text, "no answer within 30 s");
    EXPECT_EQ(attempt(sent).state, AttemptState::unknown);
    EXPECT_FALSE(attempt(sent).by_restart);
    EXPECT_EQ(count("notices WHERE kind = 'uncertain' AND level = 'alarm'"), 1);
    EXPECT_EQ(jobs_before(), jobs);
}

TEST_P(Outcome, unsent_is_launching_again_and_no_fault_of_anybody)
{
    auto sent = begin(add("1").id);
    auto made = end(sent, unsent());
    EXPECT_EQ(made.phase, Phase::launching);
    EXPECT_EQ(attempt(sent).state, AttemptState::not_sent);
    EXPECT_THAT(history(made.id), ElementsAre("received", "taken", "unsent"));
    EXPECT_EQ(count("notices"), 0);
    EXPECT_FALSE(supplier().answered_at);
}

TEST_P(Outcome, an_address_that_nobody_can_reach_is_a_refusal)
{
    auto hopeless = unsent();
    hopeless.verdict.reason = Reason::bad_address;
    auto made = add("1");
    auto prepared = write([&](db::Tx& tx) { return prepare_attempt(tx, now, made, provider, boot).value(); });
    EXPECT_EQ(end(prepared, hopeless).phase, Phase::notaccepted);
    EXPECT_EQ(attempt(prepared).state, AttemptState::not_sent);
    EXPECT_EQ(order(made.id).reason, "bad_address");
    EXPECT_EQ(count("notices WHERE kind = 'notaccepted'"), 1);
}

TEST_P(Outcome, unsent_before_the_mark_leaves_the_order_where_it_was)
{
    auto made = add("1");
    auto prepared = write([&](db::Tx& tx) { return prepare_attempt(tx, now, made, provider, boot).value(); });
    auto same = end(prepared, unsent());
    EXPECT_EQ(same.phase, Phase::launching);
    EXPECT_EQ(same.version, made.version);
    EXPECT_EQ(attempt(prepared).state, AttemptState::not_sent);
    // Control: any other verdict on an attempt that never was `sending` changes nothing at all.
    auto other = write([&](db::Tx& tx) { return prepare_attempt(tx, now, same, provider, boot).value(); });
    EXPECT_EQ(end(other, accepted("23501")).phase, Phase::launching);
    EXPECT_EQ(attempt(other).state, AttemptState::prepared);
}

TEST_P(Outcome, a_second_application_changes_nothing)
{
    for (const auto& outcome : {accepted("23501"), rejected(Reason::bad_link, "Bad link"), unknown(), unsent()}) {
        auto sent = begin(add(outcome.body + outcome.verdict.text).id);
        auto first = end(sent, outcome);
        auto events_before = history(first.id);
        auto notices = count("notices");
        now += 5s;
        auto second = end(sent, outcome);
        EXPECT_EQ(json::text_of(json::from(second)), json::text_of(json::from(first)));
        EXPECT_EQ(history(first.id), events_before);
        EXPECT_EQ(count("notices"), notices);
        EXPECT_NE(attempt(sent).done_at, now);
    }
}

TEST_P(Outcome, a_number_that_another_order_has_proves_nothing)
{
    add_in(Phase::executing, "1");
    auto first = read([](db::Tx& tx) { return *tx.first<std::string>("SELECT supplier_order_number FROM orders"); });
    auto sent = begin(add("2").id);
    auto second = end(sent, accepted(first));
    EXPECT_EQ(second.phase, Phase::uncertain);
    EXPECT_FALSE(second.supplier_order_number);
    EXPECT_THAT(*second.reason_text, HasSubstr("which another order has"));
    EXPECT_EQ(attempt(sent).state, AttemptState::unknown);
    EXPECT_EQ(attempt(sent).supplier_order_id, first);  // kept as evidence
}

TEST_P(Outcome, the_same_number_of_another_supplier_is_no_matter)
{
    auto first = add_in(Phase::executing, "1");
    provider = write([&](db::Tx& tx) { return add_supplier(tx, "2"); });
    EXPECT_EQ(end(begin(add("2").id), accepted(*first.supplier_order_number)).phase, Phase::executing);
}

TEST_P(Outcome, a_duplicate_link_proves_something_for_a_first_attempt_alone)
{
    const auto duplicate = rejected(Reason::duplicate_link, "You have active order with this link.");
    EXPECT_EQ(end(begin(add("1", {{"url", "https://t.me/free"}}).id), duplicate).phase, Phase::notaccepted);

    auto lost = lose("2");
    auto again = begin_again(lost);
    auto made = end(again, duplicate);
    EXPECT_EQ(made.phase, Phase::uncertain);  // what is in the way may be our own first attempt
    EXPECT_EQ(attempt(again).state, AttemptState::unknown);
    EXPECT_THAT(history(made.id), Contains("evidence"));
}

TEST_P(Outcome, a_duplicate_link_is_evidence_for_the_order_that_is_in_doubt)
{
    auto lost = lose("1");
    auto other_link = begin(add("2", {{"url", "https://t.me/other"}}).id);
    end(other_link, unknown());
    auto refused = end(begin(add("3").id), rejected(Reason::duplicate_link, "You have active order with this link."));
    EXPECT_EQ(refused.phase, Phase::notaccepted);
    EXPECT_EQ(order(lost.order_id).phase, Phase::uncertain);
    EXPECT_THAT(history(lost.order_id), Contains("evidence"));
    EXPECT_THAT(history(other_link.order_id), Not(Contains("evidence")));
}

TEST_P(Outcome, evidence_is_added_once_however_often_the_answer_is_saved)
{
    auto lost = lose("1");
    auto sent = begin(add("2").id);
    const auto duplicate = rejected(Reason::duplicate_link, "You have active order with this link.");
    end(sent, duplicate);
    end(sent, duplicate);  // the first commit was kept, but its answer lost
    EXPECT_EQ(std::ranges::count(history(lost.order_id), "evidence"), 1);
}

TEST_P(Outcome, the_lane_pauses_after_three_lost_answers)
{
    lose("1");
    now += 1s;
    lose("2");
    EXPECT_FALSE(supplier().paused_at);
    now += 1s;
    lose("3");
    EXPECT_EQ(supplier().paused_at, now);
    EXPECT_THAT(*supplier().paused_reason, HasSubstr("3 answers were lost"));
    EXPECT_EQ(count("notices WHERE kind = 'lane_paused'"), 1);
    lose("4");  // was on its way already
    EXPECT_EQ(count("notices WHERE kind = 'lane_paused'"), 1);
}

TEST_P(Outcome, lost_answers_of_long_ago_do_not_pause_a_lane)
{
    lose("1");
    lose("2");
    now += settings().seconds("sending.pause_window_s") + 1s;
    lose("3");
    EXPECT_FALSE(supplier().paused_at);
}

TEST_P(Outcome, restarts_do_not_pause_a_lane)
{
    for (int i = 0; i < 5; ++i) {
        auto sent = begin(add(std::to_string(i)).id);
        write([&](db::Tx& tx) { return record_lost(tx, now, sent, settings()); });
        EXPECT_EQ(order(sent.order_id).phase, Phase::uncertain);
        EXPECT_EQ(order(sent.order_id).reason, "restart");
        EXPECT_TRUE(attempt(sent).by_restart);
    }
    EXPECT_FALSE(supplier().paused_at);
    EXPECT_EQ(count("notices WHERE kind = 'uncertain'"), 5);
    lose("the supplier's");
    EXPECT_FALSE(supplier().paused_at);
}

TEST_P(Outcome, an_answer_that_comes_after_the_sender_was_given_up_settles_the_order)
{
    auto given_up = [&](const std::string& number) {
        auto sent = begin(add(number).id);
        write([&](db::Tx& tx) { return record_lost(tx, now, sent, settings()); });
        return sent;
    };
    auto taken = given_up("taken"), unwritten = given_up("unwritten"), refused = given_up("refused");
    EXPECT_EQ(end(taken, accepted("23501")).phase, Phase::executing);
    EXPECT_EQ(order(taken.order_id).supplier_order_number, "23501");
    EXPECT_EQ(attempt(taken).state, AttemptState::accepted);
    EXPECT_EQ(end(unwritten, unsent()).phase, Phase::launching);
    EXPECT_EQ(attempt(unwritten).state, AttemptState::not_sent);
    EXPECT_EQ(end(refused, rejected(Reason::bad_link, "Bad link")).phase, Phase::uncertain);
    EXPECT_THAT(history(refused.order_id), Contains("evidence"));
}

TEST_P(Outcome, a_late_number_is_not_lost_when_a_person_has_decided_meanwhile)
{
    auto sent = begin(add("1").id);
    write([&](db::Tx& tx) { return record_lost(tx, now, sent, settings()); });
    write([&](db::Tx& tx) { return move_order(tx, now, find_order(tx, sent.order_id).value(), Move::dropped, {}); });
    auto made = end(sent, accepted("23501"));
    EXPECT_EQ(made.phase, Phase::canceled);
    auto last = events(made.id).back();
    EXPECT_EQ(last.kind, "evidence") << "the supplier has the order, and nobody is told its number";
}

TEST_P(Outcome, an_order_that_cannot_be_sent_is_refused_and_told)
{
    auto made = add("1", {{"supplier_id", "999"}});
    auto refused = write([&](db::Tx& tx) {
        return refuse_unsendable(tx, now, made, "no_mapping", "its supplier id is mapped to no supplier", settings());
    });
    ASSERT_TRUE(refused);
    EXPECT_EQ(order(made.id).phase, Phase::notaccepted);
    EXPECT_EQ(order(made.id).reason, "no_mapping");
    EXPECT_EQ(count("notices WHERE kind = 'no_mapping'"), 1);
    EXPECT_EQ(attempts(made.id).size(), 0u);
}

}  // namespace
}  // namespace smg::orders
