#include "orders/order.hpp"

#include <gtest/gtest.h>

#include <set>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

constexpr Move all_moves[] = {Move::approved,  Move::taken,   Move::unsent,   Move::accepted, Move::refused, Move::lost,
                              Move::found,     Move::absent,  Move::resent,   Move::held,     Move::dropped, Move::paid_back,
                              Move::completed, Move::partial, Move::canceled, Move::refunded};

// Rows are phases, columns are moves, both in the order of their enums; where it leads by its first letters.
constexpr std::string_view expected =
    //            appr take unse acce refu lost foun abse rese held drop paid comp part canc refd
    "review       laun .... .... .... .... .... .... .... .... .... canc .... .... .... .... ....\n"
    "launching    .... send .... .... nota .... .... .... .... revi canc .... .... .... .... ....\n"
    "sending      .... .... laun exec nota unce .... .... .... .... .... .... .... .... .... ....\n"
    "executing    .... .... .... .... .... .... .... .... .... .... .... .... comp part canc refu\n"
    "uncertain    .... .... .... .... .... .... exec laun .... .... canc .... .... .... .... ....\n"
    "notaccepted  .... .... .... .... .... .... .... .... laun .... canc refu .... .... .... ....\n"
    "completed    .... .... .... .... .... .... .... .... .... .... .... .... .... .... .... ....\n"
    "partial      .... .... .... .... .... .... .... .... .... .... .... .... .... .... .... ....\n"
    "canceled     .... .... .... .... .... .... .... .... .... .... .... .... .... .... .... ....\n"
    "refunded     .... .... .... .... .... .... .... .... .... .... .... .... .... .... .... ....\n";

TEST(OrderMoves, are_these_and_no_others)
{
    std::string table;
    for (auto phase : all_phases) {
        std::string row(word(phase));
        row.resize(12, ' ');
        for (auto move : all_moves) {
            auto to = after(phase, move);
            row += " " + (to ? std::string(word(*to)).substr(0, 4) : "....");
        }
        table += row + "\n";
    }
    EXPECT_EQ(table, expected);
}

TEST(OrderMoves, of_this_test_are_all_there_are)
{
    EXPECT_EQ(std::size(all_phases), boost::mp11::mp_size<boost::describe::describe_enumerators<Phase>>::value);
    EXPECT_EQ(std::size(all_moves), boost::mp11::mp_size<boost::describe::describe_enumerators<Move>>::value);
    std::set<std::pair<Phase, Move>> seen;
    for (const auto& step : steps)
        EXPECT_TRUE(seen.insert({step.from, step.move}).second) << word(step.from) << " " << word(step.move);
    EXPECT_EQ(steps.size(), 20u);
}

TEST(OrderMoves, lead_to_sending_from_launching_alone)
{
    for (const auto& step : steps) {
        if (step.to == Phase::sending) {
            EXPECT_EQ(step.from, Phase::launching);
        }
        // What may be with a supplier goes back to waiting only by proof or by a person.
        if (step.to == Phase::launching && step.from == Phase::uncertain) {
            EXPECT_EQ(step.move, Move::absent);
        }
        if (step.to == Phase::review) {
            EXPECT_EQ(step.move, Move::held);
        }
    }
}

TEST(OrderPhases, that_have_ended_have_no_moves)
{
    const std::set<Phase> over{Phase::completed, Phase::partial, Phase::canceled, Phase::refunded};
    for (auto phase : all_phases) {
        EXPECT_EQ(ended(phase), over.contains(phase)) << word(phase);
        for (auto move : all_moves)
            if (ended(phase)) {
                EXPECT_FALSE(after(phase, move));
            }
    }
}

TEST(OrderPhases, are_shown_as_words_of_the_table_of_statuses)
{
    EXPECT_EQ(status_of(Phase::review), "pending");
    EXPECT_EQ(status_of(Phase::sending), "launching");
    for (auto phase : all_phases)
        if (phase != Phase::review && phase != Phase::sending) {
            EXPECT_EQ(status_of(phase), word(phase));
        }
}

class OrderWords : public Orders {};
INSTANTIATE_TEST_SUITE_P(databases, OrderWords, db::both_databases(), db::dialect_name);

TEST_P(OrderWords, of_all_phases_are_system_statuses_in_the_database)
{
    for (auto phase : all_phases)
        EXPECT_EQ(count("order_statuses WHERE is_system = 1 AND status_value = '" + std::string(status_of(phase)) + "'"), 1)
            << word(phase);
}

TEST_P(OrderWords, phases_are_reached_by_real_moves)
{
    for (auto phase : all_phases) {
        auto made = add_in(phase, std::string(word(phase)));
        EXPECT_EQ(made.phase, phase);
        EXPECT_EQ(made.status, status_of(phase));
        EXPECT_EQ(made.finished_at.has_value(), ended(phase)) << word(phase);
        EXPECT_EQ(made.poll_at.has_value(), phase == Phase::executing) << word(phase);
    }
}

}  // namespace
}  // namespace smg::orders
