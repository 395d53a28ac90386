#include "orders/decisions.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "http/reply.hpp"
#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

INSTANTIATE_TEST_SUITE_P(databases, Decisions, db::both_databases(), db::dialect_name);

// Rows are decisions, columns phases; where it leads, `same` when the phase stays, a dot for a conflict.
constexpr std::string_view expected =
    //           review    launching sending executing uncertain notaccepted completed partial canceled refunded
    "approve    launching . . . . . . . . .\n"
    "reject     canceled . . . . . . . . .\n"
    "found      . . . . executing . . . . .\n"
    "send_again . . . . launching . . . . .\n"
    "recheck    . . . . same . . . . .\n"
    "cancel     canceled canceled . same canceled canceled . . . .\n"
    "paid_back  . . . . . refunded . . . .\n"
    "refill     . . . same . . same same . .\n"
    "resend     . . . . . launching . . . .\n"
    "status     same same same same same same same same same same\n"
    "archive    same same same same same same same same same same\n";

TEST_P(Decisions, lead_from_each_phase_where_this_table_says)
{
    using enum DecisionKind;
    std::string table;
    for (auto kind : {approve, reject, found, send_again, recheck, cancel, paid_back, refill, resend, status, archive}) {
        std::string row(word(kind));
        row.resize(10, ' ');
        for (auto phase : all_phases) {
            auto before = add_in(phase, std::string(word(kind)) + " " + std::string(word(phase)));
            now += 1h;
            auto decided = decide_on(before, kind);
            row += " ";
            if (decided) row += decided->phase == phase ? "same" : std::string(word(decided->phase));
            else row += decided.error().code == Code::conflict ? "." : decided.error().message;
            auto after = order(before.id);
            EXPECT_EQ(after.version, before.version + (decided ? 1 : 0)) << word(kind) << " " << word(phase);
            if (decided) {
                EXPECT_EQ(events(before.id).back().actor, "Olena") << word(kind) << " " << word(phase);
            }
        }
        table += row + "\n";
    }
    EXPECT_EQ(table, expected);
}

TEST_P(Decisions, that_send_again_make_one_job_and_forget_the_refusal)
{
    for (auto [phase, kind] : {std::pair{Phase::review, DecisionKind::approve},
                               {Phase::notaccepted, DecisionKind::resend},
                               {Phase::uncertain, DecisionKind::send_again}}) {
        auto before = add_in(phase, std::string(word(phase)));
        write([](db::Tx& tx) { return tx.execute("DELETE FROM jobs"); });
        now += 1h;
        auto after = decide_on(before, kind);
        ASSERT_TRUE(after) << after.error().message;
        EXPECT_EQ(count("jobs WHERE kind = 'order.send'"), 1);
        EXPECT_FALSE(after->reason || after->reason_text || after->supplier_order_number);
        EXPECT_EQ(end(begin(after->id), accepted("77" + std::to_string(after->id.value))).phase, Phase::executing);
    }
}

TEST_P(Decisions, of_who_saw_an_older_version_are_refused_with_the_name_of_who_was_faster)
{
    auto seen = add_in(Phase::uncertain, "1");
    now += 1h;
    ASSERT_TRUE(decide_by(person("Petro"), about(seen, DecisionKind::cancel)));
    auto late = decide_by(person("Olena"), about(seen, DecisionKind::send_again));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::conflict);
    EXPECT_THAT(late.error().message, HasSubstr("Petro"));
    EXPECT_THAT(late.error().message, HasSubstr(iso(now)));
    auto response = http::reply(late.error());
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(json::text_of(json::parse(response.body)->at("conflict")),
              fmt::format(R"({{"kind":"dropped","actor":"Petro","at":"{}","status":"canceled"}})", iso(now)));
    EXPECT_EQ(order(seen.id).phase, Phase::canceled);
}

TEST_P(Decisions, on_orders_of_foreign_sites_find_nothing)
{
    auto made = add("1");
    auto stranger = person("Stranger");
    stranger.sites = std::vector{SiteId{site.id.value + 1}};
    EXPECT_EQ(decide_by(stranger, about(made, DecisionKind::cancel)).error().code, Code::not_found);
    stranger.sites = std::vector<SiteId>{};
    EXPECT_EQ(decide_by(stranger, about(made, DecisionKind::cancel)).error().code, Code::not_found);
    auto nowhere = about(made, DecisionKind::cancel);
    nowhere.id = OrderId{made.id.value + 1};
    EXPECT_EQ(decide_by(person("Olena"), nowhere).error().code, Code::not_found);
    stranger.sites = std::vector{site.id};
    EXPECT_TRUE(decide_by(stranger, about(made, DecisionKind::cancel)));
}

TEST_P(Decisions, found_needs_a_proof_and_a_number_that_is_free)
{
    auto made = add_in(Phase::uncertain, "1");
    auto other = add_in(Phase::executing, "2");
    auto with = [&](std::optional<FoundProof> proof) {
        return write([&](db::Tx& tx) {
            return decide(tx, now, person("Olena"), about(made, DecisionKind::found), settings(), {}, proof);
        });
    };
    EXPECT_EQ(with({}).error().code, Code::invalid);
    auto taken = with(FoundProof{*other.supplier_order_number, "Pending", {}});
    EXPECT_EQ(taken.error().fields.at(0).field, "supplier_order_number");
    EXPECT_THAT(taken.error().message, HasSubstr(std::to_string(other.id.value)));
    EXPECT_EQ(attempts(made.id).at(0).state, AttemptState::unknown);  // rolled back with the rest
    auto found = with(FoundProof{"4711", "Pending", {}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->supplier_order_number, "4711");
    EXPECT_EQ(found->poll_at, now);
    EXPECT_EQ(attempts(made.id).at(0).state, AttemptState::resolved_found);
}

TEST_P(Decisions, resend_may_go_elsewhere)
{
    write([&](db::Tx& tx) { return add_supplier(tx, "2"); });
    auto made = add_in(Phase::notaccepted, "1");
    auto decision = about(made, DecisionKind::resend);
    decision.supplier_id = "999";
    EXPECT_EQ(decide_by(person("Olena"), decision).error().fields.at(0).field, "supplier_id");
    decision.supplier_id = "2";
    decision.supplier_service_id = "88";
    decision.note = "cheaper there";
    auto resent = decide_by(person("Olena"), decision);
    ASSERT_TRUE(resent);
    EXPECT_EQ(resent->supplier_id, "2");
    EXPECT_EQ(resent->supplier_service_id, "88");
    EXPECT_FALSE(resent->api_provider_id);
    EXPECT_EQ(events(made.id).back().detail, "to supplier 2; service 88; cheaper there");
}

TEST_P(Decisions, a_status_by_hand_is_a_word_until_the_next_move)
{
    auto made = add_in(Phase::executing, "1");
    auto decision = about(made, DecisionKind::status);
    decision.status = "no such word";
    EXPECT_EQ(decide_by(person("Olena"), decision).error().fields.at(0).field, "status");
    decision.status.reset();
    EXPECT_EQ(decide_by(person("Olena"), decision).error().fields.at(0).field, "status");
    decision.status = "completed";
    auto changed = decide_by(person("Olena"), decision);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->status, "completed");
    EXPECT_EQ(changed->phase, Phase::executing);
    EXPECT_TRUE(changed->poll_at);
    auto event = events(made.id).back();
    EXPECT_EQ(std::tuple(event.kind, *event.from_value, *event.to_value), std::tuple("status", "executing", "completed"));
    suppliers::OrderStatus status;
    status.word = suppliers::StatusWord::partial;
    EXPECT_TRUE(write([&](db::Tx& tx) { return apply_status(tx, now, *changed, status, settings()); }));
    EXPECT_EQ(order(made.id).status, "partial");
}

TEST_P(Decisions, that_move_an_order_need_no_further_reminder)
{
    auto made = add_in(Phase::uncertain, "1");
    EXPECT_EQ(count("notices WHERE kind = 'uncertain' AND seen_at IS NULL"), 1);
    EXPECT_TRUE(decide_on(made, DecisionKind::archive));
    EXPECT_EQ(count("notices WHERE kind = 'uncertain' AND seen_at IS NULL"), 1);
    EXPECT_TRUE(decide_on(order(made.id), DecisionKind::cancel));
    EXPECT_EQ(count("notices WHERE kind = 'uncertain' AND seen_at IS NULL"), 0);
}

TEST_P(Decisions, archive_goes_in_and_out)
{
    auto made = add("1");
    EXPECT_TRUE(decide_on(made, DecisionKind::archive)->is_archive);
    auto out = about(order(made.id), DecisionKind::archive);
    out.archive = false;
    EXPECT_FALSE(decide_by(person("Olena"), out)->is_archive);
    EXPECT_THAT(history(made.id), ::testing::ElementsAre("received", "archived", "unarchived"));
}

TEST_P(Decisions, texts_that_are_too_long_or_empty_are_refused)
{
    auto decision = about(add("1"), DecisionKind::cancel);
    for (const auto& note : {std::string(), std::string(501, 'x')}) {
        decision.note = note;
        EXPECT_EQ(decide_by(person("Olena"), decision).error().fields.at(0).field, "note");
    }
    decision.note = std::string(500, 'x');
    EXPECT_TRUE(decide_by(person("Olena"), decision));
}

}  // namespace
}  // namespace smg::orders
