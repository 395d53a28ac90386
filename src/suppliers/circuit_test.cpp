#include "suppliers/circuit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suppliers/api_client.hpp"

namespace smg::suppliers {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr ProviderId one{1}, other{2};

class Breaker : public testing::Test {
protected:
    void fail(int times, ProviderId id = one)
    {
        for (int i = 0; i < times; ++i) circuits.failed(id, "Connection refused");
    }
    void answer(int times, ProviderId id = one)
    {
        for (int i = 0; i < times; ++i) circuits.answered(id);
    }
    CircuitState state(ProviderId id = one) const { return circuits.of(id).state; }
    void pass(Duration time)
    {
        steady += time;
        clock.advance(time);
    }
    /// Until the next probe, which fails; how long it was.
    Duration wait_and_fail()
    {
        auto begun = steady;
        while (circuits.take_due_probes().empty()) pass(1s);
        circuits.probe_failed(one, "Timeout was reached");
        return steady - begun;
    }

    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    Duration steady = 1h;
    CircuitLimits limits;
    Circuits circuits{clock, [this] { return limits; }, [this] { return steady; }};
};

TEST_F(Breaker, opens_after_five_failures_in_a_row)
{
    fail(4);
    answer(1);
    fail(4);
    EXPECT_EQ(state(), CircuitState::closed);
    EXPECT_FALSE(circuits.blocked(one));
    fail(1);
    EXPECT_EQ(state(), CircuitState::open);
    auto blocked = circuits.blocked(one);
    ASSERT_TRUE(blocked);
    EXPECT_EQ(blocked->wait, 30s);
    EXPECT_THAT(blocked->reason, HasSubstr("Connection refused"));
    EXPECT_EQ(circuits.of(one).since, clock.now());
    EXPECT_EQ(circuits.of(one).reason, "Connection refused");
}

TEST_F(Breaker, opens_when_half_of_twenty_calls_fail_within_a_minute)
{
    for (int i = 0; i < 9; ++i) fail(1), answer(1), pass(1s);
    fail(1);
    EXPECT_EQ(state(), CircuitState::closed) << "19 calls are not enough";
    answer(1);
    EXPECT_EQ(state(), CircuitState::closed) << "an answer opens nothing";
    fail(1);
    EXPECT_EQ(state(), CircuitState::open);
}

TEST_F(Breaker, forgets_calls_of_more_than_a_minute_ago)
{
    for (int i = 0; i < 200; ++i) fail(1), answer(1), pass(7s);
    EXPECT_EQ(state(), CircuitState::closed) << "never twenty within a minute";
    pass(2min);
    answer(2);
    for (int i = 0; i < 100; ++i) fail(1), answer(2);
    EXPECT_EQ(state(), CircuitState::closed) << "a third is no half";
}

TEST_F(Breaker, of_one_supplier_is_not_that_of_another)
{
    fail(5);
    EXPECT_EQ(state(other), CircuitState::closed);
    EXPECT_FALSE(circuits.blocked(other));
}

TEST_F(Breaker, asks_again_after_a_wait_that_doubles_up_to_ten_minutes)
{
    fail(5);
    std::vector<Duration> waits;
    for (int i = 0; i < 7; ++i) waits.push_back(wait_and_fail());
    EXPECT_THAT(waits, ElementsAre(30s, 60s, 120s, 240s, 480s, 600s, 600s));
    EXPECT_EQ(circuits.of(one).since, *from_stored("2026-11-22 17:00:00.000")) << "one opening, however often asked";
    EXPECT_EQ(circuits.of(one).reason, "Timeout was reached");
}

TEST_F(Breaker, is_half_open_for_one_probe_at_a_time)
{
    fail(5);
    EXPECT_THAT(circuits.take_due_probes(), IsEmpty());
    pass(30s);
    EXPECT_THAT(circuits.take_due_probes(), ElementsAre(one));
    EXPECT_EQ(state(), CircuitState::half_open);
    EXPECT_TRUE(circuits.blocked(one)) << "others wait for the probe";
    pass(1h);
    EXPECT_THAT(circuits.take_due_probes(), IsEmpty());
    circuits.probe_answered(one);
    EXPECT_EQ(state(), CircuitState::closed);
    EXPECT_FALSE(circuits.of(one).since);
    EXPECT_FALSE(circuits.blocked(one));
    EXPECT_THAT(circuits.take_closed(), ElementsAre(one));
    EXPECT_THAT(circuits.take_closed(), IsEmpty());
}

TEST_F(Breaker, waits_longer_when_it_opens_again_before_anything_else_was_answered)
{
    fail(5);
    pass(30s);
    circuits.take_due_probes();
    circuits.probe_answered(one);
    fail(5);
    EXPECT_EQ(circuits.blocked(one)->wait, 60s) << "answers on `balance` alone";
    pass(60s);
    circuits.take_due_probes();
    circuits.probe_answered(one);
    answer(1);
    fail(5);
    EXPECT_EQ(circuits.blocked(one)->wait, 30s);
}

TEST_F(Breaker, learns_nothing_from_what_was_on_its_way_when_it_opened)
{
    fail(5);
    answer(1);
    fail(9);
    EXPECT_EQ(state(), CircuitState::open);
    EXPECT_EQ(circuits.blocked(one)->wait, 30s);
}

TEST_F(Breaker, is_closed_by_a_person_who_gets_an_answer_and_not_lengthened_by_one_who_does_not)
{
    fail(5);
    pass(10s);
    circuits.probe_failed(one, "Connection refused");
    EXPECT_EQ(circuits.blocked(one)->wait, 20s);
    circuits.probe_answered(one);
    EXPECT_EQ(state(), CircuitState::closed);
    for (int i = 0; i < 5; ++i) circuits.probe_failed(one, "Connection refused");
    EXPECT_EQ(state(), CircuitState::open) << "while it is closed such a call counts like any other";
}

TEST_F(Breaker, is_told_once_when_it_has_been_open_for_a_quarter_of_an_hour)
{
    fail(5);
    fail(5, other);
    pass(14min);
    EXPECT_THAT(circuits.take_untold(), IsEmpty());
    circuits.take_due_probes();
    circuits.probe_answered(other);
    circuits.probe_failed(one, "Timeout was reached");
    pass(1min);
    EXPECT_THAT(circuits.take_untold(), ElementsAre(one));
    pass(1h);
    EXPECT_THAT(circuits.take_untold(), IsEmpty());
    circuits.take_due_probes();
    circuits.probe_answered(one);
    fail(5);
    pass(15min);
    EXPECT_THAT(circuits.take_untold(), ElementsAre(one)) << "another opening";
}

TEST_F(Breaker, of_a_supplier_that_is_gone_is_forgotten)
{
    fail(5);
    circuits.forget(one);
    EXPECT_FALSE(circuits.blocked(one));
    EXPECT_THAT(circuits.all(), IsEmpty());
}

struct Outcome {
    const char* name;
    bool sent;
    int http_status;
    Reason reason;
    bool opens, resets;
};

// What five such outcomes do to a closed circuit, and whether one of them ends a row of failures.
class AddOutcomes : public testing::TestWithParam<Outcome> {};

TEST_P(AddOutcomes, count_as_what_they_say_of_the_supplier)
{
    ManualClock clock{Time{}};
    AddOutcome outcome;
    outcome.sent = GetParam().sent;
    outcome.http_status = GetParam().http_status;
    outcome.verdict.reason = GetParam().reason;
    Circuits circuits(clock, [] { return CircuitLimits{}; }, [] { return Duration(1s); });
    for (int i = 0; i < 5; ++i) note_add(circuits, one, outcome);
    EXPECT_EQ(circuits.of(one).state == CircuitState::open, GetParam().opens);
    for (int i = 0; i < 4; ++i) circuits.failed(other, "");
    note_add(circuits, other, outcome);
    circuits.failed(other, "");
    EXPECT_EQ(circuits.of(other).state == CircuitState::closed, GetParam().resets);
}

INSTANTIATE_TEST_SUITE_P(Rows, AddOutcomes,
                         testing::Values(Outcome{"not_connected", false, 0, Reason::unreachable, true, false},
                                         Outcome{"timed_out", true, 0, Reason::none, true, false},
                                         Outcome{"server_error", true, 502, Reason::none, true, false},
                                         Outcome{"refused", true, 200, Reason::bad_link, false, true},
                                         Outcome{"not_understood", true, 200, Reason::none, false, true},
                                         Outcome{"too_many", true, 429, Reason::rate_limit, false, true},
                                         Outcome{"stopped_by_us", false, 0, Reason::none, false, false},
                                         Outcome{"private_address", false, 0, Reason::bad_address, false, false}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace smg::suppliers
