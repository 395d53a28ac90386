#include <gmock/gmock.h>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class StatusChange : public Orders {
protected:
    bool apply(OrderId id, const suppliers::OrderStatus& status)
    {
        auto changed =
            write([&](db::Tx& tx) { return apply_status(tx, now, find_order(tx, id).value(), status, settings()); });
        EXPECT_TRUE(changed) << changed.error().message;
        return changed && *changed;
    }

    static suppliers::OrderStatus said(const std::string& raw, std::optional<std::int64_t> remains = {})
    {
        suppliers::OrderStatus status;
        status.raw_word = raw;
        status.word = suppliers::status_word(raw);
        status.remains = remains;
        return status;
    }

    static suppliers::OrderStatus refused(const std::string& error)
    {
        suppliers::OrderStatus status;
        status.error = error;
        return status;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, StatusChange, db::both_databases(), db::dialect_name);

TEST_P(StatusChange, a_word_that_nobody_knows_is_told_of_once_a_day)
{
    auto told = [&] { return count("notices WHERE kind = 'decision_needed'"); };
    auto one = add_in(Phase::executing, "1").id, other = add_in(Phase::executing, "2").id;
    apply(one, said("Processing"));
    EXPECT_EQ(told(), 0) << "control";
    apply(one, said("On hold"));
    apply(other, said("On hold"));
    apply(one, said("On hold"));
    EXPECT_EQ(told(), 1);
    apply(other, said("Expired"));
    EXPECT_EQ(told(), 2);
}

struct Word {
    std::string raw;
    Phase phase;
};

TEST_P(StatusChange, each_word_moves_the_order_where_it_says)
{
    for (const auto& [raw, phase] : std::vector<Word>{{"Completed", Phase::completed},
                                                      {"complete", Phase::completed},
                                                      {"Partial", Phase::partial},
                                                      {"Canceled", Phase::canceled},
                                                      {"Cancelled", Phase::canceled},
                                                      {"Fail", Phase::canceled},
                                                      {"Refunded", Phase::refunded},
                                                      {"Pending", Phase::executing},
                                                      {"Processing", Phase::executing},
                                                      {"In progress", Phase::executing},
                                                      {"in_progress", Phase::executing},
                                                      {"Teleported", Phase::executing},  // nobody knows this word
                                                      {"", Phase::executing}}) {
        auto made = add_in(Phase::executing, "word " + raw);
        apply(made.id, said(raw, 7));
        auto after = order(made.id);
        EXPECT_EQ(after.phase, phase) << raw;
        EXPECT_EQ(after.status, status_of(phase)) << raw;
        EXPECT_EQ(after.supplier_status.value_or(""), raw);
        EXPECT_EQ(after.remains, 7);
        EXPECT_EQ(after.answered_at, now);
        EXPECT_EQ(after.poll_at.has_value(), phase == Phase::executing) << raw;
        EXPECT_EQ(after.finished_at.has_value(), phase != Phase::executing) << raw;
    }
}

TEST_P(StatusChange, figures_are_kept_as_the_supplier_gave_them)
{
    auto made = add_in(Phase::executing, "1");
    auto status = said("In progress", 40);
    status.charge = Money::parse("0.27819");
    status.currency = "USD";
    status.start_count = 3572;
    EXPECT_TRUE(apply(made.id, status));
    auto after = order(made.id);
    EXPECT_EQ(after.provider_price, Money::parse("0.27819"));
    EXPECT_EQ(after.provider_currency, "USD");
    EXPECT_EQ(after.start_count, 3572);
    EXPECT_EQ(after.remains, 40);
    EXPECT_TRUE(after.remains_status);
    EXPECT_EQ(after.version, made.version + 1);
    auto event = events(made.id).back();
    EXPECT_EQ(event.kind, "supplier_status");
    EXPECT_EQ(event.to_value, "In progress");
    EXPECT_EQ(event.detail, "In progress, remains 40, charge 0.27819 USD");
}

TEST_P(StatusChange, a_poll_without_news_changes_neither_version_nor_history)
{
    auto made = add_in(Phase::executing, "1");
    auto status = said("In progress", 40);
    status.charge = Money::parse("0.27819");
    EXPECT_TRUE(apply(made.id, status));
    auto before = order(made.id);
    auto events_before = history(made.id);
    now += 120s;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(apply(made.id, status));
    auto after = order(made.id);
    EXPECT_EQ(after.version, before.version);
    EXPECT_EQ(after.updated_at, before.updated_at);
    EXPECT_EQ(history(made.id), events_before);
    EXPECT_EQ(after.answered_at, now);
    EXPECT_EQ(after.poll_at, now + settings().seconds("statuses.every_s"));
    // Missing figures are no news either, other figures are.
    EXPECT_FALSE(apply(made.id, said("In progress")));
    EXPECT_TRUE(apply(made.id, said("In progress", 39)));
    EXPECT_EQ(history(made.id), events_before);  // the word is the same: no line for each step of a count
}

TEST_P(StatusChange, remains_never_leave_what_was_ordered)
{
    for (auto [remains, kept] :
         {std::pair<std::int64_t, std::int64_t>{0, 0}, {100, 100}, {101, 100}, {9'000'000'000, 100}, {-3, 0}}) {
        auto made = add_in(Phase::executing, "remains " + std::to_string(remains));
        apply(made.id, said("Partial", remains));
        EXPECT_EQ(order(made.id).remains, kept);
    }
}

TEST_P(StatusChange, remains_of_a_drip_feed_are_of_all_its_runs)
{
    auto made = add_in(Phase::executing, "1", {{"runs", 5}, {"interval", 60}});
    apply(made.id, said("In progress", 450));
    EXPECT_EQ(order(made.id).remains, 450);  // of 5 × 100
}

TEST_P(StatusChange, an_error_moves_nothing_and_is_noted_once)
{
    auto made = add_in(Phase::executing, "1");
    EXPECT_TRUE(apply(made.id, refused("Incorrect order ID")));
    now += 120s;
    EXPECT_FALSE(apply(made.id, refused("Incorrect order ID")));
    auto after = order(made.id);
    EXPECT_EQ(after.phase, Phase::executing);
    EXPECT_EQ(after.version, made.version + 1);
    EXPECT_EQ(after.supplier_status, "error: Incorrect order ID");
    EXPECT_EQ(after.poll_at, now + settings().seconds("statuses.every_s"));
    EXPECT_THAT(history(made.id), ElementsAre("received", "taken", "accepted", "status_refused"));
    EXPECT_TRUE(apply(made.id, refused("Another error")));
    EXPECT_TRUE(apply(made.id, said("In progress")));
    EXPECT_TRUE(apply(made.id, refused("Another error")));  // it came again
    EXPECT_EQ(std::ranges::count(history(made.id), "status_refused"), 3);
}

TEST_P(StatusChange, a_long_error_or_word_is_noted_once_as_well)
{
    std::string endless;
    for (int i = 0; i < 300; ++i) endless += "ї";
    auto made = add_in(Phase::executing, "1");
    EXPECT_TRUE(apply(made.id, refused(endless)));
    EXPECT_FALSE(apply(made.id, refused(endless)));
    EXPECT_TRUE(apply(made.id, said(endless)));
    EXPECT_FALSE(apply(made.id, said(endless)));
    EXPECT_EQ(history(made.id).size(), 5u);
}

TEST_P(StatusChange, an_order_that_has_ended_is_not_moved_again)
{
    auto made = add_in(Phase::canceled, "1");
    auto late = write([&](db::Tx& tx) { return apply_status(tx, now, made, said("Completed"), settings()); });
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::conflict);
    EXPECT_EQ(order(made.id).phase, Phase::canceled);
}

TEST_P(StatusChange, a_status_that_was_asked_before_a_change_comes_too_late)
{
    auto seen = add_in(Phase::executing, "1");
    apply(seen.id, said("In progress", 5));
    auto late = write([&](db::Tx& tx) { return apply_status(tx, now, seen, said("Completed"), settings()); });
    EXPECT_EQ(late.error().code, Code::conflict);
    EXPECT_EQ(order(seen.id).phase, Phase::executing);
}

TEST_P(StatusChange, asking_to_cancel_or_refill_makes_one_job_and_an_event)
{
    auto made = add_in(Phase::executing, "1");
    Actor olena{Actor::Kind::person, "Olena"};
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(write([&](db::Tx& tx) { return ask_cancel(tx, now, find_order(tx, made.id).value(), olena); }));
        EXPECT_TRUE(write([&](db::Tx& tx) { return ask_refill(tx, now, find_order(tx, made.id).value(), olena); }));
    }
    EXPECT_EQ(count("jobs WHERE kind = 'order.cancel'"), 1);
    EXPECT_EQ(count("jobs WHERE kind = 'order.refill'"), 1);
    EXPECT_EQ(order(made.id).phase, Phase::executing);
    EXPECT_EQ(std::ranges::count(history(made.id), "cancel_asked"), 2);
}

}  // namespace
}  // namespace smg::orders
